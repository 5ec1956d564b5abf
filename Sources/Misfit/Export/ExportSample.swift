import MisfitCore
import MisfitIngest

/// Rows to compare a graph with its detector, made from what the model's record says of its data.
///
/// Most are like the data; some have a value far from it, an unknown level or a missing cell.
struct ExportSample {
  private let schema: Schema
  private var generator: SeededGenerator

  /// The number of rows of a table.
  private static let rowCount = 48
  /// The number of images.
  private static let imageCount = 6

  private init(_ schema: Schema) {
    self.schema = schema
    generator = SeededGenerator(seed: 0x4f4e_4e58)
  }

  /// Returns a source of the sample.
  ///
  /// - Throws: ``IngestError``.
  static func source(for schema: Schema) throws(IngestError) -> any RecordSource {
    var sample = ExportSample(schema)
    guard schema.shape.imageExtents == nil else { return sample.images() }
    let records = (0..<rowCount).map { sample.record($0) }
    return try CSVSource(records: records, columns: schema.columnNames, name: "sample")
  }

  private mutating func record(_ row: Int) -> [String: CellValue] {
    var record: [String: CellValue] = [:]
    for column in 0..<schema.width {
      record[schema.columnNames[column]] = cell(
        row, column, isWild: row % 4 == 3 && row / 4 % schema.width == column)
    }
    return record
  }

  private mutating func cell(_ row: Int, _ column: Int, isWild: Bool) -> CellValue {
    guard let kind = schema.table?.used[column] else {
      let (least, largest) = (schema.minima[column], schema.maxima[column])
      return .number(
        number(schema.means[column], schema.standardDeviations[column], least...largest, isWild: isWild))
    }
    if isWild, row % 8 == 7 { return .missing }
    if let dates = kind.dates {
      let range = dates.figures.map { $0.earliest...max($0.earliest, $0.latest) }
      let (least, largest) = (range?.lowerBound ?? 0, range?.upperBound ?? 0)
      let middle = (least + largest) / 2
      let date = number(middle, (largest - least) / 4, least...largest, isWild: isWild && largest < 4e9)
      return .date((date / 86_400).rounded(.down) * 86_400, hasTime: false)
    }
    guard kind.levels.isEmpty else {
      return .level(isWild ? "unseen level" : kind.levels[(row + column) % kind.levels.count].text)
    }
    guard let numbers = kind.numbers else { return .number(0) }
    let value = number(
      numbers.mean, numbers.deviation, numbers.least...numbers.largest, isWild: isWild)
    // Counts are whole, and so are most codes.
    let isWhole = [numbers.least, numbers.largest, numbers.median].allSatisfy { $0 == $0.rounded() }
    return .number(isWhole ? value.rounded() : value)
  }

  /// Returns a number from the middle of a range, or one far outside.
  private mutating func number(
    _ mean: Double, _ deviation: Double, _ range: ClosedRange<Double>, isWild: Bool
  ) -> Double {
    if isWild { return range.upperBound + 20 * (range.upperBound - range.lowerBound) + 1 }
    let normal = (0..<4).reduce(0.0) { sum, _ in sum + generator.nextUnitDouble() } * 1.7 - 3.4
    return min(max(mean + deviation * normal, range.lowerBound), range.upperBound)
  }

  private mutating func images() -> any RecordSource {
    var images: [[Double]] = []
    for image in 0..<Self.imageCount {
      let weight = Double(image) / Double(Self.imageCount - 1)
      images.append(
        (0..<schema.width).map { pixel in
          let (least, largest) = (schema.minima[pixel], schema.maxima[pixel])
          let noise = least + generator.nextUnitDouble() * (largest - least)
          return ((1 - weight) * schema.means[pixel] + weight * noise).rounded()
        })
    }
    return SampleImages(shape: schema.shape, images: images)
  }
}

/// Images in memory.
private struct SampleImages: RecordSource {
  let name = "sample"
  let layout: RecordLayout
  private let images: [[Double]]

  init(shape: SampleShape, images: [[Double]]) {
    layout = RecordLayout(shape: shape, rowCount: images.count)
    self.images = images
  }

  func makeReader() throws(IngestError) -> any RecordReader { Reader(images) }

  private final class Reader: RecordReader {
    private let images: [[Double]]
    private var done = 0

    init(_ images: [[Double]]) { self.images = images }

    func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
      batch.reset(firstRecord: done + 1)
      while done < images.count, batch.rowCount < batch.capacity {
        batch.append(images[done])
        done += 1
      }
      return batch.rowCount > 0
    }
  }
}
