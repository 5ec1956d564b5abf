import Misfit
import MisfitCore
import MisfitIngest
import MisfitReports

/// What codes take as they are stored, against the data that they were made of.
package struct CodeStorage: Sendable, Hashable {
  /// The bytes of the file of codes.
  package var codeBytes: Int
  /// The bytes of the source as it is stored, compressed where it is; nil where it is no file of its own.
  package var sourceBytes: Int?
  /// The bytes of the samples as 32-bit floats.
  package var floatBytes: Int

  /// Takes sizes.
  package init(codeBytes: Int, sourceBytes: Int?, floatBytes: Int) {
    self.codeBytes = codeBytes
    self.sourceBytes = sourceBytes
    self.floatBytes = floatBytes
  }

  /// What a table of codes takes, against a source whose samples have `sampleWidth` values.
  package init(of table: RowTable, source: any RecordSource, sampleWidth: Int) {
    self.init(
      codeBytes: table.byteCount, sourceBytes: source.storedByteCount,
      floatBytes: table.rowCount * sampleWidth * 4)
  }

  /// How many times smaller the codes are than the source; nil where that is not stored.
  package var sourceRatio: Double? {
    sourceBytes.flatMap { codeBytes > 0 ? Double($0) / Double(codeBytes) : nil }
  }

  /// How many times smaller the codes are than the floats; nil without codes.
  package var floatRatio: Double? { codeBytes > 0 ? Double(floatBytes) / Double(codeBytes) : nil }

  /// Sizes and ratios in a sentence; nil without codes.
  package var text: String? {
    guard let floatRatio else { return nil }
    var text = "\(NumberText.bytes(codeBytes)) of codes; "
    if let sourceBytes, let sourceRatio {
      text += "the data as stored is \(NumberText.bytes(sourceBytes)), \(Self.times(sourceRatio)); "
    }
    return text + "as floats it is \(NumberText.bytes(floatBytes)), \(Self.times(floatRatio))"
  }

  /// The same for machines.
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
