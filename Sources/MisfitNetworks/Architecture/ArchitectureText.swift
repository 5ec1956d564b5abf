import MisfitCore

/// The parser of the architecture language.
///
/// `conv 16 3 relu | pool 2 || up 2 | conv 1 3 sigmoid`: layers from input to output, separated by `|`, with
/// `||` after the code layer.
enum ArchitectureText {
  /// The layers of a text, the column of each, and the index of the code layer.
  struct Reading {
    var layers: [LayerSpecification]
    var columns: [Int]
    var codeLayer: Int
  }

  /// Parses a text.
  ///
  /// - Throws: ``ArchitectureError`` with its column.
  static func read(_ text: String) throws(ArchitectureError) -> Reading {
    var reading = Reading(layers: [], columns: [], codeLayer: 0)
    var bottlenecks = 0
    for (words, endsAtBottleneck, column) in stages(of: text) {
      guard !words.isEmpty else {
        throw ArchitectureError(
          .unknownLayer(layer: reading.layers.count + 1, name: "", known: LayerSpecification.names),
          textColumn: column)
      }
      reading.columns.append(words[0].column)
      reading.layers.append(try LayerSpecification(words, layer: reading.layers.count + 1))
      if endsAtBottleneck {
        bottlenecks += 1
        reading.codeLayer = reading.layers.count - 1
      }
    }
    guard bottlenecks == 1 else { throw ArchitectureError(.bottlenecks(count: bottlenecks)) }
    return reading
  }

  /// Returns the words between bars, whether a double bar ends them, and the column of their end.
  private static func stages(of text: String) -> [(
    words: [ArchitectureWord], endsAtBottleneck: Bool, column: Int
  )] {
    var stages: [(words: [ArchitectureWord], endsAtBottleneck: Bool, column: Int)] = []
    var words: [ArchitectureWord] = []
    var word = ArchitectureWord(text: "", column: 1)
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
}
