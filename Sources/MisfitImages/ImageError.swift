import MisfitCore

/// An error of reading or writing an image.
package struct ImageError: Error, Sendable, Equatable {
  /// A kind of error.
  package enum Kind: Sendable, Equatable {
    /// The system refused: no such file, a directory, no permission, a full disk.
    case file(FileError)
    /// The file is empty.
    case empty
    /// The first bytes are not those of a PNG.
    case notPNG
    /// The first bytes are those of no supported format.
    case notAnImage
    /// The bytes end before the image does.
    case truncated
    /// The bytes are inconsistent; the text is the reason.
    case corrupted(String)
    /// A valid file of a kind that is not supported; the text is the kind.
    case unsupported(String)
    /// The image has more pixels, or a longer side, than the decoder accepts.
    case tooLarge(width: Int, height: Int)
    /// The library for the format is not installed.
    case noLibrary(ImageLibrary)
    /// The encoder failed; the text is the reason.
    case notEncodable(String)
  }

  /// The kind of error.
  package let kind: Kind
  /// The format that the file was taken for.
  package let format: ImageFormat
  /// The file, and the byte offset of the problem if it is known.
  package let position: InputPosition?

  /// Creates an error.
  package init(_ kind: Kind, format: ImageFormat = .png, at position: InputPosition) {
    self.kind = kind
    self.format = format
    self.position = position
  }

  init(_ error: FileError) { self.init(.file(error), at: InputPosition(source: error.path)) }
}
