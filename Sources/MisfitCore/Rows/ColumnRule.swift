/// A condition on the value of a column: `cpu < 5`.
public struct ColumnCondition: Sendable, Hashable, Codable {
  /// The comparison of a value with a number.
  public enum Comparison: String, Sendable, Hashable, CaseIterable, Codable {
    /// Below or equal.
    case atMost = "<="
    /// Above or equal.
    case atLeast = ">="
    /// Not equal.
    case differs = "!="
    /// Equal.
    case equals = "=="
    /// Below.
    case below = "<"
    /// Above.
    case above = ">"
  }

  /// The name of the column.
  public var column: String
  /// The comparison.
  public var comparison: Comparison
  /// The number that the value is compared with.
  public var number: Double

  /// Creates a condition.
  public init(column: String, _ comparison: Comparison, _ number: Double) {
    self.column = column
    self.comparison = comparison
    self.number = number
  }

  /// Creates a condition from text, such as `cpu < 5`; nil for anything else.
  public init?(_ text: String) {
    for comparison in Comparison.allCases + [.equals] {
      let sign = comparison == .equals && !text.contains("==") ? "=" : comparison.rawValue
      guard let range = text.firstRange(of: sign) else { continue }
      let column = text[..<range.lowerBound].trimmedBlanks
      guard !column.isEmpty, let number = Double(text[range.upperBound...].trimmedBlanks) else { return nil }
      self.init(column: column, comparison, number)
      return
    }
    return nil
  }

  /// The condition as text: `cpu < 5`.
  package var text: String {
    "\(column) \(comparison.rawValue) \(NumberText.significant(number, digits: 15))"
  }

  /// Returns whether the condition is true of a value; false for one that is missing.
  package func holds(for value: Double) -> Bool {
    switch comparison {
    case .below: value < number
    case .above: value > number
    case .atMost: value <= number
    case .atLeast: value >= number
    case .equals: value == number
    case .differs: value != number && !value.isNaN
    }
  }
}

extension Substring {
  /// The text without blanks at both ends.
  var trimmedBlanks: String {
    var text = self
    while text.first == " " || text.first == "\t" { text.removeFirst() }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }
}

/// The alarms that are wanted of a column.
public struct ColumnRule: Sendable, Hashable {
  /// The direction of a deviation.
  public enum Direction: String, Sendable, Hashable, CaseIterable, Codable {
    /// Above what was seen.
    case up
    /// Below what was seen.
    case down
    /// Either.
    case both
  }

  /// The direction that alarms: the value is above or below its typical level.
  public var direction = Direction.both
  /// The smallest distance from the typical level that alarms, in the units of the column.
  public var leastDeviation = 0.0

  /// Creates the rule that every alarm is wanted.
  public init(direction: Direction = .both, leastDeviation: Double = 0) {
    self.direction = direction
    self.leastDeviation = leastDeviation
  }

  /// Returns whether an alarm is wanted for a deviation from the typical level.
  package func wants(deviation: Double) -> Bool {
    guard abs(deviation) >= leastDeviation else { return false }
    switch direction {
    case .up: return deviation > 0
    case .down: return deviation < 0
    case .both: return true
    }
  }
}
