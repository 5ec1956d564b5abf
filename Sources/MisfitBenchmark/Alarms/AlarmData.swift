import Misfit

/// Normal samples of a fixed distribution, made from a seed.
struct AlarmData: RecordSource {
  /// The kind of samples.
  enum Kind: String, CaseIterable {
    /// Eight columns that depend on three hidden ones, two of them skewed.
    case table
    /// Spots of 12 x 12 pixels at random positions, with noise.
    case images
  }

  let name = "normal"
  let layout: RecordLayout
  private let kind: Kind
  private let seed: UInt64
  private let rowCount: Int

  init(_ kind: Kind, rowCount: Int, seed: UInt64) {
    self.kind = kind
    self.seed = seed
    self.rowCount = rowCount
    layout = RecordLayout(
      shape: kind == .table ? .row(8) : .image(height: Self.side, width: Self.side, channels: 1),
      columns: kind == .table ? (1...8).map { "c\($0)" } : [], rowCount: rowCount)
  }

  private static let side = 12

  func makeReader() throws(IngestError) -> any RecordReader {
    Reader(kind: kind, left: rowCount, generator: SeededGenerator(seed: seed, stream: 0xA1A))
  }

  private final class Reader: RecordReader {
    private let kind: Kind
    private var left: Int
    private var done = 0
    private var generator: SeededGenerator

    init(kind: Kind, left: Int, generator: SeededGenerator) {
      self.kind = kind
      self.left = left
      self.generator = generator
    }

    func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
      batch.reset(firstRecord: done + 1)
      while left > 0, batch.rowCount < batch.capacity {
        batch.append(kind == .table ? tableRow() : image())
        left -= 1
        done += 1
      }
      return batch.rowCount > 0
    }

    private func normal() -> Double {
      // The sum of twelve uniform numbers has variance 1, and bounded tails.
      (0..<12).reduce(-6.0) { sum, _ in sum + Double(generator.nextUnitFloat()) }
    }

    private func tableRow() -> [Double] {
      let hidden = [normal(), normal(), normal()]
      let (a, b, c) = (hidden[0], hidden[1], hidden[2])
      let skewed = a * a + 0.1 * normal()
      return [
        a + 0.2 * normal(), 2 * a - b + 0.3 * normal(), b + 0.2 * normal(), skewed, b * c + 0.3 * normal(),
        c + 0.2 * normal(), a + b + c + 0.2 * normal(), (normal() * normal()) + 0.5 * c,
      ]
    }

    private func image() -> [Double] {
      let (x, y) = (2 + 7 * Double(generator.nextUnitFloat()), 2 + 7 * Double(generator.nextUnitFloat()))
      let height = 0.5 + 0.4 * Double(generator.nextUnitFloat())
      return (0..<AlarmData.side * AlarmData.side).map { pixel in
        let (dx, dy) = (Double(pixel % AlarmData.side) - x, Double(pixel / AlarmData.side) - y)
        let value = height / (1 + (dx * dx + dy * dy) / 4) + 0.05 * normal()
        return min(max(value, 0), 1)
      }
    }
  }
}
