import Misfit
import MisfitCore

/// The pictures of flagged images that are scored one by one: `maps/NAME.png`, `masks/NAME.png` and
/// `overlays/NAME.png`, as in a report.
///
/// An image that is flagged again, as after a change of its file, replaces its pictures.
package struct FlaggedPictures {
  /// The kinds of pictures that are written.
  private static let kinds = [PictureKind.map, .mask, .overlay]

  private let folder: String
  private let drawer: ImageDrawer
  private var names = PictureNames()
  /// The names of the images that have pictures, by their identifiers.
  private var known: [String: String] = [:]

  /// Encoded pictures, which are not written yet.
  package struct Drawn {
    /// The bytes of each file and its path.
    fileprivate var files: [(path: String, bytes: [UInt8])]
    /// The regions of the image that are above the threshold, the largest peak first.
    package let regions: [ImageRegion]
    /// The path of the overlay.
    package let overlayPath: String
  }

  /// Creates the folders of pictures; nil if the maps of the detector do not have the unit of its scores.
  ///
  /// - Throws: ``FileError``.
  package init?(_ folder: String, of detector: Detector) throws(FileError) {
    let threshold = detector.calibration.threshold.value
    guard detector.schema.hasScoreMaps, threshold > 0, threshold.isFinite else { return nil }
    self.folder = folder
    drawer = ImageDrawer(detector: detector, scale: .threshold(threshold), drawsPage: false)
    for kind in Self.kinds { try FileSystem.makeDirectory("\(folder)/\(kind.folder)") }
  }

  /// Whether pictures are written to a folder or to one that is in it.
  package func isIn(_ other: String) -> Bool {
    guard let other = FileSystem.resolved(other) else { return false }
    return Self.kinds.contains { kind in
      FileSystem.resolved("\(folder)/\(kind.folder)").map { "\($0)/".hasPrefix("\(other)/") } ?? false
    }
  }

  /// Draws a flagged image.
  ///
  /// - Throws: ``ImageError``, ``FileError`` if the file at `path` cannot be read any more.
  package mutating func drawn(_ sample: ScoredSample, path: String) throws -> Drawn {
    let result = try drawer.result(of: sample, path: path, isDrawn: true)
    let name = known[sample.id] ?? names.name(for: sample.id)
    known[sample.id] = name
    let files = Self.kinds.compactMap { kind in
      result.pictures[kind].map { (path: "\(folder)/\(kind.folder)/\(name).\($0.ending)", bytes: $0.bytes) }
    }
    return Drawn(
      files: files, regions: result.regions,
      overlayPath: "\(folder)/\(PictureKind.overlay.folder)/\(name).png")
  }

  /// Writes the pictures of an image, which appear together.
  ///
  /// - Throws: ``FileError``.
  package func write(_ drawn: Drawn) throws(FileError) {
    let group = OutputGroup()
    for file in drawn.files {
      if let slash = file.path.lastIndex(of: "/") { try group.makeDirectory(String(file.path[..<slash])) }
      try OutputFile.write(file.bytes, to: file.path, in: group)
    }
    try group.commit()
  }
}
