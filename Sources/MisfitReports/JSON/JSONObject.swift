/// The keys and values of a JSON object, in the order of insertion.
///
/// Keys are unique. They are found by linear search, so this is for objects that people read, not for tables
/// of a million keys.
package struct JSONObject: Hashable, Sendable {
  /// A key and its value.
  package struct Member: Hashable, Sendable {
    /// The key.
    package var key: String
    /// The value.
    package var value: JSONValue
  }

  /// The keys and values, in order.
  package private(set) var members: [Member] = []

  /// Creates an empty object.
  package init() {}

  /// Creates an object from keys and values; for a repeated key the last value counts, at the first position.
  package init(_ members: some Sequence<(String, JSONValue)>) {
    for (key, value) in members { self[key] = value }
  }

  /// The value of a key.
  ///
  /// Setting a new key appends it; setting nil removes the key (for JSON's own `null`, set
  /// ``JSONValue/null``).
  ///
  /// - Complexity: O(n) in the number of keys.
  package subscript(key: String) -> JSONValue? {
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

  /// Finds a key by its bytes: to Swift, texts that differ only in how an accent is composed are equal.
  private func index(of key: String) -> Int? {
    members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Creates an object; for a repeated key the last value counts.
  package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
