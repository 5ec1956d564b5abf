import MisfitAnalytics
import MisfitCore
import MisfitImages
import MisfitIngest
import MisfitKernels

/// Stitches the tiles of images together: one sample an image.
///
/// Overlapping tiles are averaged, reconstructions and errors alike. Images longer than
/// ``Scoring/pictureSide`` pixels are averaged down by a whole factor, so that memory stays bounded; scores
/// come from the tiles, not from the picture.
final class TileStitcher {
  /// The longest side of a stitched picture; nil for scores and maps alone, without pictures.
  private let pictureSide: Int?
  /// The part of images that counts; nil for the whole image.
  private let region: RegionOfInterest?
  private let detector: Detector
  private let engine: ScoringEngine
  private let grid: TileGrid
  private var batch: ScoredBatch?
  private var index = 0
  private var image = 0

  init(
    _ engine: ScoringEngine, _ detector: Detector, _ grid: TileGrid, pictureSide: Int?,
    region: RegionOfInterest?
  ) {
    self.pictureSide = pictureSide
    self.region = region
    self.engine = engine
    self.detector = detector
    self.grid = grid
  }

  /// Returns the next image, valid until the next call; nil at the end.
  func next() throws -> ScoredBatch? {
    guard image < grid.images.count else { return nil }
    var stitched = StitchedImage(
      grid.images[image], grid.tiles, detector, imageNumber: image + 1, pictureSide: pictureSide,
      region: region)
    let tileCount = grid.tileCount(ofImage: image)
    var tile = 0
    while tile < tileCount {
      if batch.map({ index >= $0.count }) ?? true {
        batch = try engine.next()
        index = 0
      }
      guard let batch else { return nil }
      let rows = index..<min(batch.count, index + tileCount - tile)
      stitched.add(batch, rows, firstTile: tile)
      index = rows.upperBound
      tile += rows.count
    }
    image += 1
    return stitched.finished()
  }
}

/// An image that is being stitched.
private struct StitchedImage {
  private let detector: Detector
  private let imageNumber: Int
  private let hasPicture: Bool
  private let factor: Int
  private let height: Int
  private let width: Int
  private let channels: Int
  private let outputChannels: Int
  private let side: Int
  // Sums over the tiles and pixels that map to a pixel of the picture, and how many there were.
  private var inputs: [Float]
  private var outputs: [Float]
  private var targets: [Float]
  private var squares: [Float]
  private var counts: [Float]
  private let imageSize: ImageSize
  private let tiles: ImagePreparation.Tiles
  private var scores: ScoreMapSum?
  private let pixelScore: PixelScore
  /// The scores of the pixels of one tile.
  private let pixels: FloatSlice
  private var hasTargets = false
  private var errors: TileErrors
  private var ownScores: TileCombination
  private var worstCode: [Float] = []
  private var worstScore = -Double.infinity
  private var id = ""
  private var label: String?

  init(
    _ size: ImageSize, _ tiles: ImagePreparation.Tiles, _ detector: Detector, imageNumber: Int,
    pictureSide: Int?, region: RegionOfInterest?
  ) {
    self.detector = detector
    hasPicture = pictureSide != nil
    imageSize = size
    self.tiles = tiles
    pixelScore = PixelScore(detector.calibration.measure)
    scores = tiles.score.isOfMap ? ScoreMapSum(size, tiles, region: region, pixelScore.similarity) : nil
    pixels = FloatBuffer(count: pixelScore.valueCount(of: detector.schema.shape) ?? 0).all
    self.imageNumber = imageNumber
    let longest = max(size.width, size.height)
    factor = pictureSide.map { max(1, (longest - 1) / $0 + 1) } ?? 1
    height = (size.height + factor - 1) / factor
    width = (size.width + factor - 1) / factor
    let extents = detector.schema.shape.extents
    (side, channels) = (extents[0], extents[2])
    outputChannels = detector.outputSchema.shape.extents[2]
    let pixelCount = hasPicture ? height * width : 0
    inputs = Array(repeating: 0, count: pixelCount * channels)
    outputs = Array(repeating: 0, count: pixelCount * outputChannels)
    targets = detector.targetSchema == nil ? [] : outputs
    squares = Array(repeating: 0, count: pixelCount)
    counts = squares
    // The error of an image with a map is that of the whole image: its score comes from the map.
    ownScores = TileCombination(takesLargest: tiles.score == .maximum)
    errors = TileErrors(ownScores)
  }

  /// Adds the tiles in consecutive rows of a batch.
  mutating func add(_ batch: ScoredBatch, _ rows: Range<Int>, firstTile: Int) {
    if firstTile == 0 {
      id = batch.imageID(at: rows.lowerBound)
      label = batch.label(at: rows.lowerBound)
    }
    for index in rows {
      let tile = firstTile + index - rows.lowerBound
      addErrors(of: batch, at: index)
      addScores(of: batch, at: index, tile: tile)
      if hasPicture { addPicture(of: batch, at: index, tile: tile) }
    }
  }

  private mutating func addErrors(of batch: ScoredBatch, at index: Int) {
    let found = batch.allErrors(at: index)
    errors.add(found)
    // The score of a tile, which is not used, would cost as much as all others.
    let isStitched = scores != nil && pixelScore.similarity != nil
    let score = isStitched ? found.meanSquared : batch.score(at: index)
    if batch.ownScores != nil { ownScores.add(score) }
    // If no score is a number, the code is that of the first tile.
    guard score > worstScore || worstCode.isEmpty else { return }
    worstScore = max(score, worstScore)
    worstCode = batch.code(at: index).array
  }

  private mutating func addPicture(of batch: ScoredBatch, at index: Int, tile: Int) {
    let (row, column) = tiles.corner(ofTile: tile, in: imageSize)
    let position = TilePosition(
      rows: (0..<side).map { (row + $0) / factor * width },
      columns: (0..<side).map { (column + $0) / factor })
    position.add(batch.input(at: index), channels: channels, to: &inputs)
    position.add(batch.reconstruction(at: index), channels: outputChannels, to: &outputs)
    if let target = batch.target(at: index) {
      position.add(target, channels: outputChannels, to: &targets)
    }
    position.addOne(to: &counts)
    guard hasErrors else { return }
    position.addSquares(
      batch.target(at: index) ?? batch.input(at: index), batch.reconstruction(at: index),
      channels: outputChannels, to: &squares)
  }

  /// Adds the scores of a tile's pixels to the map.
  private mutating func addScores(of batch: ScoredBatch, at index: Int, tile: Int) {
    if batch.target(at: index) != nil { hasTargets = true }
    guard scores != nil else { return }
    guard pixelScore != .ofTile else {
      scores?.add(Float(batch.score(at: index)), toTile: tile)
      return
    }
    if pixelScore == .ofModel {
      if let found = batch.pixelScores(at: index) { scores?.add(found, toTile: tile) }
      return
    }
    guard hasErrors else { return }
    pixelScore.write(
      batch.target(at: index) ?? batch.input(at: index), batch.reconstruction(at: index), to: pixels)
    scores?.add(pixels, toTile: tile)
  }

  /// Returns the map of scores; nil if images have other scores, or there is nothing to compare with.
  private func scoreMap() -> ScoreMap? {
    guard hasErrors || pixelScore == .ofTile || pixelScore == .ofModel else { return nil }
    let isRoot = detector.calibration.measure == .reconstruction(.rootMeanSquared)
    return scores?.map(isRoot: isRoot)
  }

  /// Whether there are rows to compare the outputs with.
  private var hasErrors: Bool { hasTargets || detector.targetSchema == nil }

  func finished() -> ScoredBatch {
    let codes = FloatBuffer(worstCode).all
    let layout = RecordLayout(shape: .row(1), hasIDs: true, hasLabels: label != nil)
    var records = RecordBatch(layout: layout, capacity: 1)
    records.reset(firstRecord: imageNumber)
    records.append([0], id: id, label: label)
    return ScoredBatch(
      image: .image(height: height, width: width, channels: channels),
      outputShape: .image(height: height, width: width, channels: outputChannels), of: detector,
      input: means(inputs, channels), reconstruction: means(outputs, outputChannels),
      target: hasTargets ? means(targets, outputChannels) : nil, code: codes,
      errorMap: hasErrors && hasPicture ? (0..<height * width).map { squares[$0] / counts[$0] } : nil,
      scoreMap: scoreMap(), errors: errors.ofImage, ownScore: ownScore(), record: records)
  }

  /// Returns sums over tiles, divided by their counts.
  private func means(_ sums: [Float], _ channels: Int) -> FloatSlice {
    let values = FloatBuffer(count: sums.count).all
    values.withMutableSpan { values in
      for pixel in counts.indices {
        for index in pixel * channels..<(pixel + 1) * channels { values[index] = sums[index] / counts[pixel] }
      }
    }
    return values
  }

  /// Returns the model's own score of the image; nil if it has none.
  private func ownScore() -> FloatSlice? {
    guard ownScores.count > 0 else { return nil }
    let slice = FloatBuffer(count: 1).all
    slice[0] = Float(ownScores.value)
    return slice
  }
}

/// The position of a tile's pixels on a picture.
private struct TilePosition {
  /// The first pixel of the picture's row for each row of the tile.
  let rows: [Int]
  let columns: [Int]

  /// Adds a tile's values to the sums of the picture.
  func add(_ tile: FloatSlice, channels: Int, to sums: inout [Float]) {
    let (tile, rows, columns) = (tile.span, rows.span, columns.span)
    var sums = sums.mutableSpan
    var source = 0
    for row in rows.indices {
      for column in columns.indices {
        let pixel = (rows[row] &+ columns[column]) &* channels
        for channel in 0..<channels {
          sums[pixel &+ channel] += tile[source]
          source &+= 1
        }
      }
    }
  }

  /// Adds the squared differences of two tiles, the mean of each pixel's channels.
  func addSquares(_ first: FloatSlice, _ second: FloatSlice, channels: Int, to sums: inout [Float]) {
    let (first, second, rows, columns) = (first.span, second.span, rows.span, columns.span)
    var sums = sums.mutableSpan
    let share = 1 / Float(channels)
    var source = 0
    for row in rows.indices {
      for column in columns.indices {
        var square: Float = 0
        for _ in 0..<channels {
          let difference = first[source] - second[source]
          square += difference * difference
          source &+= 1
        }
        sums[rows[row] &+ columns[column]] += square * share
      }
    }
  }

  /// Adds one to the count of each of the tile's pixels.
  func addOne(to counts: inout [Float]) {
    for row in rows {
      for column in columns { counts[row + column] += 1 }
    }
  }
}

/// The largest or the mean of the values of tiles; NaN if any is NaN, or there is none.
private struct TileCombination {
  let takesLargest: Bool
  private(set) var count = 0
  private var sum = 0.0
  private var largest = -Double.infinity

  init(takesLargest: Bool) { self.takesLargest = takesLargest }

  mutating func add(_ value: Double) {
    count += 1
    sum += value
    // `max` may ignore a NaN.
    largest = value.isNaN || largest.isNaN ? .nan : max(largest, value)
  }

  var value: Double { count == 0 ? .nan : takesLargest ? largest : sum / Double(count) }
}

/// For each measure, the largest or the mean of the errors of tiles.
private struct TileErrors {
  private var first: RowErrors?
  private var meanSquared: TileCombination
  private var meanAbsolute: TileCombination
  private var maximum: TileCombination
  private var signedSum: TileCombination
  private var meanCrossEntropy: TileCombination

  init(_ empty: TileCombination) {
    (meanSquared, meanAbsolute, maximum, signedSum, meanCrossEntropy) = (empty, empty, empty, empty, empty)
  }

  mutating func add(_ errors: RowErrors) {
    if first == nil { first = errors }
    meanSquared.add(errors.meanSquared)
    meanAbsolute.add(errors.meanAbsolute)
    maximum.add(errors.maximum)
    signedSum.add(errors.signedSum)
    if let entropy = errors.meanCrossEntropy { meanCrossEntropy.add(entropy) }
  }

  /// The errors of the image.
  ///
  /// - Precondition: a tile was added.
  var ofImage: RowErrors {
    guard var errors = first else { preconditionFailure("an image without tiles") }
    errors.meanSquared = meanSquared.value
    errors.meanAbsolute = meanAbsolute.value
    errors.maximum = maximum.value
    errors.signedSum = signedSum.value
    errors.meanCrossEntropy = errors.meanCrossEntropy.map { _ in meanCrossEntropy.value }
    return errors
  }
}
