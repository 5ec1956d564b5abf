import Misfit
import MisfitCore
import MisfitIngest
import MisfitReports

/// The stored size of codes, compared with the data that they were computed from.
package struct CodeStorage: Sendable, Hashable {
  /// The size of the file of codes, in bytes.
  package var codeBytes: Int
  /// The stored size of the source in bytes, compressed if it is; nil if the source is not a file of its own.
  package var sourceBytes: Int?
  /// The size of the samples as 32-bit floats, in bytes.
  package var floatBytes: Int

  /// Creates a comparison of sizes.
  package init(codeBytes: Int, sourceBytes: Int?, floatBytes: Int) {
    self.codeBytes = codeBytes
    self.sourceBytes = sourceBytes
    self.floatBytes = floatBytes
  }

  /// Compares a table of codes with its source, whose samples have `sampleWidth` values.
  package init(of table: RowTable, source: any RecordSource, sampleWidth: Int) {
    self.init(
      codeBytes: table.byteCount, sourceBytes: source.storedByteCount,
      floatBytes: table.rowCount * sampleWidth * 4)
  }

  /// The size of the source relative to the codes; nil if the source's size is not known, or without codes.
  package var sourceRatio: Double? {
    sourceBytes.flatMap { codeBytes > 0 ? Double($0) / Double(codeBytes) : nil }
  }

  /// The size of the floats relative to the codes; nil without codes.
  package var floatRatio: Double? { codeBytes > 0 ? Double(floatBytes) / Double(codeBytes) : nil }

  /// The sizes and ratios as a sentence; nil without codes.
  package var text: String? {
    guard let floatRatio else { return nil }
    var text = "\(NumberText.bytes(codeBytes)) of codes; "
    if let sourceBytes, let sourceRatio {
      text += "the data as stored is \(NumberText.bytes(sourceBytes)), \(Self.times(sourceRatio)); "
    }
    return text + "as floats it is \(NumberText.bytes(floatBytes)), \(Self.times(floatRatio))"
  }

  /// The sizes and ratios as JSON.
  package var json: JSONObject {
    [
      "codeBytes": JSONValue(codeBytes), "sourceBytes": JSONValue(sourceBytes),
      "floatBytes": JSONValue(floatBytes), "sourceRatio": JSONValue(sourceRatio),
      "floatRatio": JSONValue(floatRatio),
    ]
  }

  private static func times(_ ratio: Double) -> String {
    "\(NumberText.significant(ratio, digits: 3)) times as much"
  }
}
