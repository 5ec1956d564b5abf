/// Recognizes headers whose names are numbers: those that data frames give to unnamed columns, and years.
enum NumberedNames {
  /// Returns whether the first record contains numbers as names of the columns.
  ///
  /// The numbers must rise in equal steps from left to right while those of the other records do not, and
  /// must differ from the cells below them. The fewer they are, the larger the difference has to be.
  static func areNames(_ first: CSVSample.Record, above others: ArraySlice<CSVSample.Record>) -> Bool {
    guard !others.isEmpty else { return false }
    if isUnnamedIndex(first, above: others) { return true }
    guard let names = run(first.fields) else { return false }
    let columns = names.map(\.column)
    let step = names[1].value - names[0].value
    let risingCount = others.count { record in
      guard let other = run(record.fields) else { return false }
      return other.map(\.column) == columns && other[1].value - other[0].value == step
    }
    guard risingCount * 10 < others.count else { return false }
    let count = names.count
    let range = names[0].value...names[count - 1].value
    if step == 1, range.lowerBound == 0 {
      let fractional = names.count { hasFractions($0.column, others) }
      guard count > 2 else { return fractional == 2 }
      let different = fractional + names.count { isOutside($0, others) }
      return (others.count >= 10 || different > 0) && !continues(names[0], others)
    }
    if years.contains(range.lowerBound), years.contains(range.upperBound), step == 1 || count > 2 {
      let different = names.count { !holdsYears($0.column, others) }
      return count == 2 ? different == 2 : different * 2 >= count
    }
    guard count >= (step == 1 ? 3 : 4) else { return false }
    return others.allSatisfy { record in columns.allSatisfy { !isWhole(record, $0) } }
  }

  private static let years = 1500...2200

  private struct Name {
    var column: Int
    var value: Int
  }

  /// Returns the whole numbers of a record if they rise in equal steps and no other cell is a number with a
  /// fraction.
  private static func run(_ fields: [[UInt8]]) -> [Name]? {
    var names: [Name] = []
    for (column, field) in fields.enumerated() {
      if let value = wholeNumber(field) {
        names.append(Name(column: column, value: value))
      } else if case .number = CellKind(field) {
        return nil
      }
    }
    guard names.count >= 2 else { return nil }
    let step = names[1].value - names[0].value
    let isEven = zip(names, names.dropFirst()).allSatisfy { $1.value - $0.value == step }
    return step > 0 && isEven ? names : nil
  }

  /// Returns whether a first column without a name counts the records, as the index of a data frame does.
  private static func isUnnamedIndex(
    _ first: CSVSample.Record, above others: ArraySlice<CSVSample.Record>
  ) -> Bool {
    guard first.fields.count >= 2, DecimalNumber.trim(first.fields[0][...]).isEmpty else { return false }
    let names = first.fields.dropFirst().map { Array(DecimalNumber.trim($0[...])) }
    guard names.allSatisfy({ !$0.isEmpty }), Set(names).count == names.count else { return false }
    let counts = run(first.fields).map { $0[0].value == 0 } ?? (wholeNumber(first.fields[1]) == 0)
    let index = others.map { wholeNumber($0.fields[0]) }
    if counts, first.fields.count > 2 || index.count > 1 {
      // An index has a name for each record.
      let labels = others.map { Array(DecimalNumber.trim($0.fields[0][...])) }
      return !labels.contains([]) && Set(labels).count == labels.count
    }
    guard let start = index.first ?? nil, start <= 1, index.count > 1 else { return false }
    return index.enumerated().allSatisfy { $1 == start + $0 }
  }

  /// Returns whether most cells of a column have a fraction.
  private static func hasFractions(_ column: Int, _ others: ArraySlice<CSVSample.Record>) -> Bool {
    others.count { !isWhole($0, column) } * 2 > others.count
  }

  /// Returns whether most cells of a column may be years themselves.
  private static func holdsYears(_ column: Int, _ others: ArraySlice<CSVSample.Record>) -> Bool {
    let count = others.count { record in
      column < record.fields.count && (wholeNumber(record.fields[column]).map(years.contains) ?? false)
    }
    return count * 2 > others.count
  }

  /// Returns whether the cells below a name continue its count, as in an index whose first record this is.
  private static func continues(_ name: Name, _ others: ArraySlice<CSVSample.Record>) -> Bool {
    others.count > 1
      && others.enumerated().allSatisfy { index, record in
        name.column < record.fields.count && wholeNumber(record.fields[name.column]) == name.value + 1 + index
      }
  }

  /// Returns whether a name is outside the range of all numbers below it.
  private static func isOutside(_ name: Name, _ others: ArraySlice<CSVSample.Record>) -> Bool {
    var (least, largest) = (Double.infinity, -Double.infinity)
    for record in others where name.column < record.fields.count {
      guard case .number(let value) = DecimalNumber.read(record.fields[name.column]) else { continue }
      (least, largest) = (min(least, value), max(largest, value))
    }
    let value = Double(name.value)
    return least <= largest && (value < least || value > largest)
  }

  private static func isWhole(_ record: CSVSample.Record, _ column: Int) -> Bool {
    column < record.fields.count && wholeNumber(record.fields[column]) != nil
  }

  /// Returns the value of a cell of at most nine digits without a sign and without leading zeros.
  private static func wholeNumber(_ field: [UInt8]) -> Int? {
    let digits = DecimalNumber.trim(field[...])
    guard (1...9).contains(digits.count), digits.allSatisfy({ $0 &- 48 <= 9 }),
      digits.count == 1 || digits.first != UInt8(ascii: "0")
    else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
  }
}
