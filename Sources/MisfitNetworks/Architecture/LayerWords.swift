import MisfitCore
import MisfitKernels

/// The kinds of layers by the names that people type, and the form of each.
enum LayerWord: String, CaseIterable {
  case dense
  case conv
  case deconv
  case pool
  case averagePool = "avgpool"
  case up
  case norm
  case flatten
  case reshape
  case dropout

  /// What may follow the name.
  var form: String {
    switch self {
    case .dense: "dense UNITS [ACTIVATION] [tied]"
    case .conv: "conv FILTERS SIZE [sSTRIDE] [same|valid] [ACTIVATION]"
    case .deconv: "deconv FILTERS SIZE [sSTRIDE] [same|valid] [ACTIVATION]"
    case .pool: "pool SIZE [sSTRIDE] [same|valid]"
    case .averagePool: "avgpool SIZE [sSTRIDE] [same|valid]"
    case .up: "up SIZE"
    case .norm: "norm [ACTIVATION]"
    case .flatten: "flatten"
    case .reshape: "reshape HEIGHT WIDTH CHANNELS"
    case .dropout: "dropout SHARE"
    }
  }
}

/// The words of one layer's text, read from left to right.
struct LayerWords {
  let layer: Int
  private let kind: LayerWord
  private var words: ArraySlice<ArchitectureText.Word>
  private let name: ArchitectureText.Word

  /// - Throws: ``ArchitectureError`` where the first word names no layer.
  init(_ words: [ArchitectureText.Word], layer: Int) throws(ArchitectureError) {
    guard let name = words.first, let kind = LayerWord(rawValue: name.text) else {
      let column = words.first?.column
      throw ArchitectureError(
        .unknownLayer(layer: layer, name: words.first?.text ?? ""), textColumn: column)
    }
    self.layer = layer
    self.kind = kind
    self.name = name
    self.words = words.dropFirst()
  }

  /// - Throws: ``ArchitectureError`` with its column.
  mutating func specification() throws(ArchitectureError) -> LayerSpecification {
    let result = try read()
    if let extra = words.first { throw unknown(extra) }
    return result
  }

  private mutating func read() throws(ArchitectureError) -> LayerSpecification {
    switch kind {
    case .dense:
      let units = try count()
      let activation = activation()
      return take { $0 == "tied" } == nil
        ? .dense(units: units, activation: activation) : .tiedDense(units: units, activation: activation)
    case .conv: return .convolution(try convolution())
    case .deconv: return .transposedConvolution(try convolution())
    case .pool: return .maximumPooling(try pooling())
    case .averagePool: return .averagePooling(try pooling())
    case .up: return .upsampling(try size())
    case .norm: return .normalization(activation: activation())
    case .flatten: return .flatten
    case .reshape: return .reshape(try shape())
    case .dropout: return .dropout(share: try share())
    }
  }

  private mutating func convolution() throws(ArchitectureError) -> LayerSpecification.Convolution {
    let filters = try count()
    let kernel = try size()
    let stride = try stride() ?? PixelSize(1)
    let padding = padding() ?? .same
    return .init(filters, kernel, stride: stride, padding: padding, activation: activation())
  }

  private mutating func pooling() throws(ArchitectureError) -> LayerSpecification.Pooling {
    let size = try size()
    let stride = try stride()
    return .init(size, stride: stride, padding: padding() ?? .valid)
  }

  private mutating func shape() throws(ArchitectureError) -> Shape {
    var extents: [Int] = []
    while let word = words.first {
      guard let extent = Self.whole(word.text) else { throw unknown(word) }
      extents.append(extent)
      words.removeFirst()
    }
    guard !extents.isEmpty, let shape = Shape(extents) else { throw missing }
    return shape
  }

  private mutating func share() throws(ArchitectureError) -> Double {
    guard let word = words.popFirst() else { throw missing }
    guard let share = Double(word.text) else { throw unknown(word) }
    return share
  }

  private mutating func count() throws(ArchitectureError) -> Int {
    guard let word = words.popFirst() else { throw missing }
    guard let count = Self.whole(word.text) else { throw unknown(word) }
    return count
  }

  private mutating func size() throws(ArchitectureError) -> PixelSize {
    guard let word = words.popFirst() else { throw missing }
    guard let size = Self.size(word.text) else { throw unknown(word) }
    return size
  }

  // Stride, padding, activation and `tied` may stand in any order.

  private mutating func stride() throws(ArchitectureError) -> PixelSize? {
    let found = take { $0.hasPrefix("s") && $0.dropFirst().first?.isNumber == true }
    guard let word = found else { return nil }
    guard let size = Self.size(String(word.text.dropFirst())) else { throw unknown(word) }
    return size
  }

  private mutating func padding() -> Padding? {
    take { Padding(rawValue: $0) != nil }.flatMap { Padding(rawValue: $0.text) }
  }

  private mutating func activation() -> Activation {
    take { Activation(rawValue: $0) != nil }.flatMap { Activation(rawValue: $0.text) } ?? .linear
  }

  /// The first word that is one of those asked for.
  private mutating func take(where isIt: (String) -> Bool) -> ArchitectureText.Word? {
    words.firstIndex { isIt($0.text) }.map { words.remove(at: $0) }
  }

  private var missing: ArchitectureError {
    ArchitectureError(
      .missingNumber(layer: layer, name: name.text, form: kind.form), textColumn: name.column)
  }

  private func unknown(_ word: ArchitectureText.Word) -> ArchitectureError {
    ArchitectureError(.unknownWord(layer: layer, word: word.text, form: kind.form), textColumn: word.column)
  }

  /// `3`; at most 18 digits, so that it is a number.
  private static func whole(_ text: String) -> Int? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text.utf8.count <= 18 else { return nil }
    return Int(text)
  }

  /// `3` or `3x5`.
  private static func size(_ text: String) -> PixelSize? {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { whole(String($0)) }
    guard (1...2).contains(parts.count), let height = parts[0], let width = parts[parts.count - 1] else {
      return nil
    }
    return PixelSize(height, width)
  }
}
