import MisfitCore
import MisfitImages

/// A folder of PNG images of one size, grey or RGB.
///
/// Images that lie in a sub-folder have its name as their label; deeper folders are passed over, as are files
/// that are no PNG by their name. The identifier of an image is its path below the folder. Where grey and RGB
/// images meet, grey becomes RGB.
public struct ImageFolderSource: RecordSource {
  /// The path as it was given.
  public let name: String
  /// What is known of the records.
  public let layout: RecordLayout
  private let images: [ImageEntry]

  /// Looks through a folder and at the header of each image.
  ///
  /// - Throws: ``IngestError``; images of two sizes are named here, before any of them is decoded.
  public init(_ path: String) throws(IngestError) {
    name = path
    images = try Self.entries(in: path)
    guard let first = images.first else { throw IngestError(.noImages, at: InputPosition(source: path)) }
    var shape = try first.shape()
    for image in images.dropFirst() {
      let other = try image.shape()
      guard other.extents[0] == shape.extents[0], other.extents[1] == shape.extents[1] else {
        let kind = IngestError.Kind.imageSizes(
          path: first.id, shape: shape, otherPath: image.id, otherShape: other)
        throw IngestError(kind, at: InputPosition(source: path))
      }
      if other.extents[2] > shape.extents[2] { shape = other }
    }
    let labels = Set(images.compactMap(\.label))
    layout = RecordLayout(
      shape: shape, hasIDs: true, hasLabels: !labels.isEmpty, valueKind: .uint8, rowCount: images.count,
      notes: [
        "PNG, \(shape.extents[2] == 1 ? "grey" : "RGB")",
        labels.isEmpty ? "no labels" : "\(IngestError.count(labels.count, "label")) from sub-folders",
      ])
  }

  /// Begins at the first image.
  public func makeReader() throws(IngestError) -> any RecordReader {
    ImageFolderReader(images, layout, name: name)
  }

  private static func entries(in folder: String) throws(IngestError) -> [ImageEntry] {
    do throws(FileError) {
      var entries: [ImageEntry] = []
      for name in try FileSystem.names(in: folder) {
        let path = "\(folder)/\(name)"
        if FileSystem.status(of: path)?.isDirectory == true {
          for inner in try FileSystem.names(in: path) where isPNG(inner) {
            entries.append(ImageEntry(path: "\(path)/\(inner)", id: "\(name)/\(inner)", label: name))
          }
        } else if isPNG(name) {
          entries.append(ImageEntry(path: path, id: name, label: nil))
        }
      }
      return entries
    } catch { throw IngestError(error) }
  }

  private static func isPNG(_ name: String) -> Bool { name.lowercased().hasSuffix(".png") }
}

/// One image of a folder.
struct ImageEntry: Sendable {
  let path: String
  let id: String
  let label: String?

  func shape() throws(IngestError) -> Shape {
    do {
      let header = try PNGDecoder.header(ofFile: path)
      return .image(height: header.height, width: header.width, channels: header.channels)
    } catch { throw IngestError(error) }
  }

  func image() throws(IngestError) -> Image {
    do { return try PNGDecoder.image(ofFile: path) } catch { throw IngestError(error) }
  }
}

extension IngestError {
  /// An error of an image, with its sentence.
  init(_ error: ImageError) {
    if case .file(let cause) = error.kind {
      self.init(cause)
    } else {
      self.init(.image(error.diagnosis.problem), at: error.position)
    }
  }
}

/// One pass over the images of a folder.
final class ImageFolderReader: RecordReader {
  private let images: [ImageEntry]
  private let layout: RecordLayout
  private let name: String
  private var done = 0

  init(_ images: [ImageEntry], _ layout: RecordLayout, name: String) {
    self.images = images
    self.layout = layout
    self.name = name
  }

  func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
    batch.reset(firstRecord: done + 1)
    while done < images.count, batch.rowCount < batch.capacity {
      let entry = images[done]
      let pixels = try pixels(of: entry)
      batch.append(pixels: pixels, id: entry.id, label: layout.hasLabels ? entry.label ?? "" : nil)
      done += 1
    }
    return batch.rowCount > 0
  }

  /// The samples of an image, in the channels of the layout.
  private func pixels(of entry: ImageEntry) throws(IngestError) -> [UInt8] {
    let image = try entry.image()
    let channels = layout.shape.extents[2]
    guard image.height == layout.shape.extents[0], image.width == layout.shape.extents[1],
      image.channels <= channels
    else { throw IngestError(.changedBetweenPasses, at: InputPosition(source: entry.path)) }
    if image.channels == channels { return image.pixels }
    return image.pixels.flatMap { repeatElement($0, count: channels) }
  }
}
