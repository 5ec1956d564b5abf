import MisfitCore
import MisfitIngest

/// The unit of an image's map.
package enum MapScale: Sendable, Hashable {
  /// The threshold of the score: the map has the unit of the score, whose threshold is this.
  case threshold(Double)
  /// A pixel error that few pixels of usual images exceed, for a model whose threshold is not one of pixels.
  case pixelError(Double)
}

extension ScoredSample {
  /// Returns the map of the image in units of the threshold; nil if there is none in this unit.
  ///
  /// If the unit is that of the score, the map of a flagged image has a value above 1, whatever the rounding.
  package func anomalyMap(_ scale: MapScale) -> AnomalyMap? {
    switch scale {
    case .threshold(let threshold):
      guard let scoreMap, threshold > 0, threshold.isFinite else { return nil }
      let values = scoreMap.values.map { Float(Double($0) / threshold) }
      var map = AnomalyMap(values, width: scoreMap.width, height: scoreMap.height)
      if isFlagged == true { map.raisePeak() }
      return map
    case .pixelError(let unit):
      guard unit > 0, let errors = pixelErrors, let (height, width, _) = outputShape.imageExtents else {
        return nil
      }
      return AnomalyMap(errors.map { $0 / Float(unit) }, width: width, height: height, of: preparedSize)
    }
  }

  /// Finds the ``regions`` of a flagged image with a map of scores.
  mutating func findRegions(threshold: Double) {
    guard isFlagged == true, let map = anomalyMap(.threshold(threshold)) else { return }
    let size = imageSize ?? ImageSize(width: map.width, height: map.height)
    regions = ImageRegion.regions(above: map.resampled(to: size), width: size.width, height: size.height)
  }

  /// The error of each pixel, squared and averaged over its channels or by a similarity, then averaged over
  /// 3 x 3 pixels: [height, width].
  ///
  /// Nil if the sample is no image, or there is nothing to compare its reconstruction with.
  package var pixelErrors: [Float]? {
    PixelErrors.smoothed(errorMap, truth: target ?? input, reconstruction, shape: outputShape)
  }
}

extension ScoredBatch {
  /// Returns the ``ScoredSample/pixelErrors`` of one sample.
  package func pixelErrors(at index: Int) -> [Float]? {
    PixelErrors.smoothed(
      errorMap(at: index), truth: truth(at: index).array, reconstruction(at: index).array, shape: outputShape)
  }
}

/// The errors of the pixels of an image.
private enum PixelErrors {
  /// Returns the squared errors, averaged over channels and over 3 x 3 pixels; nil if the shapes differ.
  static func smoothed(
    _ map: [Float]?, truth: [Float], _ reconstruction: [Float], shape: SampleShape
  ) -> [Float]? {
    guard let (height, width, channels) = shape.imageExtents else { return nil }
    if let map { return smoothed(map, width: width, height: height) }
    guard truth.count == reconstruction.count else { return nil }
    var errors: [Float] = []
    errors.reserveCapacity(width * height)
    for start in stride(from: 0, to: truth.count, by: channels) {
      var sum: Float = 0
      for index in start..<start + channels {
        let difference = truth[index] - reconstruction[index]
        sum += difference * difference
      }
      errors.append(sum / Float(channels))
    }
    return smoothed(errors, width: width, height: height)
  }

  /// Returns the mean of the 3 x 3 values around each value; at an edge, of those that exist.
  private static func smoothed(_ values: [Float], width: Int, height: Int) -> [Float] {
    var rows: [Float] = []
    rows.reserveCapacity(values.count)
    for start in stride(from: 0, to: values.count, by: width) {
      for column in 0..<width {
        var (sum, count) = (values[start + column], 1)
        if column > 0 { (sum, count) = (sum + values[start + column - 1], count + 1) }
        if column < width - 1 { (sum, count) = (sum + values[start + column + 1], count + 1) }
        rows.append(sum / Float(count))
      }
    }
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for row in 0..<height {
      for index in row * width..<(row + 1) * width {
        var (sum, count) = (rows[index], 1)
        if row > 0 { (sum, count) = (sum + rows[index - width], count + 1) }
        if row < height - 1 { (sum, count) = (sum + rows[index + width], count + 1) }
        result.append(sum / Float(count))
      }
    }
    return result
  }
}
