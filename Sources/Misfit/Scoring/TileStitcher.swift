import MisfitAnalytics
import MisfitCore
import MisfitImages
import MisfitIngest
import MisfitKernels

/// Puts the tiles of images together again: one sample an image.
///
/// Where tiles overlap, their reconstructions and errors are averaged. Images longer than
/// ``pictureSide`` pixels are averaged down by a whole factor on the way, so that memory stays bounded; scores
/// come from the tiles and not from the picture.
final class TileStitcher {
  /// The longest side of a stitched picture.
  static let pictureSide = 640

  private let detector: Detector
  private let engine: ScoringEngine
  private let grid: TileGrid
  private var batch: ScoredBatch?
  private var index = 0
  private var image = 0

  init(_ engine: ScoringEngine, _ detector: Detector, _ grid: TileGrid) {
    self.engine = engine
    self.detector = detector
    self.grid = grid
  }

  /// The next image, valid until the next call; nil at the end.
  func next() throws -> ScoredBatch? {
    guard image < grid.images.count else { return nil }
    var stitched = StitchedImage(grid.images[image], detector, imageNumber: image + 1)
    for _ in 0..<grid.tileCount(ofImage: image) {
      while batch.map({ index >= $0.count }) ?? true {
        guard let next = try engine.next() else { return nil }
        batch = next
        index = 0
      }
      guard let batch else { return nil }
      let place = grid.place(ofRecord: batch.record(at: index) - 1)
      stitched.add(batch, at: index, row: place.row, column: place.column)
      index += 1
    }
    image += 1
    return stitched.finished(score: grid.tiles.score)
  }
}

/// One image that is being put together.
private struct StitchedImage {
  private let detector: Detector
  private let imageNumber: Int
  private let factor: Int
  private let height: Int
  private let width: Int
  private let channels: Int
  private let side: Int
  // Sums over the tiles and pixels that fall on a place of the picture, and how many there were.
  private var inputs: [Float]
  private var outputs: [Float]
  private var squares: [Float]
  private var counts: [Float]
  private var tileErrors: [RowErrors] = []
  private var ownScores: [Double] = []
  private var worstCode: [Float] = []
  private var worstError = -Double.infinity
  private var id = ""
  private var label: String?

  init(_ size: ImageSize, _ detector: Detector, imageNumber: Int) {
    self.detector = detector
    self.imageNumber = imageNumber
    let longest = max(size.width, size.height)
    factor = max(1, (longest + TileStitcher.pictureSide - 1) / TileStitcher.pictureSide)
    height = (size.height + factor - 1) / factor
    width = (size.width + factor - 1) / factor
    let extents = detector.schema.shape.extents
    (side, channels) = (extents[0], extents[2])
    inputs = Array(repeating: 0, count: height * width * channels)
    outputs = inputs
    squares = Array(repeating: 0, count: height * width)
    counts = squares
  }

  mutating func add(_ batch: ScoredBatch, at index: Int, row: Int, column: Int) {
    tileErrors.append(batch.allErrors(at: index))
    if let own = batch.ownScores?[index] { ownScores.append(Double(own)) }
    id = batch.imageID(at: index)
    label = batch.label(at: index)
    let error = batch.error(at: index)
    // The first tile's code stands in where no error is a number.
    if error > worstError || worstCode.isEmpty {
      worstError = max(error, worstError)
      let width = batch.codes.count / max(batch.count, 1)
      worstCode = batch.codes[index * width..<(index + 1) * width].array
    }
    addPixels(batch.input(at: index), batch.reconstruction(at: index), row: row, column: column)
  }

  private mutating func addPixels(_ input: FloatSlice, _ output: FloatSlice, row: Int, column: Int) {
    let rows = (0..<side).map { (row + $0) / factor * width }
    let columns = (0..<side).map { (column + $0) / factor }
    Self.add(
      input.span, output.span, rows: rows.span, columns: columns.span, channels: channels, to: &inputs,
      &outputs, &squares, &counts)
  }

  /// Apart from `self`, so that all arrays can be written as spans at once.
  private static func add(
    _ input: Span<Float>, _ output: Span<Float>, rows: Span<Int>, columns: Span<Int>, channels: Int,
    to inputs: inout [Float], _ outputs: inout [Float], _ squares: inout [Float], _ counts: inout [Float]
  ) {
    var inputs = inputs.mutableSpan
    var outputs = outputs.mutableSpan
    var squares = squares.mutableSpan
    var counts = counts.mutableSpan
    let share = 1 / Float(channels)
    var source = 0
    for row in rows.indices {
      for column in columns.indices {
        let pixel = rows[row] &+ columns[column]
        var square: Float = 0
        for channel in 0..<channels {
          let (value, rebuilt) = (input[source], output[source])
          inputs[pixel &* channels &+ channel] += value
          outputs[pixel &* channels &+ channel] += rebuilt
          square += (value - rebuilt) * (value - rebuilt)
          source &+= 1
        }
        squares[pixel] += square * share
        counts[pixel] += 1
      }
    }
  }

  func finished(score: TileScore) -> ScoredBatch {
    let size = height * width
    let values = FloatBuffer(count: 2 * size * channels).all
    let map = (0..<size).map { squares[$0] / counts[$0] }
    values.withMutableSpan { values in
      for pixel in 0..<size {
        for place in pixel * channels..<(pixel + 1) * channels {
          values[place] = inputs[place] / counts[pixel]
          values[size * channels + place] = outputs[place] / counts[pixel]
        }
      }
    }
    let codes = FloatBuffer(count: worstCode.count).all
    for (index, value) in worstCode.enumerated() { codes[index] = value }
    let layout = RecordLayout(shape: .row(1), hasIDs: true, hasLabels: label != nil)
    var records = RecordBatch(layout: layout, capacity: 1)
    records.reset(firstRecord: imageNumber)
    records.append([0], id: id, label: label)
    return ScoredBatch(
      image: .image(height: height, width: width, channels: channels), of: detector,
      input: values[0..<size * channels], reconstruction: values[size * channels..<2 * size * channels],
      code: codes, errorMap: map, errors: RowErrors(ofImage: tileErrors, score: score),
      ownScore: ownScore(score), record: records)
  }

  /// The model's own score of the image: nil where it has none.
  private func ownScore(_ score: TileScore) -> FloatSlice? {
    guard !ownScores.isEmpty else { return nil }
    let slice = FloatBuffer(count: 1).all
    slice[0] = Float(ImageScores.combined(ownScores, score))
    return slice
  }
}

extension ImageScores {
  /// The score of an image: the largest of its tiles' or their mean.
  static func combined(_ tiles: [Double], _ score: TileScore) -> Double {
    var scores = ImageScores(score, of: .meanSquared, tileCounts: [tiles.count])
    return tiles.compactMap { scores.add($0) }.last ?? .nan
  }
}

extension RowErrors {
  /// The errors of an image: by each measure, the largest of its tiles' errors or their mean.
  init(ofImage tiles: [RowErrors], score: TileScore) {
    self = tiles[0]
    func combined(_ value: (RowErrors) -> Double) -> Double { ImageScores.combined(tiles.map(value), score) }
    meanSquared = combined(\.meanSquared)
    meanAbsolute = combined(\.meanAbsolute)
    maximum = combined(\.maximum)
    signedSum = combined(\.signedSum)
    meanCrossEntropy = tiles[0].meanCrossEntropy.map { _ in combined { $0.meanCrossEntropy ?? .nan } }
  }
}
