import MisfitCore
import MisfitKernels
import MisfitNetworks

/// Images of another source with synthetic defects, and what a network is to make of them.
///
/// Each image is turned or mirrored at random. Everything follows from the seed, the epoch and the position
/// in the epoch's order. The batch that is available is computed once, on all threads.
final class DefectRows: EpochRowsWrapper, @unchecked Sendable {
  /// What the targets are, and what the rows are.
  enum Task {
    /// Rows are images with defects, targets the images without: [H, W, C] each.
    case repair
    /// Rows are images with defects beside their repairs, [H, W, 2C]; targets are the masks of the defects,
    /// [H, W].
    case judge(repair: Network)
  }

  let base: any EpochRows
  let width: Int
  let targetWidth: Int?
  private let defects: SyntheticDefects
  private let seed: UInt64
  private let pool: WorkerPool
  private let repairing: ForwardPlan?
  private var epoch = 0
  private var available = 0..<0
  private var images: Rows
  private var targets: Rows

  init(
    _ base: any EpochRows, _ defects: SyntheticDefects, for task: Task, batchSize: Int, seed: UInt64,
    pool: WorkerPool
  ) {
    precondition(base.width == defects.height * defects.width * defects.channels, "images of one shape")
    self.base = base
    self.defects = defects
    self.seed = seed
    self.pool = pool
    switch task {
    case .repair: (width, targetWidth, repairing) = (base.width, base.width, nil)
    case .judge(let repair):
      (width, targetWidth) = (2 * base.width, defects.height * defects.width)
      repairing = ForwardPlan(repair)
    }
    images = Rows(count: batchSize, width: width)
    targets = Rows(count: batchSize, width: targetWidth ?? width)
  }

  func beginEpoch(_ epoch: Int, shuffled: Bool) throws {
    self.epoch = epoch
    available = 0..<0
    try base.beginEpoch(epoch, shuffled: shuffled)
  }

  func makeAvailable(_ range: Range<Int>) throws {
    try base.makeAvailable(range)
    available = range
    let clean = Rows(count: range.count, width: base.width)
    base.gather(range, into: clean.slice)
    let painted = Rows(count: range.count, width: base.width)
    let masks = Rows(count: range.count, width: defects.height * defects.width)
    pool.run(shardCount: range.count) { index in
      var generator = SeededGenerator(
        seed: seed ^ UInt64(epoch) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(range.lowerBound + index) << 20,
        stream: SeedStream.defects.value)
      let other = generator.nextIndex(below: range.count)
      let turn = ImageTurn(using: &generator, canTranspose: defects.height == defects.width)
      turn.apply(clean[index], to: painted[index], defects)
      if repairing == nil { targets[index].copy(from: painted[index]) }
      defects.paint(on: painted[index], texture: clean[other], mask: masks[index], using: &generator)
    }
    guard let repairing else { return images[0..<range.count].slice.copy(from: painted.slice) }
    targets[0..<range.count].slice.copy(from: masks.slice)
    // The rows are in memory: nothing is thrown.
    try repairing.run(
      rowCount: range.count, on: pool, load: { $1.copy(from: painted[$0].slice) },
      finish: { shard, result in
        RepairedImages.interleave(
          result.input, result.reconstruction, channels: defects.channels, into: images[shard.rows].slice)
      })
  }

  func gather(_ range: Range<Int>, into destination: FloatSlice) {
    destination.copy(from: images[inBatch(range)].slice)
  }

  func gatherTargets(_ range: Range<Int>, into destination: FloatSlice) {
    destination.copy(from: targets[inBatch(range)].slice)
  }

  private func inBatch(_ range: Range<Int>) -> Range<Int> {
    range.lowerBound - available.lowerBound..<range.upperBound - available.lowerBound
  }
}

/// One of the eight ways to turn and mirror a square image; four for others.
private struct ImageTurn {
  private let mirrorsRows: Bool
  private let mirrorsColumns: Bool
  private let transposes: Bool

  init(using generator: inout SeededGenerator, canTranspose: Bool) {
    let number = generator.nextIndex(below: 8)
    mirrorsRows = number & 1 != 0
    mirrorsColumns = number & 2 != 0
    transposes = canTranspose && number & 4 != 0
  }

  func apply(_ image: FloatSlice, to result: FloatSlice, _ shape: SyntheticDefects) {
    let (height, width, channels) = (shape.height, shape.width, shape.channels)
    let image = image.span
    result.withMutableSpan { result in
      var target = 0
      for row in 0..<height {
        for column in 0..<width {
          var (y, x) = transposes ? (column, row) : (row, column)
          if mirrorsRows { y = height - 1 - y }
          if mirrorsColumns { x = width - 1 - x }
          for channel in 0..<channels {
            result[target] = image[(y * width + x) * channels + channel]
            target &+= 1
          }
        }
      }
    }
  }
}

/// Images beside their repairs, pixel by pixel.
enum RepairedImages {
  /// Writes the C channels of each pixel of `images`, then those of `repairs`, to `pairs`: [R, H, W, 2C].
  static func interleave(
    _ images: FloatSlice, _ repairs: FloatSlice, channels: Int, into pairs: FloatSlice
  ) {
    let (images, repairs) = (images.span, repairs.span)
    pairs.withMutableSpan { pairs in
      var target = 0
      for pixel in stride(from: 0, to: images.count, by: channels) {
        for index in pixel..<pixel + channels {
          pairs[target] = images[index]
          pairs[target &+ channels] = repairs[index]
          target &+= 1
        }
        target &+= channels
      }
    }
  }
}
