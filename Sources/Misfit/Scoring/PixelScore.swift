import MisfitAnalytics
import MisfitCore
import MisfitKernels
import MisfitModels

/// The way that the pixels of a tile get their scores.
enum PixelScore: Hashable {
  /// The square of the difference from the reconstruction, the mean of the channels.
  case squared
  /// The distance from the reconstruction, the mean of the channels.
  case absolute
  /// The scores that the model gives to pixels.
  case ofModel
  /// An error of the stitched image and its stitched reconstruction, so that no tile's edge counts.
  case stitched(ImageSimilarity)
  /// The score of the tile, for measures that have no parts.
  case ofTile

  /// Creates the scores that belong to a measure.
  init(_ measure: ScoreMeasure) {
    switch measure {
    case .reconstruction(.meanSquared), .reconstruction(.rootMeanSquared): self = .squared
    case .reconstruction(.meanAbsolute): self = .absolute
    case .defect, .patches: self = .ofModel
    case .structuralDissimilarity: self = .stitched(.structural)
    case .gradientDissimilarity: self = .stitched(.gradient)
    default: self = .ofTile
    }
  }

  /// The similarity of stitched images; nil for scores that tiles give to their pixels.
  var similarity: ImageSimilarity? { if case .stitched(let similarity) = self { similarity } else { nil } }

  /// Returns the number of values that ``write(_:_:to:)`` writes for a tile of this shape, or that its model
  /// gives; nil if there are none.
  func valueCount(of tile: SampleShape) -> Int? {
    switch self {
    case .squared, .absolute, .ofModel: tile.imageExtents.map { $0.height * $0.width }
    case .stitched: 2 * tile.elementCount
    case .ofTile: nil
    }
  }

  /// Writes the scores of a tile's pixels; for ``stitched(_:)``, the sample and then its reconstruction.
  ///
  /// - Precondition: the scores are those of differences or ``stitched(_:)``; `sample` and `reconstruction`
  ///   have a whole number of channels for each value of `pixels`.
  func write(_ sample: FloatSlice, _ reconstruction: FloatSlice, to pixels: FloatSlice) {
    if similarity != nil {
      pixels[0..<sample.count].copy(from: sample)
      pixels[sample.count..<2 * sample.count].copy(from: reconstruction)
      return
    }
    let channels = sample.count / pixels.count
    let share = 1 / Float(channels)
    if self == .squared {
      VectorKernels.current.pixelErrors(of: sample, from: reconstruction, factor: share, into: pixels)
      return
    }
    let (sample, reconstruction) = (sample.span, reconstruction.span)
    pixels.withMutableSpan { pixels in
      var source = 0
      for pixel in pixels.indices {
        var sum: Float = 0
        for _ in 0..<channels {
          sum += abs(sample[source] - reconstruction[source])
          source &+= 1
        }
        pixels[pixel] = sum * share
      }
    }
  }
}
