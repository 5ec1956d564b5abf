import Misfit
import MisfitCore
import MisfitImages
import MisfitIngest
import MisfitReports

/// A writer of reconstructed images: a folder with one PNG file an image, named like the image.
///
/// The reconstruction of a single image may be a file. Images of a subfolder go into a subfolder of the same
/// name. Pixels have 8 bits.
package final class ImageFolderOutput {
  /// The number of images written so far.
  package private(set) var imageCount = 0
  private let path: String
  private let schema: Schema
  private let isFile: Bool
  private var names: Set<String> = []
  private var folders: Set<String> = []

  /// Creates the folder.
  ///
  /// For a single image, a path that ends in `.png` and is no folder is the path of the image.
  ///
  /// - Throws: ``FileError``; ``OutputError`` if the detector does not produce images, several images would
  ///   go to one file, or a file of `source` would be overwritten.
  package init(_ path: String, of detector: Detector, from source: (any RecordSource)? = nil) throws {
    guard detector.outputSchema.isPicture else {
      throw OutputError(path: path, problem: .shape(detector.outputSchema.shape))
    }
    self.path = path
    schema = detector.outputSchema
    let ids = source?.imageIDs ?? []
    isFile = path.lowercased().hasSuffix(".png") && FileSystem.status(of: path)?.isDirectory != true
    guard !isFile || ids.count == 1 else { throw OutputError(path: path, problem: .severalImages) }
    let inputs = ids.isEmpty ? [] : Set((source?.filePaths ?? []).compactMap(FileSystem.resolved))
    for id in ids {
      let target = isFile ? path : Self.components(of: id, in: path).joined(separator: "/") + ".png"
      if let resolved = FileSystem.resolved(target), inputs.contains(resolved) {
        throw OutputError(path: target, problem: .isInput)
      }
    }
    if !isFile { try FileSystem.makeDirectory(path) }
  }

  /// An error for output that cannot be written as images.
  package struct OutputError: DiagnosableError, Hashable {
    /// The reason why images cannot be written.
    package enum Problem: Hashable, Sendable {
      /// The model's output has this shape, which is not an image.
      case shape(SampleShape)
      /// There are several images, but the path is a single file.
      case severalImages
      /// An input image would be overwritten.
      case isInput
    }

    /// The path of the folder or file.
    package var path: String
    /// The reason why nothing can be written there.
    package var problem: Problem

    /// The problem, the path and a remedy.
    package var diagnosis: Diagnosis {
      let (text, remedy): (MessageText, MessageText) =
        switch problem {
        case .shape(let shape):
          (
            "a folder takes images, and the model gives samples of \(shape)",
            "write to a file, such as expected.csv"
          )
        case .severalImages:
          ("several images do not fit into one file", "write to a folder, such as expected/")
        case .isInput: ("this image would be overwritten, and it is read", "write to another folder")
        }
      return Diagnosis(text, at: InputPosition(source: path), remedy: remedy)
    }
  }

  /// Writes the reconstructions of a batch.
  ///
  /// - Throws: ``FileError``, ``ImageError``.
  package func write(_ batch: ScoredBatch) throws {
    for index in 0..<batch.count {
      let values = batch.reconstruction(at: index).array
      guard let image = image(of: values, shape: batch.outputShape) else { continue }
      try PNGEncoder.write(image, to: file(for: batch.id(at: index)))
      imageCount += 1
    }
  }

  /// A summary of the output as JSON text.
  package var json: String {
    JSONText.compact([
      "path": JSONValue(path), "samples": JSONValue(imageCount), "shape": JSONValue(schema.shape.extents),
    ])
  }

  /// Returns the image in the data's own units: pixels from 0 to 255, or shares of white if the data is in
  /// [0, 1].
  private func image(of values: [Float], shape: SampleShape) -> Image? {
    guard let (height, width, channels) = shape.imageExtents else { return nil }
    let white = (0..<schema.width).allSatisfy { schema.maxima[$0] <= 1 && schema.minima[$0] >= 0 } ? 255.0 : 1
    // An image stitched from tiles has more pixels than the schema; all columns then share one scaling.
    let pixels = values.enumerated().map { index, value in
      UInt8(max(0, min(255, (schema.decode(value, column: index % schema.width) * white).rounded())))
    }
    return Image(height: height, width: width, channels: channels, pixels: pixels)
  }

  /// Returns a unique path for an image.
  private func file(for id: String) throws -> String {
    guard !isFile else { return path }
    let parts = Self.components(of: id, in: path)
    let folder = parts.dropLast().joined(separator: "/")
    if parts.count > 2, folders.insert(folder).inserted { try FileSystem.makeDirectory(folder) }
    var file = parts.joined(separator: "/")
    // `a.jpg` and `a.png` are different images.
    if !names.insert(file).inserted {
      file = "\(folder)/\(FileSystem.lastComponent(of: id))"
      while !names.insert(file).inserted { file += "-again" }
    }
    return "\(file).png"
  }

  /// Returns the path components of an image without its extension; they never leave `folder`.
  private static func components(of id: String, in folder: String) -> [String] {
    var parts = id.split(separator: "/").filter { $0 != "." && $0 != ".." }.map(String.init)
    var name = parts.popLast() ?? "image"
    if let dot = name.lastIndex(of: "."), dot > name.startIndex { name = String(name[..<dot]) }
    return [folder] + parts + [name]
  }
}
