import Misfit
import MisfitCore
import MisfitImages
import MisfitIngest
import MisfitReports

/// The reconstructions of images, as a folder of PNG files: one an image, under its name.
///
/// The reconstruction of a single image may be a file. Images of a sub-folder go into one of the same name.
/// Values are those of 8 bits.
package final class ImageFolderOutput {
  /// Images written so far.
  package private(set) var imageCount = 0
  private let path: String
  private let schema: Schema
  private let isFile: Bool
  private var names: Set<String> = []
  private var folders: Set<String> = []

  /// Makes the folder; of a single image, a path that ends in `.png` and is no folder is the image's.
  ///
  /// - Throws: ``FileError``; ``OutputError`` where the detector makes no images, several would be one file,
  /// or one of those   in `source` would be overwritten.
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
      let target = isFile ? path : Self.place(of: id, in: path).joined(separator: "/") + ".png"
      if let resolved = FileSystem.resolved(target), inputs.contains(resolved) {
        throw OutputError(path: target, problem: .isInput)
      }
    }
    if !isFile { try FileSystem.makeDirectory(path) }
  }

  /// What cannot be written as images.
  package struct OutputError: DiagnosableError, Hashable {
    /// Why images cannot be written.
    package enum Problem: Hashable, Sendable {
      /// The model gives samples of this shape.
      case shape(SampleShape)
      /// There are several images, and the path is that of one file.
      case severalImages
      /// An image that is read would be overwritten.
      case isInput
    }

    /// The folder or the file.
    package var path: String
    /// Why nothing can be written there.
    package var problem: Problem

    /// The sentence.
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

  /// Writes the images of a batch.
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

  /// What was written, for machines.
  package var json: String {
    JSONText.compact([
      "path": JSONValue(path), "samples": JSONValue(imageCount), "shape": JSONValue(schema.shape.extents),
    ])
  }

  /// The image in the data's own units: pixels of 0 to 255, or shares of white where the data lies in [0, 1].
  private func image(of values: [Float], shape: SampleShape) -> Image? {
    guard let (height, width, channels) = shape.imageExtents else { return nil }
    let white = (0..<schema.width).allSatisfy { schema.maxima[$0] <= 1 && schema.minima[$0] >= 0 } ? 255.0 : 1
    // An image put together from tiles has more pixels than the schema, whose scaling is then one for all.
    let pixels = values.enumerated().map { index, value in
      UInt8(max(0, min(255, (schema.decode(value, column: index % schema.width) * white).rounded())))
    }
    return Image(height: height, width: width, channels: channels, pixels: pixels)
  }

  /// A path of its own for an image.
  private func file(for id: String) throws -> String {
    guard !isFile else { return path }
    let parts = Self.place(of: id, in: path)
    let folder = parts.dropLast().joined(separator: "/")
    if parts.count > 2, folders.insert(folder).inserted { try FileSystem.makeDirectory(folder) }
    var file = parts.joined(separator: "/")
    // `a.jpg` and `a.png` are two images.
    if !names.insert(file).inserted {
      file = "\(folder)/\(FileSystem.lastComponent(of: id))"
      while !names.insert(file).inserted { file += "-again" }
    }
    return "\(file).png"
  }

  /// The folder, the folders in it, and the name of an image without its ending; never outside of the folder.
  private static func place(of id: String, in folder: String) -> [String] {
    var parts = id.split(separator: "/").filter { $0 != "." && $0 != ".." }.map(String.init)
    var name = parts.popLast() ?? "image"
    if let dot = name.lastIndex(of: "."), dot > name.startIndex { name = String(name[..<dot]) }
    return [folder] + parts + [name]
  }
}
