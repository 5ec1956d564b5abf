import MisfitCore

/// Why an image could not be read or written.
public struct ImageError: Error, Sendable, Equatable {
  /// What happened.
  public enum Kind: Sendable, Equatable {
    /// The system refused: no such file, a directory, no permission, a full disk.
    case file(FileError)
    /// The file holds no bytes.
    case empty
    /// The bytes do not begin as a PNG does.
    case notPNG
    /// The bytes begin neither as a PNG nor as a JPEG.
    case notAnImage
    /// The bytes end before the image does.
    case truncated
    /// The bytes contradict themselves; the text says how.
    case corrupted(String)
    /// An undamaged file of a kind that is not read; what it holds.
    case unsupported(String)
    /// The image has more pixels, or a longer side, than is decoded.
    case tooLarge(width: Int, height: Int)
    /// The encoder refused; the text says why.
    case notEncodable(String)
  }

  /// What happened.
  public let kind: Kind
  /// The kind of file that it was taken for.
  public let format: ImageFormat
  /// The file, and the byte where the trouble begins if it is known.
  public let position: InputPosition

  /// Makes an error.
  public init(_ kind: Kind, format: ImageFormat = .png, at position: InputPosition) {
    self.kind = kind
    self.format = format
    self.position = position
  }

  init(_ error: FileError) { self.init(.file(error), at: InputPosition(source: error.path)) }
}
