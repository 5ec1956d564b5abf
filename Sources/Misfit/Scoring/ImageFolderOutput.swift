import MisfitCore
import MisfitImages
import MisfitIngest
import MisfitReports

/// What a model makes of images, as a folder of PNG files: one an image, under its name.
///
/// Images of a sub-folder go into one of the same name. Values are those of 8 bits.
public final class ImageFolderOutput {
  /// Images written so far.
  public private(set) var imageCount = 0
  private let path: String
  private let schema: Schema
  private var names: Set<String> = []
  private var folders: Set<String> = []

  /// Makes the folder.
  ///
  /// - Throws: ``FileError``; ``OutputError`` where the detector makes no images.
  public init(_ path: String, of detector: Detector) throws {
    guard detector.outputSchema.isPicture else {
      throw OutputError(path: path, shape: detector.outputSchema.shape)
    }
    self.path = path
    schema = detector.outputSchema
    try FileSystem.makeDirectory(path)
  }

  /// What cannot be written as images.
  public struct OutputError: DiagnosableError, Hashable {
    /// The folder.
    public var path: String
    /// What the model gives.
    public var shape: Shape

    /// The sentence.
    public var diagnosis: Diagnosis {
      Diagnosis(
        "a folder takes images, and the model gives samples of \(shape)", at: InputPosition(source: path),
        remedy: "give a file to -o, as in -o expected.csv")
    }
  }

  /// Writes the images of a batch.
  ///
  /// - Throws: ``FileError``, ``ImageError``.
  public func write(_ batch: ScoredBatch) throws {
    for index in 0..<batch.count {
      let values = batch.reconstruction(at: index).array
      guard let image = image(of: values, shape: batch.outputShape) else { continue }
      try PNGEncoder.write(image, to: file(for: batch.id(at: index)))
      imageCount += 1
    }
  }

  /// What was written, for machines.
  public var json: String {
    JSONText.compact([
      "path": JSONValue(path), "samples": JSONValue(imageCount), "shape": JSONValue(schema.shape.extents),
    ])
  }

  /// The image in the data's own units: pixels of 0 to 255, or shares of white where the data lies in [0, 1].
  private func image(of values: [Float], shape: Shape) -> Image? {
    guard let (height, width, channels) = shape.imageExtents else { return nil }
    let white = (0..<schema.width).allSatisfy { schema.maxima[$0] <= 1 && schema.minima[$0] >= 0 } ? 255.0 : 1
    // An image put together from tiles has more pixels than the schema, whose scaling is then one for all.
    let pixels = values.enumerated().map { index, value in
      UInt8(max(0, min(255, (schema.decode(value, column: index % schema.width) * white).rounded())))
    }
    return Image(height: height, width: width, channels: channels, pixels: pixels)
  }

  /// A path of its own for an image, in the folder.
  private func file(for id: String) throws -> String {
    var parts = id.split(separator: "/").filter { $0 != "." && $0 != ".." }.map(String.init)
    let name = parts.popLast() ?? "image"
    let folder = ([path] + parts).joined(separator: "/")
    if !parts.isEmpty, folders.insert(folder).inserted { try FileSystem.makeDirectory(folder) }
    var file = "\(folder)/\(name)"
    if let dot = name.lastIndex(of: "."), dot > name.startIndex { file = "\(folder)/\(name[..<dot])" }
    // `a.jpg` and `a.png` are two images.
    if !names.insert(file).inserted {
      file = "\(folder)/\(name)"
      while !names.insert(file).inserted { file += "-again" }
    }
    return "\(file).png"
  }
}
