/// A writer of a state as numbers: every count and value is one double.
struct StateWriter {
  private(set) var numbers: [Double] = []

  mutating func write(_ number: Double) { numbers.append(number) }
  mutating func write(_ count: Int) { numbers.append(Double(count)) }
  mutating func write(_ truth: Bool) { numbers.append(truth ? 1 : 0) }

  /// Writes the number of values, then the values.
  mutating func write(_ values: [Double]) {
    write(values.count)
    numbers.append(contentsOf: values)
  }
}

/// A reader of numbers that a ``StateWriter`` wrote; everything is checked before it is used.
struct StateReader {
  /// The reason that a state cannot be read.
  struct Damage: Error {
    var what: String
  }

  private let numbers: [Double]
  private var index = 0

  init(_ numbers: [Double]) { self.numbers = numbers }

  var isAtEnd: Bool { index == numbers.count }

  /// Reads a number, which may be infinite but not NaN.
  mutating func number(_ what: String) throws(Damage) -> Double {
    guard index < numbers.count, !numbers[index].isNaN else { throw Damage(what: what) }
    index += 1
    return numbers[index - 1]
  }

  mutating func finite(_ what: String) throws(Damage) -> Double {
    let number = try number(what)
    guard number.isFinite else { throw Damage(what: what) }
    return number
  }

  /// Reads a whole number from 0 to a bound.
  mutating func count(_ what: String, upTo bound: Int = 1 << 52) throws(Damage) -> Int {
    let number = try number(what)
    guard number >= 0, number <= Double(bound), let count = Int(exactly: number) else {
      throw Damage(what: what)
    }
    return count
  }

  mutating func truth(_ what: String) throws(Damage) -> Bool { try count(what, upTo: 1) == 1 }

  /// Reads finite values after their number.
  mutating func values(_ what: String, upTo bound: Int) throws(Damage) -> [Double] {
    let count = try count(what, upTo: bound)
    guard count <= numbers.count - index else { throw Damage(what: what) }
    let values = Array(numbers[index..<index + count])
    guard values.allSatisfy(\.isFinite) else { throw Damage(what: what) }
    index += count
    return values
  }
}
