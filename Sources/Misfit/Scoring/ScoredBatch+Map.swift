import MisfitCore

extension ScoredBatch {
  /// Returns the anomaly map of an image: the score of each pixel, row by row, and the number of columns; nil
  /// for samples that are no images, and without targets where the detector needs them.
  ///
  /// Without a ``scoreMap``, it is the squared error of each pixel, averaged over channels.
  package func anomalyMap(at index: Int) -> (values: [Float], width: Int)? {
    guard let (height, width, channels) = outputShape.imageExtents,
      detector.targetSchema == nil || targets != nil
    else { return nil }
    if let scoreMap { return (scoreMap.values, scoreMap.width) }
    if let errorMap, errorMap.count == height * width { return (errorMap, width) }
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

  /// The threshold of the ``anomalyMap(at:)``; nil if its values are not on the scale of the scores.
  package var mapThreshold: Double? {
    guard scoreMap != nil else { return nil }
    let threshold = decision?.threshold ?? detector.calibration.threshold.value
    return threshold.isFinite ? threshold : nil
  }
}
