import MisfitAnalytics
import MisfitCore
import MisfitKernels

/// The way that the pixels of a tile get their scores.
enum PixelScore {
  /// The square of the difference from the reconstruction, the mean of the channels.
  case squared
  /// The distance from the reconstruction, the mean of the channels.
  case absolute
  /// The score of the tile, for measures that have no parts.
  case ofTile

  /// Creates the scores that belong to a measure.
  init(_ measure: ScoreMeasure) {
    switch measure {
    case .reconstruction(.meanSquared), .reconstruction(.rootMeanSquared): self = .squared
    case .reconstruction(.meanAbsolute): self = .absolute
    default: self = .ofTile
    }
  }

  /// Writes the scores of a tile's pixels.
  ///
  /// - Precondition: the scores are not ``ofTile``; `sample` and `reconstruction` have a whole number of
  ///   channels for each value of `pixels`.
  func write(_ sample: FloatSlice, _ reconstruction: FloatSlice, to pixels: FloatSlice) {
    let channels = sample.count / pixels.count
    let (sample, reconstruction, isSquared) = (sample.span, reconstruction.span, self == .squared)
    let share = 1 / Float(channels)
    pixels.withMutableSpan { pixels in
      var source = 0
      for pixel in pixels.indices {
        var sum: Float = 0
        for _ in 0..<channels {
          let difference = sample[source] - reconstruction[source]
          sum += isSquared ? difference * difference : abs(difference)
          source &+= 1
        }
        pixels[pixel] = sum * share
      }
    }
  }
}
