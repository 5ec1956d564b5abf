import MisfitCore
import MisfitONNX

/// The cells of a column of two levels: one input, 0 for no and √2 for yes.
///
/// They are at the distance of two other levels.
package struct BooleanCells: CellCoding {
  /// The level for no, then the one for yes.
  package var counts: LevelCounts

  /// The input for yes.
  static let yes = Double(2).squareRoot()

  var inputCount: Int { 1 }
  var isUsable: Bool { counts.levels.count == 2 && counts.areDistinct }
  var reader: ColumnReader { .boolean(LevelTable(counts.levels.map(\.text))) }

  func encode(_ value: Double, into inputs: inout MutableSpan<Float>, at start: Int, unseen: Float) {
    inputs[start] = value == 0 ? 0 : value == 1 ? Float(Self.yes) : unseen
  }

  private func mean(of column: TableColumn) -> Double {
    counts.shares(among: column.presentCount)[1] * Self.yes
  }

  func neutralInputs(of column: TableColumn) -> [Float] { [Float(mean(of: column))] }

  func unseenInputs(of column: TableColumn) -> [Float] { [Float(mean(of: column) + TableEncoder.surprise)] }

  func loss(of column: TableColumn) -> (kind: TableCell.Kind, factor: Double) {
    (.yesOrNo, counts.lossFactor(among: column.presentCount))
  }

  func decode(_ outputs: Span<Float>, at start: Int) -> CellValue {
    .level(counts.levels[Double(outputs[start]) > Self.yes / 2 ? 1 : 0].text)
  }

  func cell(_ value: Double, text: String?) -> CellValue { counts.cell(value, text: text) }

  func probability(of text: String, in outputs: Span<Float>, at start: Int) -> Double? {
    guard let level = counts.index(of: text) else { return nil }
    let ofYes = Double(outputs[start]) / Self.yes
    return level == 1 ? ofYes : 1 - ofYes
  }

  func encodingText(of column: TableColumn) -> String {
    "\(counts.levels[0].text) and \(counts.levels[1].text), one input"
  }
}

extension BooleanCells {
  /// Texts; numbers where the levels are 0 and 1.
  var port: CellPort {
    let texts = counts.levels.map(\.text)
    var table = Dictionary(uniqueKeysWithValues: zip(texts, 0...))
    guard BooleanText.pair(texts[0], texts[1]) != nil else { return .texts(table) }
    if BooleanText.areDigits(texts) { return .numbers }
    for (text, index) in BooleanText.writings { table[text] = table[text] ?? index }
    return .texts(table)
  }

  func graph(_ values: GraphValue, unseen: Float) -> GraphValue {
    let graph = values.graph
    let known = graph.select(values == 1, graph.number(Double(Float(Self.yes))), graph.number(Double(unseen)))
    return graph.select(values == 0, graph.number(0), known)
  }

  func decodedGraph(_ outputs: GraphValue) -> GraphValue {
    let isYes = (outputs > Self.yes / 2).cast(to: .int64)
    guard case .texts = port else { return isYes.cast(to: .double) }
    return counts.texts(in: outputs.graph).gather(isYes)
  }
}
