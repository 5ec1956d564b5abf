import MisfitCore
import MisfitImages

/// A folder of PNG images of one size, grey or RGB.
public struct ImageFolderSource: RecordSource {
  /// The path as it was given.
  public let name: String
  /// What is known of the records.
  public let layout: RecordLayout

  /// Looks through a folder.
  ///
  /// - Throws: ``IngestError``.
  public init(_ path: String) throws(IngestError) {
    throw IngestError(.noImages, at: InputPosition(source: path))
  }

  /// Begins at the first image.
  public func makeReader() throws(IngestError) -> any RecordReader {
    throw IngestError(.noImages, at: InputPosition(source: name))
  }
}
