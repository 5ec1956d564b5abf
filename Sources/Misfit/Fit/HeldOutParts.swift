import MisfitCore
import MisfitIngest

/// The held-out rows, split into rows that decide when training stops and rows that only calibrate.
///
/// A p-value is valid if the calibration rows are to the model what new rows are. Rows whose loss chose the
/// epoch are not quite that. So if training watches the held-out rows, every second sample (a row, or an
/// image with all its tiles) steers training and the others calibrate, provided that each part has
/// ``countNeeded``.
struct HeldOutParts {
  /// The rows whose loss is logged and watched; nil if none are held out.
  let steering: (any EpochRows)?
  /// The rows to calibrate on; nil if none are held out.
  let calibrating: (any EpochRows)?
  /// The images whose tiles are the rows of ``calibrating``; empty if rows are not tiles.
  let tiledImages: [TiledImage]
  /// Whether training also watches the rows to calibrate on.
  let areShared: Bool

  /// The fewest samples that show anything about the tail.
  static let countNeeded = 20

  init(_ held: (any EpochRows)?, tiledImages: [TiledImage], steersTraining: Bool) {
    let sampleCount = tiledImages.isEmpty ? held?.rowCount ?? 0 : tiledImages.count
    guard let held, steersTraining, sampleCount >= 2 * Self.countNeeded else {
      (steering, calibrating, self.tiledImages) = (held, held, tiledImages)
      areShared = steersTraining && held != nil
      return
    }
    var parts: [[Int]] = [[], []]
    var row = 0
    for sample in 0..<sampleCount {
      let count = tiledImages.isEmpty ? 1 : tiledImages[sample].tileCount
      parts[sample % 2] += row..<row + count
      row += count
    }
    steering = RowSubset(held, numbers: parts[0])
    calibrating = RowSubset(held, numbers: parts[1])
    self.tiledImages = tiledImages.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    areShared = false
  }

  /// The number of samples to calibrate on.
  var calibratingCount: Int { tiledImages.isEmpty ? calibrating?.rowCount ?? 0 : tiledImages.count }
}
