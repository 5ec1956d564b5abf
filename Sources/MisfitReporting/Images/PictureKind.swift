/// The pictures of an image in a report.
enum PictureKind: String, CaseIterable, Sendable {
  /// The heat map at the size of the image's file: a PNG whose 256 colors are the levels of the map.
  case map
  /// White where the image is above the threshold, black elsewhere: 8-bit gray at the size of the file.
  case mask
  /// The map on the image, with outlines and boxes, at the size of the file.
  case overlay
  /// A small overlay for the table of the page.
  case thumbnail
  /// The image for the page: a copy of the file, or a picture of what the model received.
  case original
  /// The reconstruction for the page, at the size that the model works on.
  case reconstruction

  /// The folder of the pictures; those that only the page needs are together.
  var folder: String {
    switch self {
    case .map: "maps"
    case .mask: "masks"
    case .overlay: "overlays"
    case .thumbnail: "page/thumbnails"
    case .original: "page/originals"
    case .reconstruction: "page/reconstructions"
    }
  }
}

/// An encoded picture.
struct EncodedPicture: Sendable, Hashable {
  var bytes: [UInt8]
  var isJPEG = false

  /// The ending of a file.
  var ending: String { isJPEG ? "jpg" : "png" }
}
