import MisfitCore

/// A layout of JSON that contains a table in another form than records.
package enum JSONLayout: Sendable, Hashable {
  /// A list of values for each column: `{"a": [1, 2], "b": [3, 4]}`.
  case columns
  /// An object for each column, with the numbers of the rows as names: `{"a": {"0": 1, "1": 2}}`.
  case numberedColumns
  /// An object for each row, under its number: `{"0": {"a": 1}, "1": {"a": 2}}`.
  case numberedRows
  /// The names of the columns apart from the rows: `{"columns": ["a"], "data": [[1], [2]]}`.
  case split
  /// One list of single values: `[1, 2, 3]`.
  case values
}

extension JSONLayout {
  /// The content of the text, for a message.
  var problem: String {
    switch self {
    case .columns: "a list of values for each column"
    case .numberedColumns: "an object for each column"
    case .numberedRows: "an object of numbered rows"
    case .split: "rows apart from the names of their columns"
    case .values: "one list of single values"
    }
  }

  /// Returns a command that converts a file.
  func remedy(path: String) -> String {
    let orient =
      switch self {
      case .columns, .numberedColumns: ""
      case .numberedRows: ", orient='index'"
      case .split: ", orient='split'"
      case .values: ""
      }
    guard self != .values else {
      return "write each record as an object or a list: [{\"x\": 1}, {\"x\": 2}] or [[1], [2]]"
    }
    let read = "pandas.read_json('\(path)'\(orient))"
    return #"convert it: python3 -c "import pandas; \#(read).to_csv('table.csv', index=False)""#
  }
}

/// The structure of the first value of a JSON text, down to two levels.
struct JSONOutline {
  private(set) var isList = false
  /// The first member that is an array of objects.
  private(set) var recordsMember: [UInt8]?
  private var memberCount = 0
  private var numberedCount = 0
  /// The lengths of members that are lists of single values.
  private var listLengths: [Int] = []
  private var objectCount = 0
  /// The number of members that are objects with numbered members.
  private var numberedObjectCount = 0
  private var names: Set<String> = []
  private var hasRowsOfLists = false
  private var beginsWithValue = false

  /// The layout of a value that contains a table in another form; nil if it contains records or no table.
  var otherLayout: JSONLayout? {
    if isList { return beginsWithValue ? .values : nil }
    guard recordsMember == nil, memberCount > 0 else { return nil }
    if hasRowsOfLists, names.contains("columns"), names.contains("data") { return .split }
    if listLengths.count == memberCount, let length = listLengths.max(), length > 1,
      listLengths.min() == length
    {
      return .columns
    }
    guard objectCount == memberCount else { return nil }
    if numberedObjectCount == memberCount { return .numberedColumns }
    return numberedCount == memberCount && memberCount > 1 ? .numberedRows : nil
  }

  mutating func readList(_ scanner: JSONScanner) throws(IngestError) {
    isList = true
    var isFirst = true
    try scanner.forEachElement { () throws(IngestError) in
      if isFirst {
        let first = try scanner.peek()
        beginsWithValue = first != UInt8(ascii: "{") && first != UInt8(ascii: "[")
        isFirst = false
      }
      try scanner.skipValue()
    }
  }

  mutating func readObject(_ scanner: JSONScanner) throws(IngestError) {
    try scanner.forEachMember { key throws(IngestError) in
      memberCount += 1
      names.insert(String(decoding: key, as: UTF8.self))
      if Self.isNumber(key) { numberedCount += 1 }
      switch try scanner.peek() {
      case UInt8(ascii: "["): try readMemberList(key, scanner)
      case UInt8(ascii: "{"): try readMemberObject(scanner)
      default: try scanner.skipValue()
      }
    }
  }

  private mutating func readMemberList(_ key: [UInt8], _ scanner: JSONScanner) throws(IngestError) {
    listLengths.append(0)
    try scanner.forEachElement { () throws(IngestError) in
      let first = try scanner.peek()
      if listLengths[listLengths.count - 1] == 0, first == UInt8(ascii: "{") {
        recordsMember = recordsMember ?? key
      }
      if first == UInt8(ascii: "[") { hasRowsOfLists = true }
      listLengths[listLengths.count - 1] += 1
      try scanner.skipValue()
    }
  }

  private mutating func readMemberObject(_ scanner: JSONScanner) throws(IngestError) {
    objectCount += 1
    var count = 0
    var areNumbered = true
    try scanner.forEachMember { key throws(IngestError) in
      count += 1
      areNumbered = areNumbered && Self.isNumber(key)
      try scanner.skipValue()
    }
    if areNumbered, count > 1 { numberedObjectCount += 1 }
  }

  private static func isNumber(_ key: [UInt8]) -> Bool { !key.isEmpty && key.allSatisfy { $0 &- 48 <= 9 } }
}
