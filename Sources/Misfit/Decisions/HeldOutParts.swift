import MisfitCore
import MisfitIngest

/// What is held out of training, divided: rows that decide when it stops, and rows that only calibrate.
///
/// A p-value is valid where the calibration rows are to the model what new rows are; rows whose loss chose
/// the epoch are a little less than that. So where training watches them, every second sample (row, or image
/// with all its tiles) steers and the others calibrate, as long as each part has ``countNeeded``.
struct HeldOutParts {
  /// Rows whose loss is logged and watched; nil where none are held out.
  let steering: (any EpochRows)?
  /// Rows to calibrate on; nil where none are held out.
  let calibrating: (any EpochRows)?
  /// How many rows each image takes in ``calibrating``, where rows are tiles; else empty.
  let tileCounts: [Int]
  /// Whether rows to calibrate on are also watched by training.
  let areShared: Bool

  /// Fewer samples than this say too little of the tail.
  static let countNeeded = 20

  init(_ held: (any EpochRows)?, tileCounts: [Int], steersTraining: Bool) {
    let sampleCount = tileCounts.isEmpty ? held?.rowCount ?? 0 : tileCounts.count
    guard let held, steersTraining, sampleCount >= 2 * Self.countNeeded else {
      (steering, calibrating, self.tileCounts) = (held, held, tileCounts)
      areShared = steersTraining && held != nil
      return
    }
    var parts: [[Int]] = [[], []]
    var row = 0
    for sample in 0..<sampleCount {
      let count = tileCounts.isEmpty ? 1 : tileCounts[sample]
      parts[sample % 2] += row..<row + count
      row += count
    }
    steering = RowSubset(held, numbers: parts[0])
    calibrating = RowSubset(held, numbers: parts[1])
    self.tileCounts = tileCounts.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    areShared = false
  }

  /// The samples to calibrate on.
  var calibratingCount: Int { tileCounts.isEmpty ? calibrating?.rowCount ?? 0 : tileCounts.count }
}
