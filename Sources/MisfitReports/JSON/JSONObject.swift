/// The keys and values of a JSON object, in the order in which they were added.
///
/// Keys are unique. They are found by walking along them, so this is for the objects people read, not for
/// tables of a million keys.
public struct JSONObject: Hashable, Sendable {
  /// A key and its value.
  public struct Member: Hashable, Sendable {
    /// The key.
    public var key: String
    /// The value.
    public var value: JSONValue
  }

  /// The keys and values, in order.
  public private(set) var members: [Member] = []

  /// Makes an empty object.
  public init() {}

  /// Makes an object of some keys and values; where a key stands twice, the last value counts, in the first
  /// one's place.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    for (key, value) in members { self[key] = value }
  }

  /// The value of a key.
  ///
  /// Setting a new key adds it at the end; setting nil removes the key (for JSON's own `null`, set
  /// ``JSONValue/null``).
  ///
  /// - Complexity: O(n) in the number of keys.
  public subscript(key: String) -> JSONValue? {
    get { index(of: key).map { members[$0].value } }
    set {
      switch (index(of: key), newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(key: key, value: value))
      case (nil, nil): break
      }
    }
  }

  /// Keys are compared by their bytes: to Swift, texts that differ only in how an accent is composed are
  /// equal.
  private func index(of key: String) -> Int? {
    members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// An object; where a key stands twice, the last value counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
