import Misfit

/// A CSV of correlated synthetic numbers from 0 to 1, as the peers' generator writes it.
///
/// Eight hidden values a row are mixed into 30 columns, noise is added, and a logistic function maps the sums
/// into the range; six digits after the point, 270 bytes a row.
struct SyntheticTable {
  static let columnCount = 30
  private static let hiddenCount = 8

  private var generator: SeededGenerator
  private let weights: [Double]

  init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    weights = (0..<Self.hiddenCount * Self.columnCount).map { _ in Self.noise(&generator) * 0.6 }
    self.generator = generator
  }

  /// Writes header and rows.
  ///
  /// - Throws: ``FileError``.
  mutating func write(to path: String, rowCount: Int) throws(FileError) {
    let file = try OutputFile(path)
    try file.write((0..<Self.columnCount).map { "f\($0)" }.joined(separator: ",") + "\n")
    var line: [UInt8] = []
    for _ in 0..<rowCount {
      line.removeAll(keepingCapacity: true)
      appendRow(to: &line)
      try file.write(line)
    }
    try file.commit(isDurable: false)
  }

  private mutating func appendRow(to line: inout [UInt8]) {
    let hidden = (0..<Self.hiddenCount).map { _ in Self.noise(&generator) }
    for column in 0..<Self.columnCount {
      var sum = 0.2 * Self.noise(&generator)
      for (index, value) in hidden.enumerated() { sum += value * weights[index * Self.columnCount + column] }
      if column > 0 { line.append(UInt8(ascii: ",")) }
      Self.append(millionths: Int((0.5 + 0.5 * sum / (1 + abs(sum))) * 1e6), to: &line)
    }
    line.append(UInt8(ascii: "\n"))
  }

  private static func append(millionths: Int, to line: inout [UInt8]) {
    line.append(contentsOf: [UInt8(ascii: "0"), UInt8(ascii: ".")])
    var divisor = 100_000
    while divisor > 0 {
      line.append(UInt8(ascii: "0") + UInt8(millionths / divisor % 10))
      divisor /= 10
    }
  }

  /// Returns an approximately normal number: the sum of three uniform numbers, with mean 0 and variance 1.
  private static func noise(_ generator: inout SeededGenerator) -> Double {
    2 * (generator.nextUnitDouble() + generator.nextUnitDouble() + generator.nextUnitDouble() - 1.5)
  }
}
