import MisfitCore
import MisfitStreams

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where a run of `misfit watch` is in its input and output; it is kept in the state file.
struct WatchPosition: Codable {
  /// The format of the rows; nil before the first one.
  var format: RowFormat?
  /// The number of bytes of complete records that were read of the current file.
  var byteOffset: Int
  /// The identity of the current file.
  var identity: FileIdentity?
  /// The number of bytes of lines in the output file.
  var outputByteCount: Int?
  /// The output file; nil for standard output.
  var output: WatchOutput.Place?
  /// What was given about the rows.
  var rows: RowFormatOptions?
  /// The first bytes of the current file.
  var head: FileHead?
  /// The number of the journal that belongs to the state.
  var journal: UInt64
  /// The alarms of the model; nil without one.
  var model: ModelWatch.State?
  /// The conversion of bytes to text; nil before the first ones, and in states of earlier versions.
  var decoding: StreamDecoder.Format?
}

extension WatchPosition {
  private static let key = "position"

  /// Reads the position from the notes of a state.
  ///
  /// - Throws: ``StreamError``.
  init(_ notes: [String: String], path: String) throws(StreamError) {
    guard let text = notes[Self.key],
      let position = try? JSONDecoder().decode(WatchPosition.self, from: Data(text.utf8)),
      position.byteOffset >= 0, position.outputByteCount ?? 0 >= 0
    else { throw StreamError(.foreign, path: path) }
    self = position
  }

  /// The position as a note of a state.
  var notes: [String: String] {
    get throws { [Self.key: String(decoding: try JSONEncoder().encode(self), as: UTF8.self)] }
  }
}
