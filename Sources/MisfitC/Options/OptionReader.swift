import MisfitCore

/// Reads the members of an object of options, and refuses those that it does not know.
struct OptionReader {
  /// The name of the group, followed by a point; empty at the top.
  private let path: String
  private var members: [String: OptionValue]
  private var known: [String] = []

  /// Begins to read an object, or nothing for null.
  ///
  /// - Throws: ``InterfaceError`` for another value.
  init(_ value: OptionValue?, path: String = "") throws(InterfaceError) {
    self.path = path.isEmpty ? "" : path + "."
    switch value {
    case .none, .null: members = [:]
    case .object(let members): self.members = members
    case .some(let other):
      throw InterfaceError(
        .option, path.isEmpty ? "the options are \(other.description)" : "`\(path)` is \(other.description)",
        remedy: "give an object, as in {\"name\": value}")
    }
  }

  /// The names of the members that were not read yet, in order.
  var names: [String] { members.keys.sorted() }

  /// Returns a member as `read` understands it; nil if it is absent or null.
  ///
  /// `expectation` completes "is not …", as in "a whole number from 1".
  ///
  /// - Throws: ``InterfaceError`` if `read` returns nil.
  mutating func value<Value>(
    _ key: String, _ expectation: String, _ read: (OptionValue) throws(InterfaceError) -> Value?
  ) throws(InterfaceError) -> Value? {
    known.append(key)
    guard let value = members.removeValue(forKey: key) else { return nil }
    if case .null = value { return nil }
    guard let read = try read(value) else {
      throw InterfaceError(.option, "`\(path)\(key)` is \(value.description), which is not \(expectation)")
    }
    return read
  }

  /// Returns a whole number in a range.
  mutating func integer(_ key: String, _ range: ClosedRange<Int>) throws(InterfaceError) -> Int? {
    let bound =
      range.upperBound == .max ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    return try value(key, "a whole number from \(bound)") { value throws(InterfaceError) in
      value.integer.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// Returns a number for which `isAllowed` is true.
  mutating func number(
    _ key: String, _ expectation: String = "a number", _ isAllowed: (Double) -> Bool = { _ in true }
  ) throws(InterfaceError) -> Double? {
    try value(key, expectation) { value throws(InterfaceError) in
      value.number.flatMap { isAllowed($0) ? $0 : nil }
    }
  }

  /// Returns a number from 0 to 1.
  mutating func share(_ key: String) throws(InterfaceError) -> Double? {
    try number(key, "a number from 0 to 1") { (0...1).contains($0) }
  }

  /// Returns a text.
  mutating func text(_ key: String) throws(InterfaceError) -> String? {
    try value(key, "a text") { value throws(InterfaceError) in value.string }
  }

  /// Returns texts: an array of them, or a single one.
  mutating func texts(_ key: String) throws(InterfaceError) -> [String]? {
    try value(key, "an array of texts") { value throws(InterfaceError) in value.strings }
  }

  /// Returns a truth value.
  mutating func boolean(_ key: String) throws(InterfaceError) -> Bool? {
    try value(key, "true or false") { value throws(InterfaceError) in
      if case .boolean(let value) = value { value } else { nil }
    }
  }

  /// Returns one of the choices of a type, by its raw value.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Choice.Type
  ) throws(InterfaceError) -> Choice? where Choice.RawValue == String {
    try choice(key, among: Choice.allCases.map(\.rawValue)) { Choice(rawValue: $0) }
  }

  /// Returns one of the choices with these names.
  mutating func choice<Choice>(
    _ key: String, among names: [String], _ read: (String) -> Choice?
  ) throws(InterfaceError) -> Choice? {
    let path = path
    return try value(key, "a text") { value throws(InterfaceError) in
      guard let name = value.string else { return nil }
      if let choice = read(name) { return choice }
      let nearest = NearestSpelling.of(name, among: names).map { "did you mean \"\($0)\"?" }
      throw InterfaceError(
        .option, "`\(path)\(key)` is \"\(name)\", which is none of \(names.joined(separator: ", "))",
        remedy: nearest)
    }
  }

  /// Returns a group of options; nil if it is absent.
  @discardableResult
  mutating func group<Group>(
    _ key: String, _ read: (inout OptionReader) throws(InterfaceError) -> Group
  ) throws(InterfaceError) -> Group? {
    let path = path
    return try value(key, "an object") { value throws(InterfaceError) in
      var reader = try OptionReader(value, path: path + key)
      let group = try read(&reader)
      try reader.finish()
      return group
    }
  }

  /// Refuses members that were not read.
  ///
  /// - Throws: ``InterfaceError`` with the unknown name and the nearest known one.
  func finish() throws(InterfaceError) {
    guard let name = members.keys.sorted().first else { return }
    let nearest = NearestSpelling.of(name, among: known)
    throw InterfaceError(
      .option, "there is no option `\(path)\(name)`",
      remedy: nearest.map { "did you mean `\(path)\($0)`?" }
        ?? "the options are \(known.sorted().joined(separator: ", "))")
  }
}
