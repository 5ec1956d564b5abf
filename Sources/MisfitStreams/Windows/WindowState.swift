/// Models of windows as numbers of a state.
extension WindowAlarm {
  func write(to writer: inout StateWriter) {
    writer.write(distances.inOrder)
    writer.write(threshold.value)
    writer.write(lastAlarm != nil)
    writer.write(lastAlarm?.row ?? 0)
    writer.write(lastAlarm?.seconds ?? 0)
  }

  init(_ reader: inout StateReader) throws(StateReader.Damage) {
    let distances = try reader.values("the distances", upTo: Self.distanceCapacity)
    guard distances.allSatisfy({ $0 >= 0 }) else { throw StateReader.Damage(what: "the distances") }
    let threshold = try reader.finite("a threshold")
    let hasAlarm = try reader.truth("the last alarm")
    let last = (row: try reader.count("the last alarm"), seconds: try reader.finite("the last alarm"))
    self.init(distances: distances, threshold: threshold, lastAlarm: hasAlarm ? last : nil)
  }
}

extension WindowAge {
  func write(to writer: inout StateWriter) {
    writer.write(row)
    writer.write(seconds)
    writer.write(refreshCount)
  }

  init(_ reader: inout StateReader) throws(StateReader.Damage) {
    row = try reader.count("the age of a model")
    seconds = try reader.finite("the age of a model")
    refreshCount = try reader.count("the age of a model")
  }
}

extension ShapeWatch {
  func write(to writer: inout StateWriter) {
    alarm.write(to: &writer)
    writer.write(valueCount)
    age.write(to: &writer)
    writer.write(trustedCount)
    let latest = latest
    writer.write(latest.values)
    writer.write(latest.isExcluded.map { $0 ? 1 : 0 })
    writer.write(model != nil)
    guard let model else { return }
    writer.write(model.length)
    writer.write(model.center)
    writer.write(model.scale)
    writer.write(model.values)
    writer.write(model.isExcluded.map { $0 ? 1 : 0 })
    writer.write(model.products)
  }

  init(_ reader: inout StateReader, learnedCount: Int) throws(StateReader.Damage) {
    let limit = learnedCount + ShapeModel.lengthLimit + 1
    let alarm = try WindowAlarm(&reader)
    let valueCount = try reader.count("the number of values")
    let age = try WindowAge(&reader)
    let trustedCount = try reader.count("the number of values")
    let values = try reader.values("the last values", upTo: limit)
    let isExcluded = try reader.values("the last values", upTo: limit).map { $0 == 1 }
    guard values.count == isExcluded.count else { throw StateReader.Damage(what: "the last values") }
    let model = try reader.truth("a model") ? ShapeModel(&reader, learnedCount: learnedCount) : nil
    self.init(
      learnedCount: learnedCount, model: model, alarm: alarm, valueCount: valueCount, age: age,
      trustedCount: trustedCount, values: values, isExcluded: isExcluded)
  }
}

extension ShapeModel {
  fileprivate init(_ reader: inout StateReader, learnedCount: Int) throws(StateReader.Damage) {
    let length = try reader.count("the length of a window", upTo: Self.lengthLimit)
    let center = try reader.finite("a level")
    let scale = try reader.finite("a scale")
    let values = try reader.values("the known windows", upTo: learnedCount)
    let isExcluded = try reader.values("the known windows", upTo: learnedCount).map { $0 == 1 }
    let products = try reader.values("the known windows", upTo: learnedCount)
    guard length >= 2, length <= values.count, isExcluded.count == values.count, scale >= 0,
      products.count == values.count
    else { throw StateReader.Damage(what: "the known windows") }
    self.init(
      length: length, values, isExcluded: isExcluded, center: center, scale: scale, products: products)
  }
}

extension JointWatch {
  func write(to writer: inout StateWriter) {
    alarm.write(to: &writer)
    writer.write(columns.map { Double($0) })
    writer.write(rowCount)
    age.write(to: &writer)
    writer.write(squares)
    let latest = latest
    writer.write(latest.rows)
    writer.write(latest.isExcluded.map { $0 ? 1 : 0 })
    writer.write(model != nil)
    guard let model else { return }
    writer.write(model.centers)
    // An infinite scale is one of a constant column.
    writer.write(model.scales.map { $0.isFinite ? $0 : 0 })
    writer.write(model.coefficients)
    writer.write(model.factor)
  }

  init(_ reader: inout StateReader, learnedCount: Int) throws(StateReader.Damage) {
    let alarm = try WindowAlarm(&reader)
    let columns = try reader.values("the columns", upTo: JointModel.columnLimit).map {
      Int(exactly: $0) ?? -1
    }
    guard columns.allSatisfy({ (0..<1 << 24).contains($0) }) else {
      throw StateReader.Damage(what: "the columns")
    }
    let rowCount = try reader.count("the number of rows")
    let age = try WindowAge(&reader)
    let squares = try reader.values("the last distances", upTo: Self.smoothedCount)
    let rows = try reader.values("the last rows", upTo: learnedCount * columns.count)
    let isExcluded = try reader.values("the last rows", upTo: learnedCount).map { $0 == 1 }
    guard rows.count == isExcluded.count * columns.count else {
      throw StateReader.Damage(what: "the last rows")
    }
    let model = try reader.truth("a model") ? JointModel(&reader, columnCount: columns.count) : nil
    self.init(
      learnedCount: learnedCount, model: model, alarm: alarm, columns: columns, rowCount: rowCount, age: age,
      squares: squares, rows: rows, isExcluded: isExcluded)
  }
}

extension JointModel {
  fileprivate init(_ reader: inout StateReader, columnCount count: Int) throws(StateReader.Damage) {
    let centers = try reader.values("a model", upTo: count)
    let scales = try reader.values("a model", upTo: count).map { $0 > 0 ? $0 : .infinity }
    let coefficients = try reader.values("a model", upTo: Self.lagCount * count * count)
    let factor = try reader.values("a model", upTo: count * count)
    guard centers.count == count, scales.count == count, factor.count == count * count,
      coefficients.count == Self.lagCount * count * count
    else { throw StateReader.Damage(what: "a model") }
    self.init(
      columnCount: count, centers: centers, scales: scales, coefficients: coefficients, factor: factor)
  }
}
