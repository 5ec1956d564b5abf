import MisfitCore
import MisfitNetworks
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Synthetic defects")
struct SyntheticDefectsTests {
  private let defects = SyntheticDefects(height: 12, width: 16, channels: 2, range: 0...1)

  private func image(_ number: Int) -> FloatSlice {
    FloatBuffer((0..<12 * 16 * 2).map { Float(($0 * 7 + number * 13) % 23) / 22 }).all
  }

  @Test("are marked where they change a pixel visibly, and nowhere else")
  func masks() {
    var (empty, painted) = (0, 0)
    for seed in 0..<60 {
      let (original, image) = (image(seed), image(seed))
      let mask = FloatBuffer(count: 12 * 16).all
      mask.fill(with: 7)
      var generator = SeededGenerator(seed: UInt64(seed))
      defects.paint(on: image, texture: self.image(seed + 1), mask: mask, using: &generator)
      for pixel in 0..<12 * 16 {
        let change = (0..<2).reduce(Float(0)) {
          $0 + abs(image[pixel * 2 + $1] - original[pixel * 2 + $1]) / 2
        }
        if abs(change - SyntheticDefects.visibleDifference) < 1e-5 { continue }
        #expect(mask[pixel] == (change > SyntheticDefects.visibleDifference ? 1 : 0))
      }
      #expect(image.array.allSatisfy { (0...1).contains($0) }, "colors stay in the range")
      if image.array == original.array { empty += 1 } else { painted += 1 }
    }
    #expect((4...30).contains(empty) && painted >= 30, "about a quarter of the images has none")
  }

  @Test("follow from the seed, the epoch and the position, at any number of threads")
  func deterministic() throws {
    let count = 11
    let base = FixedRows((0..<count).flatMap { image($0).array }, width: 12 * 16 * 2)
    func rows(threads: Int, seed: UInt64 = 3, epoch: Int = 2) throws -> [[Float]] {
      let rows = DefectRows(
        base, defects, for: .repair, batchSize: count, seed: seed, pool: WorkerPool(threadCount: threads))
      try rows.beginEpoch(epoch, shuffled: false)
      try rows.makeAvailable(0..<count)
      let (images, targets) = (
        FloatBuffer(count: count * rows.width).all, FloatBuffer(count: count * rows.width).all
      )
      rows.gather(0..<count, into: images)
      rows.gatherTargets(0..<count, into: targets)
      return [images.array, targets.array]
    }
    let one = try rows(threads: 1)
    #expect(try rows(threads: 3) == one)
    #expect(try rows(threads: 1, seed: 4) != one)
    #expect(try rows(threads: 1, epoch: 3) != one)
    #expect(one[0] != one[1])
    // The target is the image, turned: it has the same values.
    for row in 0..<count {
      let target = one[1][row * base.width..<(row + 1) * base.width]
      #expect(target.sorted() == image(row).array.sorted())
    }
  }

  @Test("are shown to the judge beside their repairs, with their masks as targets")
  func judging() throws {
    let base = FixedRows((0..<5).flatMap { image($0).array }, width: 12 * 16 * 2)
    var options = RepairModel.Options()
    options.filters = 2
    let shape = SampleShape.image(height: 12, width: 16, channels: 2)
    let repair = try Network(RepairModel.architectures(shape, options).repair, seed: 1)
    let pool = WorkerPool(threadCount: 2)
    let rows = DefectRows(base, defects, for: .judge(repair: repair), batchSize: 5, seed: 9, pool: pool)
    let plain = DefectRows(base, defects, for: .repair, batchSize: 5, seed: 9, pool: pool)
    for rows in [rows, plain] {
      try rows.beginEpoch(1, shuffled: false)
      try rows.makeAvailable(0..<5)
    }
    #expect(rows.width == 2 * base.width && rows.targetWidth == 12 * 16)
    let (pairs, images) = (FloatBuffer(count: 5 * rows.width).all, FloatBuffer(count: 5 * base.width).all)
    rows.gather(0..<5, into: pairs)
    plain.gather(0..<5, into: images)
    let plan = NetworkModel(repair).plans().plan(capacity: 5)
    plan.input(rows: 5).copy(from: images)
    plan.reconstruct(0..<5)
    let repaired = plan.result(rows: 5).reconstruction
    for index in 0..<images.count {
      let pair = index / 2 * 4 + index % 2
      #expect(pairs[pair] == images[index])
      #expect(abs(pairs[pair + 2] - repaired[index]) < 1e-5)
    }
    let masks = FloatBuffer(count: 5 * 12 * 16).all
    rows.gatherTargets(0..<5, into: masks)
    #expect(masks.array.allSatisfy { $0 == 0 || $0 == 1 } && masks.array.contains(1))
  }
}
