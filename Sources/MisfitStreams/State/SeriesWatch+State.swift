extension SeriesWatch {
  /// The state as numbers.
  var state: [Double] {
    var writer = StateWriter()
    writer.write(rowCount)
    writer.write(calmRowCount.map { $0 + 1 } ?? 0)
    writer.write(lastSeconds)
    writer.write(columns.count)
    for column in columns {
      writer.write(column != nil)
      column?.watch.write(to: &writer)
    }
    joint?.write(to: &writer)
    return writer.numbers
  }

  /// Creates a series in a stored state.
  convenience init(_ options: WatchOptions, state: [Double]) throws(StateReader.Damage) {
    self.init(options)
    var reader = StateReader(state)
    rowCount = try reader.count("the number of rows")
    let calm = try reader.count("the event")
    calmRowCount = calm == 0 ? nil : calm - 1
    lastSeconds = try reader.number("the last time")
    let count = try reader.count("the number of columns", upTo: 1 << 24)
    for _ in 0..<count {
      let isKnown = try reader.truth("a column")
      columns.append(isKnown ? Column(try ColumnWatch(&reader, options)) : nil)
    }
    if options.learnedRowCount > 0 {
      joint = try JointWatch(&reader, learnedCount: options.learnedRowCount)
    }
    guard reader.isAtEnd else { throw StateReader.Damage(what: "the length of a series") }
    decision = AlarmDecision(options, columnCount: columns.count { $0 != nil })
  }
}

extension ColumnWatch {
  func write(to writer: inout StateWriter) {
    detector.write(to: &writer)
    writer.write(threshold.value)
    writer.write(kinds.kinds.count)
    for kind in kinds.kinds {
      writer.write(kind.values)
      writer.write(kind.deviations)
      writer.write(kind.isNormal)
    }
    level.write(to: &writer)
    writer.write(valueCount)
    writer.write(lastAlarm != nil)
    writer.write(lastAlarm?.valueCount ?? 0)
    writer.write(lastAlarm?.seconds ?? 0)
    // Each half of the bits is exact as a double.
    writer.write(Int(overBits >> 32))
    writer.write(Int(overBits & 0xFFFF_FFFF))
    shape?.write(to: &writer)
  }

  init(_ reader: inout StateReader, _ options: WatchOptions) throws(StateReader.Damage) {
    let recipe = options.recipe
    let detector = try ColumnDetector(&reader, recipe)
    let threshold = try reader.finite("a threshold")
    var kinds: [KnownKinds.Kind] = []
    for _ in 0..<(try reader.count("the number of kinds", upTo: KnownKinds.limit)) {
      let values = try reader.values("a kind", upTo: recipe.terms.count)
      let deviations = try reader.values("a kind", upTo: recipe.terms.count)
      guard values.count == recipe.terms.count, deviations.count == values.count else {
        throw StateReader.Damage(what: "a kind")
      }
      kinds.append(.init(values: values, deviations: deviations, isNormal: try reader.truth("a kind")))
    }
    let level = try LevelMonitor(&reader)
    let valueCount = try reader.count("the number of values")
    let hasAlarm = try reader.truth("the last alarm")
    let last = (valueCount: try reader.count("the last alarm"), seconds: try reader.number("the last alarm"))
    let upper = try reader.count("the last rows", upTo: 0xFFFF_FFFF)
    let lower = try reader.count("the last rows", upTo: 0xFFFF_FFFF)
    let learnedCount = options.learnedRowCount
    let shape = learnedCount > 0 ? try ShapeWatch(&reader, learnedCount: learnedCount) : nil
    self.init(
      detector: detector, threshold: threshold, kinds: KnownKinds(kinds), level: level,
      valueCount: valueCount, lastAlarm: hasAlarm ? last : nil,
      overBits: UInt64(upper) << 32 | UInt64(lower), shape: shape)
  }
}

extension ColumnDetector {
  func write(to writer: inout StateWriter) {
    writer.write(window.inOrder)
    for novelty in novelties {
      writer.write(novelty.valueCount)
      writer.write(novelty.center)
      writer.write(novelty.forgettingDebt)
      writer.write(novelty.memory.values.values)
      writer.write(novelty.distances.inOrder)
    }
  }

  init(_ reader: inout StateReader, _ recipe: WatchRecipe) throws(StateReader.Damage) {
    var window = ValueWindow(length: recipe.windowLength)
    for value in try reader.values("a window", upTo: recipe.windowLength) { window.append(value) }
    var novelties: [Novelty] = []
    for _ in recipe.terms { novelties.append(try Novelty(&reader, recipe)) }
    self.init(window: window, novelties: novelties)
  }
}

extension Novelty {
  fileprivate init(_ reader: inout StateReader, _ recipe: WatchRecipe) throws(StateReader.Damage) {
    let valueCount = try reader.count("the number of values")
    let center = try reader.finite("a level")
    let debt = try reader.finite("a level")
    let values = try reader.values("a memory", upTo: recipe.memoryCapacity)
    guard zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw StateReader.Damage(what: "a memory")
    }
    let distances = try reader.values("the distances", upTo: recipe.distanceCapacity)
    guard distances.allSatisfy({ $0 >= 0 }) else { throw StateReader.Damage(what: "the distances") }
    self.init(
      memory: ValueMemory(capacity: recipe.memoryCapacity, ascending: values),
      distances: RecentDistances(capacity: recipe.distanceCapacity, inOrder: distances),
      valueCount: valueCount, center: center, forgettingDebt: debt)
  }
}

extension LevelMonitor {
  fileprivate func write(to writer: inout StateWriter) {
    writer.write(block)
    writer.write(medians)
    writer.write(starts)
    for side in [up, down] {
      writer.write(side.evidence)
      writer.write(side.count)
    }
  }

  fileprivate init(_ reader: inout StateReader) throws(StateReader.Damage) {
    let block = try reader.values("a block", upTo: Self.blockLength - 1)
    let medians = try reader.values("the medians", upTo: Self.blockLimit)
    let starts = try reader.values("the times", upTo: Self.blockLimit + 1)
    guard starts.count == medians.count + (block.isEmpty ? 0 : 1) else {
      throw StateReader.Damage(what: "the times")
    }
    var sides: [Side] = []
    for _ in 0..<2 {
      sides.append(Side(evidence: try reader.finite("the evidence"), count: try reader.count("the evidence")))
    }
    self.init(block: block, medians: medians, starts: starts, up: sides[0], down: sides[1])
  }
}
