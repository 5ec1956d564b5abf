import MisfitCore
import MisfitONNX

/// The cells of a column of levels: an input for each level, and one for all others.
///
/// A level is 1 in its own input and 0 in those of the others. Two standardized numbers differ by the square
/// of √2 on average, and so do two levels.
package struct LevelCells: CellCoding {
  /// The levels with an input of their own, the most frequent first, and the number of all other cells.
  package var counts: LevelCounts

  private var levels: [ColumnLevel] { counts.levels }

  var inputCount: Int { levels.count + 1 }
  var isUsable: Bool { !levels.isEmpty && counts.areDistinct }
  var reader: ColumnReader { .level(LevelTable(levels.map(\.text))) }

  func encode(_ value: Double, into inputs: inout MutableSpan<Float>, at start: Int, unseen: Float) {
    let count = counts.levels.count
    for level in 0...count { inputs[start + level] = 0 }
    // An array may contain any number.
    let level = Int(min(max(value, 0), Double(count)))
    inputs[start + level] = level == count && counts.otherCount == 0 ? unseen : 1
  }

  func neutralInputs(of column: TableColumn) -> [Float] {
    (counts.shares(among: column.presentCount) + [counts.otherShare(among: column.presentCount)])
      .map { Float($0) }
  }

  func unseenInputs(of column: TableColumn) -> [Float] {
    neutralInputs(of: column).dropLast() + [Float(TableEncoder.surprise)]
  }

  func loss(of column: TableColumn) -> (kind: TableCell.Kind, factor: Double) {
    (.levels, counts.lossFactor(among: column.presentCount))
  }

  func decode(_ outputs: Span<Float>, at start: Int) -> CellValue {
    var best = 0
    for level in 0...levels.count where outputs[start + level] > outputs[start + best] { best = level }
    return counts.value(best) ?? .rarerLevel
  }

  func cell(_ value: Double, text: String?) -> CellValue { counts.cell(value, text: text) }

  func probability(of text: String, in outputs: Span<Float>, at start: Int) -> Double? {
    guard let level = counts.index(of: text) ?? (counts.otherCount > 0 ? levels.count : nil) else {
      return nil
    }
    return Double(outputs[start + level])
  }

  func encodingText(of column: TableColumn) -> String {
    let rarer = NumberText.grouped(max(0, column.distinctCount - levels.count))
    let rest = counts.otherCount > 0 ? ", one for the \(rarer) rarer ones" : ""
    return "\(CountText.of(levels.count, "level"))\(rest), \(inputCount) inputs"
  }
}

/// The most frequent texts of a column.
package struct LevelCounts: Sendable, Hashable {
  /// The texts, and the number of cells with each of them.
  package var levels: [ColumnLevel] = []
  /// The number of cells with another text.
  package var otherCount = 0

  /// Returns the share of each level among the cells that are not missing.
  func shares(among presentCount: Int) -> [Double] {
    levels.map { Double($0.count) / Double(max(1, presentCount)) }
  }

  /// Returns the share of all other texts among the cells that are not missing.
  func otherShare(among presentCount: Int) -> Double { Double(otherCount) / Double(max(1, presentCount)) }

  /// Returns the weight by which a cross-entropy costs about 1 if only the shares of the levels are known: by
  /// their entropy in nats, or by ln 2 if that is larger; otherwise a rare level of a nearly constant column
  /// would dominate all others.
  func lossFactor(among presentCount: Int) -> Double {
    let present = Double(max(1, presentCount))
    let entropy = (levels.map(\.count) + [otherCount]).reduce(0) { sum, count in
      guard count > 0 else { return sum }
      let share = Double(count) / present
      return sum - share * Mathematics.log(share)
    }
    return 1 / max(entropy, Mathematics.log(2))
  }

  /// Returns a level by its index; nil if there is none.
  func value(_ index: Int) -> CellValue? { index < levels.count ? .level(levels[index].text) : nil }

  /// Returns a level for users by its number in a record; `text` is that of an unknown level.
  func cell(_ value: Double, text: String?) -> CellValue {
    self.value(Int(min(max(value, 0), Double(levels.count)))) ?? text.map { .level($0) } ?? .rarerLevel
  }

  /// Returns the index of a level by its bytes, which distinguish levels.
  func index(of text: String) -> Int? { levels.firstIndex { $0.text.utf8.elementsEqual(text.utf8) } }

  /// Whether the levels differ in their bytes, since two encodings of one letter are two levels.
  var areDistinct: Bool { LevelTable(levels.map(\.text)).count == levels.count }
}

/// A text of a column and its number of cells.
package struct ColumnLevel: Sendable, Hashable, Codable {
  /// The text.
  package var text: String
  /// The number of cells.
  package var count: Int
}

extension LevelCells {
  var port: CellPort {
    .texts(Dictionary(counts.levels.enumerated().map { ($1.text, $0) }) { first, _ in first })
  }

  func graph(_ values: GraphValue, unseen: Float) -> GraphValue {
    let (graph, count) = (values.graph, counts.levels.count)
    let levels = graph.row((0...count).map { Double($0) }, name: "levels")
    var ones = [Double](repeating: 1, count: count + 1)
    if counts.otherCount == 0 { ones[count] = Double(unseen) }
    return graph.select(levels == values, graph.row(ones, name: "ones"), graph.number(0))
  }

  func decodedGraph(_ outputs: GraphValue) -> GraphValue {
    // The first of the largest.
    counts.texts(in: outputs.graph).gather((-outputs).smallest(1).indices)
  }
}

extension LevelCounts {
  /// Returns the texts of the levels, and an empty one for all others: [levels + 1].
  func texts(in graph: GraphBuilder) -> GraphValue {
    graph.constant(GraphTensor([levels.count + 1], .string(levels.map(\.text) + [""])), name: "levels")
  }
}
