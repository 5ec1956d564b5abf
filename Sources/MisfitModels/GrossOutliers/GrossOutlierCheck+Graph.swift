import MisfitCore
import MisfitONNX

extension GrossOutlierModel {
  package func graph(_ rows: GraphRows) -> RowGraph {
    var result = base.graph(rows)
    result.evidence = check.graph(rows.value)
    return result
  }
}

extension GrossOutlierCheck {
  /// Returns the strength of the evidence in rows of a graph: [N, 1].
  func graph(_ rows: GraphValue) -> GraphValue {
    var found: [GraphValue] = []
    let numbers = columns.filter { $0.levelCounts == nil }
    if !numbers.isEmpty {
      let values = ColumnValues(numbers, in: rows)
      found.append(
        values.evidence(
          Array(ranges[..<numbers.count]), scale, levelNovelty, limits: numbers.map { limits(of: $0) }))
      if let evidence = groupGraph(rows) { found.append(evidence) }
    }
    if levelNovelty > 0 {
      found += columns.compactMap { $0.levelCounts == nil ? nil : levelGraph($0, rows) }
    }
    guard let first = found.first else { return rows.columns([0]) * 0 }
    return found.dropFirst().reduce(first) { $0.atLeast($1) }
  }

  /// Returns the evidence of unseen levels of a column, and of those seen once: [N, 1].
  private func levelGraph(_ column: GrossOutlierColumn, _ rows: GraphValue) -> GraphValue {
    let graph = rows.graph
    let limits = column.inputs.map { Double(limit(ofLevel: $0)) }
    let inputs = rows.columns(Array(column.inputs))
    let (one, zero) = (graph.number(1), graph.number(0))
    func any(_ condition: GraphValue) -> GraphValue {
      graph.select(condition, one, zero).maximum(axis: 1)
    }
    var isNew = any(inputs > graph.row(limits, name: "limits"))
    if column.inputs.count > 1 {
      // The inputs of a missing cell are the shares of the levels, those of an unseen level zeros.
      let others = rows.columns(Array(column.inputs.dropLast())).magnitude.maximum(axis: 1)
      let isMarked = rows.columns([column.inputs.upperBound - 1]) > Double(TableCell.unseenLevel)
      isNew = graph.select(isMarked && (others > 0), zero, isNew)
    }
    return isNew * Double(levelNovelty)
  }

  /// Returns the evidence of values within their groups; nil without groups: [N, 1].
  private func groupGraph(_ rows: GraphValue) -> GraphValue? {
    guard !groups.isEmpty else { return nil }
    let (graph, levels, numbers) = (rows.graph, groups.levelRanges, groups.numbers)
    let values = ColumnValues(levels.flatMap { _ in numbers }, in: rows)
    let own = levels.flatMap { level in ranges[level.firstRange..<level.firstRange + numbers.count] }
    let evidence = values.evidenceOfEach(own, groupScale)
    let weaker = graph.select(evidence > 1, 1 + (evidence - 1) * 0.25, evidence)
    let members = rows.columns(levels.flatMap { level in numbers.map { _ in level.input } }) == 1
    return graph.select(members, weaker, graph.number(0, .float)).maximum(axis: 1).cast(to: .double)
  }
}

/// The values of columns of numbers in rows of a graph, in their linear scales: [N, P].
private struct ColumnValues {
  private let columns: [GrossOutlierColumn]
  private let inputs: GraphValue
  private let values: GraphValue
  private let graph: GraphBuilder

  init(_ columns: [GrossOutlierColumn], in rows: GraphValue) {
    self.columns = columns
    graph = rows.graph
    inputs = rows.columns(columns.map(\.inputs.lowerBound))
    values =
      columns.contains { $0.linearGraph != nil }
      ? graph.concatenate(
        columns.map { column in
          let input = rows.columns([column.inputs.lowerBound])
          return column.linearGraph?(input) ?? input
        }, axis: 1
      ).cast(to: .float) : inputs.cast(to: .float)
  }

  /// Returns the strongest evidence of a row among the values beyond some limits: [N, 1].
  func evidence(
    _ ranges: [ValueRange], _ scale: EvidenceScale, _ novelty: Float, limits: [(low: Float, high: Float)]
  ) -> GraphValue {
    var evidence = evidenceOfEach(ranges, scale)
    if novelty > 0, columns.contains(where: { $0.leastInput != nil }) {
      let least = graph.row(columns.map { Double($0.leastInput ?? -.infinity) }, name: "least")
      let isBelow = (inputs < least) && isValue
      evidence = graph.select(isBelow, evidence.atLeast(Double(novelty)), evidence)
    }
    let lows = graph.row(limits.map { Double($0.low) }, name: "lows")
    let highs = graph.row(limits.map { Double($0.high) }, name: "highs")
    let isExamined = (inputs < lows) || (inputs > highs)
    return graph.select(isExamined, evidence, graph.number(0, .float)).maximum(axis: 1).cast(to: .double)
  }

  private var isValue: GraphValue {
    let marks = columns.map { Double($0.missingInput ?? .nan) }
    return !(inputs.isNaN || (inputs == graph.row(marks, name: "missing")))
  }

  /// Returns the evidence of each value by its range, in floats: [N, P].
  func evidenceOfEach(_ ranges: [ValueRange], _ scale: EvidenceScale) -> GraphValue {
    let isKnown = floats(ranges) { $0.low <= $0.high ? 1 : 0 } == 1
    let evidence = beyondRange(ranges, scale.rangeUnit).atLeast(inTail(ranges, scale.usualSurprise))
    return graph.select(isValue && isKnown, evidence, graph.number(0, .float))
  }

  private func floats(_ ranges: [ValueRange], _ property: (ValueRange) -> Float) -> GraphValue {
    graph.constant(GraphTensor([1, ranges.count], .float(ranges.map(property))), name: "ranges")
  }

  private func beyondRange(_ ranges: [ValueRange], _ unit: Float) -> GraphValue {
    let zero = graph.number(0, .float)
    let distance = (floats(ranges) { $0.low.isNaN ? 0 : $0.low } - values)
      .atLeast(values - floats(ranges) { $0.high.isNaN ? 0 : $0.high })
    func width(_ range: ValueRange) -> Float { range.high - range.low }
    let ratio = distance / floats(ranges) { width($0) > 0 ? width($0) : 1 } / Double(unit)
    let far = 1 + (ratio.cast(to: .double).atLeast(3) - 2).logarithm.cast(to: .float)
    let near = ((ratio - 1) / 2).atLeast(0)
    let ofRange = graph.select(ratio < 3, near, far)
    let compressed = distance.atLeast(0).cast(to: .double).inverseHyperbolicSine.cast(to: .float)
    let novelty = floats(ranges) { $0.novelty }
    let ofConstant = graph.select(
      (distance > 0) && (novelty > 0), novelty + compressed * 0.01, zero)
    return graph.select(floats(ranges) { width($0) > 0 ? 1 : 0 } == 1, ofRange, ofConstant)
  }

  private func inTail(_ ranges: [ValueRange], _ usualSurprise: Float) -> GraphValue {
    guard usualSurprise.isFinite else { return values * 0 }
    let zero = graph.number(0, .float)
    func tail(_ property: (ValueRange.Tail) -> Float) -> GraphValue {
      graph.select(
        values > floats(ranges) { $0.center }, floats(ranges) { property($0.upperTail) },
        floats(ranges) { property($0.lowerTail) })
    }
    let (spread, index) = (tail { $0.spread }, tail { $0.index })
    let isFitted = (spread > 0) && (floats(ranges) { $0.tailShare } > 0)
    let distance =
      (values - floats(ranges) { $0.center }).magnitude
      / graph.select(isFitted, spread, graph.number(1, .float))
    let logarithm = distance.cast(to: .double).atLeast(1).logarithm.cast(to: .float)
    let shares = floats(ranges) { $0.tailShare > 0 ? Float(Mathematics.log(Double($0.tailShare))) : 0 }
    let surprise = logarithm / index - shares
    let evidence = (surprise - Double(usualSurprise)) / Double(EvidenceScale.surpriseUnit)
    let strong = 1 + (evidence - 1) * 0.1
    let strength = graph.select(evidence > 1, strong, evidence.atLeast(0))
    return graph.select(isFitted && (distance > 1), strength, zero)
  }
}

extension ScoreRaise {
  /// Returns the raised scores of rows of a graph: all [N, 1].
  package func graph(_ score: GraphValue, evidence: GraphValue) -> GraphValue {
    let raised = score + (ceiling - score) * evidence.atMost(1) * 0.99
    let further = (evidence - 1).atLeast(0) * (spread * Self.step)
    return score.graph.select(evidence > 0, score.atLeast(raised + further), score)
  }
}
