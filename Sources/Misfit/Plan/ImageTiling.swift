import MisfitCore
import MisfitIngest
import MisfitModels

/// The tiles that large images are cut into if the options do not say.
///
/// A defect is small, and a network of whole images has to learn every layout of what surrounds it; one of
/// small patches learns what any place looks like. On circuit boards of 160 x 160 pixels (two groups of
/// DeepPCB, 170 to learn from, 298 to judge, three seeds) whole images reach an area under the curve of 0.49,
/// patches of 8 every 4 pixels 0.87, every 2 pixels, with a code of half of their pixels, 0.991 with a
/// standard error of 0.001, and 0.997 if pixels are averaged over 3 x 3 (one seed; 5 x 5: 0.995, 9 x 9:
/// 0.959). Scores that spread by half a patch, which is how far a patch sees, cover whole defects: the area
/// under the curve of pixels rises from 0.82 to 0.98, and the share of the 1,007 defects that are hit at one
/// false region an image from 79 to 87 %.
enum ImageTiling {
  /// The longest shorter side of images that stay whole.
  static let longestWholeSide = 64
  /// The number of pixels of a patch's side.
  static let patchSide = 8
  /// The number of pixels that scores spread.
  static let dilation = 4
  /// The most tiles of all images for which the next smaller stride is taken.
  static let tileCountWanted = 4_000_000

  /// Returns whether the images of a source are learned in patches, if the model can.
  static func cuts(_ source: any RecordSource, _ options: FitOptions) -> Bool {
    guard let folder = source.imageFolder else { return false }
    let side = shortestSide(of: folder)
    return folder.preparation.tiles == nil && folder.preparation.size == nil
      && options.rows.targetSource == nil && !options.rows.imagesAreWhole
      && options.network.architecture == nil && options.network.hidden == nil
      && (folder.hasSeveralSizes ? side >= patchSide : side > longestWholeSide)
  }

  private static func shortestSide(of folder: ImageFolderSource) -> Int {
    folder.originalSizes.map { min($0.width, $0.height) }.min() ?? 0
  }

  /// Returns the images of a source cut into tiles; the source itself if it stays as it is.
  ///
  /// It stays as it is if it is no folder of images, or its images are small, resized or in tiles already;
  /// if the options ask for layers, targets or whole images; and for models of whole images.
  ///
  /// - Throws: ``IngestError``.
  static func applied(
    to source: any RecordSource, _ kind: ModelChoice, _ options: FitOptions
  ) throws -> any RecordSource {
    guard let folder = source.imageFolder, folder.preparation.tiles == nil,
      options.rows.targetSource == nil
    else { return source }
    let side = folder.preparation.size.map { min($0.width, $0.height) } ?? shortestSide(of: folder)
    let tiles: ImagePreparation.Tiles
    if kind == .repair {
      // The networks halve the sides twice.
      let patch = min(side, 64) / 4 * 4
      guard patch >= 8 else { return source }
      tiles = .init(
        side: patch, stride: side == patch ? patch : patch / 2, score: options.rows.patchScore ?? .peak,
        smoothing: 1,
        dilation: dilation)
    } else {
      let isKnown = [.autoencoder, .patches, .local, .neighbors].contains(kind)
      guard isKnown, cuts(source, options) else { return source }
      let strides = [.autoencoder, .patches].contains(kind) ? [2, 4, 8] : [4, 8]
      let stride =
        strides.first { stride in
          let counts = folder.originalSizes.map { $0.height / stride * ($0.width / stride) }
          return counts.reduce(0, +) <= tileCountWanted
        } ?? 8
      tiles = .init(
        side: patchSide, stride: stride, score: options.rows.patchScore ?? .peak, smoothing: 3,
        dilation: dilation)
    }
    var preparation = folder.preparation
    preparation.tiles = tiles
    return try folder.prepared(preparation, expectedShape: nil)
  }
}
