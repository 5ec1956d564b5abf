import MisfitCore

@testable import Misfit

/// A table of columns of random kinds, in which one cell may be far beyond its column's range.
struct RandomTable {
  enum Kind: Int, CaseIterable {
    case normal, skewed, sparse, integer, categorical, date, gappy
  }

  let kinds: [Kind]
  private var cells: [[Double]]
  private let rowCount: Int
  /// The names: `c0`, `c1`...
  var names: [String] { kinds.indices.map { "c\($0)" } }

  init(seed: UInt64, rows: Int, columns: Int) {
    var generator = SeededGenerator(seed: seed)
    var kinds: [Kind] = []
    var cells: [[Double]] = []
    for index in 0..<columns {
      let kind = index == 0 ? Kind.normal : Kind(rawValue: generator.nextIndex(below: Kind.allCases.count))!
      kinds.append(kind)
      let (center, spread) = (
        100 * Double(generator.nextUnitFloat()), 1 + 9 * Double(generator.nextUnitFloat())
      )
      cells.append(
        (0..<rows).map { _ in Self.cell(kind, center: center, spread: spread, using: &generator) })
    }
    (self.kinds, self.cells, rowCount) = (kinds, cells, rows)
  }

  private static func cell(
    _ kind: Kind, center: Double, spread: Double, using generator: inout SeededGenerator
  ) -> Double {
    func unit() -> Double { Double(generator.nextUnitFloat()) }
    func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + unit() } }
    switch kind {
    case .normal: return center + spread * normal()
    case .skewed: return spread * unit() / (0.05 + unit())
    case .sparse: return unit() < 0.2 ? spread * unit() : 0
    case .integer: return (20 * unit() * unit()).rounded()
    case .categorical: return Double(generator.nextIndex(below: 4))
    case .date: return (700 * unit()).rounded()
    case .gappy: return unit() < 0.15 ? .nan : center + spread * normal()
    }
  }

  /// Moves a cell so many ranges of its column beyond the column's end.
  mutating func plant(row: Int, column: Int, ranges: Double, isLow: Bool) {
    let present = cells[column].filter { !$0.isNaN }
    let (low, high) = (present.min() ?? 0, present.max() ?? 1)
    cells[column][row] = isLow ? low - ranges * (high - low) : high + ranges * (high - low)
  }

  /// The table as CSV with a header.
  var text: String {
    var lines = [names.joined(separator: ",")]
    for row in 0..<rowCount {
      lines.append(kinds.indices.map { Self.text(kinds[$0], cells[$0][row]) }.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(_ kind: Kind, _ value: Double) -> String {
    switch kind {
    case .categorical: ["north", "east", "south", "west"][Int(value)]
    case .date: date(daysFrom2020: Int(value))
    case .integer: value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
    default: value.isNaN ? "" : "\(value)"
    }
  }

  /// Months of 30 days are near enough.
  private static func date(daysFrom2020 days: Int) -> String {
    func padded(_ number: Int, _ width: Int) -> String {
      let text = "\(number)"
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    let months = Int((Double(days) / 30).rounded(.down))
    let years = Int((Double(months) / 12).rounded(.down))
    let day = days - 30 * months
    return [
      padded(2020 + years, 4), padded(1 + months - 12 * years, 2), padded(1 + day - (day > 27 ? 3 : 0), 2),
    ]
    .joined(separator: "-")
  }
}
