import MisfitCore
import MisfitKernels

/// Architectures as people type them and read them back.
///
/// `conv 16 3 relu | pool 2 || up 2 | conv 1 3 sigmoid`: layers from the input on with `|` between them, and
/// `||` after the layer that gives the code.
enum ArchitectureText {
  /// A word and its column, from 1.
  struct Word {
    var text: String
    var column: Int
  }

  /// The layers of a text, where each begins, and which of them gives the code.
  struct Reading {
    var layers: [LayerSpecification]
    var columns: [Int]
    var codeLayer: Int
  }

  /// - Throws: ``ArchitectureError`` with its column.
  static func read(_ text: String) throws(ArchitectureError) -> Reading {
    var reading = Reading(layers: [], columns: [], codeLayer: 0)
    var bottlenecks = 0
    for (words, endsAtBottleneck, column) in stages(of: text) {
      guard !words.isEmpty else {
        throw ArchitectureError(
          .unknownLayer(layer: reading.layers.count + 1, name: ""), textColumn: column)
      }
      var layer = try LayerWords(words, layer: reading.layers.count + 1)
      reading.columns.append(words[0].column)
      reading.layers.append(try layer.specification())
      if endsAtBottleneck {
        bottlenecks += 1
        reading.codeLayer = reading.layers.count - 1
      }
    }
    guard bottlenecks == 1 else { throw ArchitectureError(.bottlenecks(count: bottlenecks)) }
    return reading
  }

  /// The words between bars, whether a double bar ends them, and the column of their end.
  private static func stages(of text: String) -> [(words: [Word], endsAtBottleneck: Bool, column: Int)] {
    var stages: [(words: [Word], endsAtBottleneck: Bool, column: Int)] = []
    var words: [Word] = []
    var word = Word(text: "", column: 1)
    var lastBar: Int?
    func closeWord() {
      if !word.text.isEmpty { words.append(word) }
      word.text = ""
    }
    for (index, character) in text.enumerated() {
      let column = index + 1
      if character == "|" {
        closeWord()
        if lastBar == index - 1, words.isEmpty, !stages.isEmpty, !stages[stages.count - 1].endsAtBottleneck {
          stages[stages.count - 1].endsAtBottleneck = true
        } else {
          stages.append((words, false, column))
          words = []
        }
        lastBar = index
      } else if character.isWhitespace {
        closeWord()
      } else {
        if word.text.isEmpty { word.column = column }
        word.text.append(character)
      }
    }
    closeWord()
    stages.append((words, false, text.count + 1))
    return stages
  }

  /// What to do about a name that is none.
  static func remedy(forUnknown name: String) -> MessageText {
    let names = LayerWord.allCases.map(\.rawValue)
    if let near = NearestSpelling.of(name, among: names) { return "did you mean `\(near)`?" }
    return "there are \(names.joined(separator: ", "))"
  }
}

extension LayerSpecification {
  /// The layer as it is typed, without what is so anyway: `conv 16 3 relu`.
  public var text: String {
    switch self {
    case .dense(let units, let activation): Self.words("dense \(units)", activation)
    case .tiedDense(let units, let activation): Self.words("dense \(units)", activation) + " tied"
    case .convolution(let numbers): Self.text("conv", numbers)
    case .transposedConvolution(let numbers): Self.text("deconv", numbers)
    case .maximumPooling(let numbers): Self.text("pool", numbers)
    case .averagePooling(let numbers): Self.text("avgpool", numbers)
    case .upsampling(let size): "up \(size.text)"
    case .normalization(let activation): Self.words("norm", activation)
    case .flatten: "flatten"
    case .reshape(let shape): "reshape " + shape.extents.map(String.init).joined(separator: " ")
    case .dropout(let share): "dropout \(share)"
    }
  }

  private static func words(_ text: String, _ activation: Activation) -> String {
    activation == .linear ? text : "\(text) \(activation.rawValue)"
  }

  private static func text(_ name: String, _ numbers: Convolution) -> String {
    var text = "\(name) \(numbers.filters) \(numbers.kernel.text)"
    if numbers.stride != PixelSize(1) { text += " s\(numbers.stride.text)" }
    if numbers.padding != .same { text += " \(numbers.padding.rawValue)" }
    return words(text, numbers.activation)
  }

  private static func text(_ name: String, _ numbers: Pooling) -> String {
    var text = "\(name) \(numbers.size.text)"
    if numbers.stride != numbers.size { text += " s\(numbers.stride.text)" }
    if numbers.padding != .valid { text += " \(numbers.padding.rawValue)" }
    return text
  }
}

extension PixelSize {
  /// `3`, or `3x5`.
  var text: String { height == width ? "\(height)" : "\(height)x\(width)" }
}
