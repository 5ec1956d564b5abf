import MisfitCore

/// Path patterns as in a shell: `*` matches any characters, `?` one, `[a-c]` one of a set; none of them
/// matches a slash, or a dot at the beginning of a name.
enum PathPattern {
  /// Whether a text contains a pattern character.
  static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

  /// Returns the paths that match, sorted; none if a folder does not exist.
  ///
  /// - Throws: ``IngestError`` if a folder cannot be listed.
  static func matches(of pattern: String) throws(IngestError) -> [String] {
    var found = [pattern.hasPrefix("/") ? "/" : ""]
    for part in pattern.split(separator: "/") {
      var next: [String] = []
      for folder in found {
        if !isPattern(String(part)) {
          next.append(folder + part)
        } else {
          let folderPath = folder.isEmpty ? "." : folder
          guard FileSystem.status(of: folderPath)?.isDirectory == true else { continue }
          let names: [String]
          do { names = try FileSystem.names(in: folderPath) } catch { throw IngestError(error) }
          next += names.filter { isMatch(Array($0)[...], Array(part)[...]) }.map { folder + $0 }
        }
      }
      found = next.map { $0 + "/" }
    }
    return found.map { String($0.dropLast()) }.filter { FileSystem.status(of: $0) != nil }
  }

  static func isMatch(_ name: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    var (name, pattern) = (name, pattern)
    // The position of the last `*` and what it has matched so far: only that one can match more.
    var retry: (name: ArraySlice<Character>, pattern: ArraySlice<Character>)?
    while true {
      if pattern.first == "*" {
        pattern.removeFirst()
        retry = (name, pattern)
        continue
      }
      if let letter = name.first, let rest = rest(of: pattern, matching: letter) {
        name.removeFirst()
        pattern = rest
        continue
      }
      if name.isEmpty, pattern.isEmpty { return true }
      guard let last = retry, !last.name.isEmpty else { return false }
      retry = (last.name.dropFirst(), last.pattern)
      (name, pattern) = (last.name.dropFirst(), last.pattern)
    }
  }

  /// Returns the pattern after the part that matches one character; nil if it does not match.
  private static func rest(of pattern: ArraySlice<Character>, matching letter: Character) -> ArraySlice<
    Character
  >? {
    guard let first = pattern.first else { return nil }
    if first == "[", let end = pattern.dropFirst(2).firstIndex(of: "]") {
      var choices = pattern[pattern.startIndex + 1..<end]
      let isNegated = choices.first == "!" || choices.first == "^"
      if isNegated { choices.removeFirst() }
      return isAmong(letter, choices) != isNegated ? pattern[(end + 1)...] : nil
    }
    return first == "?" || first == letter ? pattern.dropFirst() : nil
  }

  private static func isAmong(_ letter: Character, _ choices: ArraySlice<Character>) -> Bool {
    var choices = choices
    while let first = choices.popFirst() {
      if choices.first == "-", choices.count > 1 {
        choices.removeFirst()
        if let last = choices.popFirst(), first <= last, (first...last).contains(letter) { return true }
      } else if first == letter {
        return true
      }
    }
    return false
  }
}
