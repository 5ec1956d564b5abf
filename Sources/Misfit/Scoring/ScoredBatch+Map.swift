import MisfitCore
import MisfitModels

extension ScoredBatch {
  /// Returns the anomaly map of an image: the score of each pixel, row by row, and the number of columns; nil
  /// for samples that are no images, and without targets where the detector needs them.
  ///
  /// Without a ``scoreMap``, it is the error of each pixel by a similarity, or squared and averaged over
  /// channels.
  package func anomalyMap(at index: Int) -> (values: [Float], width: Int)? {
    guard let (height, width, channels) = outputShape.imageExtents,
      detector.targetSchema == nil || targets != nil
    else { return nil }
    if let scoreMap { return (scoreMap.values, scoreMap.width) }
    if let errorMap = errorMap(at: index), errorMap.count == height * width { return (errorMap, width) }
    let (truth, output) = (truth(at: index).array, reconstruction(at: index).array)
    var values: [Float] = []
    values.reserveCapacity(height * width)
    for pixel in stride(from: 0, to: truth.count, by: channels) {
      var sum: Float = 0
      for value in pixel..<pixel + channels {
        sum += (truth[value] - output[value]) * (truth[value] - output[value])
      }
      values.append(sum / Float(channels))
    }
    return (values, width)
  }

  /// Returns the error of each pixel: of a stitched image, or by a similarity; nil for other samples.
  func errorMap(at index: Int) -> [Float]? {
    hasErrorMaps ? pixelScores(at: index).map(\.array) : errorMap
  }

  /// Returns the error of a tile by a similarity, for a model that compares stitched images.
  func tileValue(of similarity: ImageSimilarity, at index: Int) -> Double {
    guard let (height, width, channels) = shape.imageExtents, outputShape == shape else { return .nan }
    let errors = similarity.errors(
      input(at: index), reconstruction(at: index), height: height, width: width, channels: channels)
    return errors.reduce(0.0) { $0 + Double($1) } / Double(errors.count)
  }

  /// The threshold of the ``anomalyMap(at:)``; nil if its values are not on the scale of the scores.
  package var mapThreshold: Double? {
    guard scoreMap != nil else { return nil }
    let threshold = decision?.threshold ?? detector.calibration.threshold.value
    return threshold.isFinite ? threshold : nil
  }
}
