import MisfitCore

/// The UCI handwritten digits that ship with the project: 1,797 images of 8 x 8, with labels.
///
/// Pixels of 0 ... 16 are divided by 16. The source is the test set of Alpaydin and Kaynak (1998), "Optical
/// Recognition of Handwritten Digits", as scikit-learn distributes it.
package struct DigitsSource: RecordSource {
  /// The name, `digits`.
  package let name = "digits"
  /// The shape, the columns and other properties of the records.
  package let layout: RecordLayout
  /// 64 pixels and the label on each line, without a header.
  private let table: CSVSource

  /// Creates a source of the file that is part of the program.
  ///
  /// - Throws: ``IngestError``.
  package init() throws(IngestError) {
    var options = SourceOptions()
    options.hasHeader = false
    options.labelColumn = FeatureName.ofColumn(64)
    options.expectedShape = .image(height: 8, width: 8, channels: 1)
    let file = ShippedData.digits
    table = try CSVSource(MemoryInput(name: file.fileName, bytes: file.bytes), options: options)
    layout = RecordLayout(
      shape: table.layout.shape, hasLabels: true, rowCount: 1797, notes: ["8 x 8 pixels, divided by 16"])
  }

  /// Returns a reader that begins at the first image.
  ///
  /// - Throws: ``IngestError``.
  package func makeReader() throws(IngestError) -> any RecordReader {
    DigitsReader(try table.makeReader())
  }
}

/// One pass over the digits.
final class DigitsReader: RecordReader {
  private let table: any RecordReader

  init(_ table: any RecordReader) { self.table = table }

  func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
    guard try table.readBatch(into: &batch) else { return false }
    for index in 0..<batch.rowCount * batch.width { batch.values[index] /= 16 }
    return true
  }
}
