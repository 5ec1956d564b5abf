import MisfitCore

/// A choice of the held-out rows: single rows or, if rows are tiles, all tiles of some images, so that no
/// image is in both parts.
struct RowChoice {
  /// The number of held-out rows.
  let heldOutCount: Int
  private let tiledImages: [TiledImage]
  /// Whether each image is held out; empty if rows are not tiles.
  private let isImageHeldOut: [Bool]
  private var rows: Selection
  private var image = 0
  private var tile = 0

  init(_ share: Double, rowCount: Int, tiledImages: [TiledImage], seed: UInt64) {
    self.tiledImages = tiledImages
    if tiledImages.isEmpty {
      heldOutCount = TrainingData.heldOut(share, of: rowCount)
      isImageHeldOut = []
      rows = Selection(heldOutCount, of: rowCount, seed: seed)
      return
    }
    let wanted = TrainingData.heldOut(share, of: tiledImages.count)
    var images = Selection(wanted, of: tiledImages.count, seed: seed)
    let chosen = tiledImages.map { _ in images.next() }
    isImageHeldOut = chosen
    heldOutCount = zip(tiledImages, chosen).reduce(0) { $0 + ($1.1 ? $1.0.tileCount : 0) }
    rows = Selection(0, of: 0, seed: seed)
  }

  /// Returns whether the next row is held out.
  mutating func next() -> Bool {
    guard !tiledImages.isEmpty else { return rows.next() }
    guard image < tiledImages.count else { return false }
    let isHeldOut = isImageHeldOut[image]
    tile += 1
    if tile == tiledImages[image].tileCount { (image, tile) = (image + 1, 0) }
    return isHeldOut
  }

  /// Returns the images that are held out, or those that are not.
  func tiledImages(heldOut: Bool) -> [TiledImage] {
    zip(tiledImages, isImageHeldOut).filter { $0.1 == heldOut }.map(\.0)
  }
}

/// Selects exactly `wanted` of a known number of rows, one after the other; all selections have the same
/// probability.
///
/// Algorithm S of Knuth, The Art of Computer Programming, volume 2, section 3.4.2.
struct Selection {
  private var wanted: Int
  private var left: Int
  private var generator: SeededGenerator

  init(_ wanted: Int, of count: Int, seed: UInt64) {
    self.wanted = wanted
    left = count
    generator = SeededGenerator(seed: seed, stream: SeedStream.validation.value)
  }

  /// Returns whether the next row is selected; false after the last.
  mutating func next() -> Bool {
    guard wanted > 0, left > 0 else { return false }
    let isChosen = generator.nextIndex(below: left) < wanted
    left -= 1
    if isChosen { wanted -= 1 }
    return isChosen
  }
}
