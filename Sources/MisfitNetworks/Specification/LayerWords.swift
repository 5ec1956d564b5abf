import MisfitCore
import MisfitKernels

/// A word of an architecture, and its column, from 1.
struct ArchitectureWord {
  var text: String
  var column: Int
}

/// The words of one layer after its name, read from left to right.
struct LayerWords {
  /// The number of the layer, from 1.
  let layer: Int
  /// The name of the layer.
  let name: ArchitectureWord
  private let form: LayerForm
  private var words: ArraySlice<ArchitectureWord>

  /// Creates a reader of the words of a layer, of which the first is its name.
  init(_ words: [ArchitectureWord], name: ArchitectureWord, form: LayerForm, layer: Int) {
    self.layer = layer
    self.form = form
    self.name = name
    self.words = words.dropFirst()
  }

  /// Checks that all words were read.
  ///
  /// - Throws: ``ArchitectureError`` with the column of the first word that was not.
  func finish() throws(ArchitectureError) {
    if let extra = words.first { throw unknown(extra) }
  }

  /// Reads an integer.
  mutating func count() throws(ArchitectureError) -> Int {
    guard let word = words.popFirst() else { throw missing }
    guard let count = Self.integer(word.text) else { throw unknown(word) }
    return count
  }

  /// The name of the network's input where a layer is named.
  static let inputName = "input"

  /// Reads the number of a layer: 0 for ``inputName``.
  mutating func layerNumber() throws(ArchitectureError) -> Int {
    guard words.first?.text != Self.inputName else {
      words.removeFirst()
      return 0
    }
    let word = words.first
    let number = try count()
    if let word, number == 0 { throw unknown(word) }
    return number
  }

  /// Reads a size.
  mutating func size() throws(ArchitectureError) -> PixelSize {
    guard let word = words.popFirst() else { throw missing }
    guard let size = Self.size(word.text) else { throw unknown(word) }
    return size
  }

  /// Reads a number.
  mutating func number() throws(ArchitectureError) -> Double {
    guard let word = words.popFirst() else { throw missing }
    guard let number = Double(word.text) else { throw unknown(word) }
    return number
  }

  /// Reads the extents of a shape, which are all remaining words.
  mutating func shape() throws(ArchitectureError) -> SampleShape {
    var extents: [Int] = []
    while let word = words.first {
      guard let extent = Self.integer(word.text) else { throw unknown(word) }
      extents.append(extent)
      words.removeFirst()
    }
    guard !extents.isEmpty, let shape = SampleShape(extents) else { throw missing }
    return shape
  }

  // Stride, padding, activation and flags may be in any order.

  /// Reads a stride if there is one: `s2`.
  mutating func stride() throws(ArchitectureError) -> PixelSize? {
    let found = take { $0.hasPrefix("s") && $0.dropFirst().first?.isNumber == true }
    guard let word = found else { return nil }
    guard let size = Self.size(String(word.text.dropFirst())) else { throw unknown(word) }
    return size
  }

  /// Reads a padding if there is one.
  mutating func padding() -> Padding? {
    take { Padding(rawValue: $0) != nil }.flatMap { Padding(rawValue: $0.text) }
  }

  /// Reads an activation; linear if there is none.
  mutating func activation() -> Activation {
    take { Activation(rawValue: $0) != nil }.flatMap { Activation(rawValue: $0.text) } ?? .linear
  }

  /// Reads a flag; returns whether it is there.
  mutating func flag(_ name: String) -> Bool { take { $0 == name } != nil }

  /// Removes and returns the first word that matches.
  private mutating func take(where matches: (String) -> Bool) -> ArchitectureWord? {
    words.firstIndex { matches($0.text) }.map { words.remove(at: $0) }
  }

  private var missing: ArchitectureError {
    ArchitectureError(
      .missingNumber(layer: layer, name: name.text, form: form.text), textColumn: name.column)
  }

  private func unknown(_ word: ArchitectureWord) -> ArchitectureError {
    ArchitectureError(.unknownWord(layer: layer, word: word.text, form: form.text), textColumn: word.column)
  }

  /// Parses `3`; at most 18 digits, so that it fits.
  private static func integer(_ text: String) -> Int? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text.utf8.count <= 18 else { return nil }
    return Int(text)
  }

  /// Parses `3` or `3x5`.
  private static func size(_ text: String) -> PixelSize? {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { integer(String($0)) }
    guard (1...2).contains(parts.count), let height = parts[0], let width = parts[parts.count - 1] else {
      return nil
    }
    return PixelSize(height, width)
  }
}
