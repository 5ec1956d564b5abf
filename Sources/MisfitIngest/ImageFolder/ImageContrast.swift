import MisfitImages

/// The part of an image whose brightness and contrast are normalized.
///
/// Samples are shifted and scaled so that their mean over all channels is 128 and their standard deviation
/// 48, of 255; what is then outside of the range is clipped. The contrast rises at most sixfold, so that the
/// noise of a flat part does not look like structure.
public enum ImageContrast: String, Sendable, Hashable, Codable, CaseIterable {
  /// The whole image: for light that differs from image to image.
  case image
  /// Each tile, or the whole image where there are none: for light that differs within an image.
  case patch

  private static let mean = 128.0
  private static let deviation = 48.0
  private static let largestGain = 6.0

  /// Returns samples of 8 or 16 bits, normalized by those that count; nil means all.
  ///
  /// `counts` has a value for each pixel.
  static func normalized<Sample: FixedWidthInteger & UnsignedInteger>(
    _ samples: [Sample], counts: [Bool]? = nil
  ) -> [Sample] {
    let channels = counts.map { samples.count / $0.count } ?? 1
    var (count, sum, squares) = (0, 0.0, 0.0)
    for (index, sample) in samples.enumerated() where counts?[index / channels] ?? true {
      let value = Double(sample)
      (count, sum, squares) = (count + 1, sum + value, squares + value * value)
    }
    guard count > 0 else { return samples }
    let scale = Double(Sample.max) / 255
    let mean = sum / Double(count)
    let deviation = max(0, squares / Double(count) - mean * mean).squareRoot()
    let gain = min(largestGain, Self.deviation * scale / max(deviation, 1e-9))
    return samples.map { sample in
      let value = (Self.mean * scale + (Double(sample) - mean) * gain).rounded()
      return Sample(min(max(value, 0), Double(Sample.max)))
    }
  }
}

extension Raster {
  /// Returns the image with its contrast normalized by the pixels that count; nil means all.
  func normalizingContrast(counts: [Bool]?) -> Raster {
    let normalized: Samples =
      switch samples {
      case .bytes(let samples): .bytes(ImageContrast.normalized(samples, counts: counts))
      case .words(let samples): .words(ImageContrast.normalized(samples, counts: counts))
      }
    return Raster(height: height, width: width, channels: channels, samples: normalized)
  }
}
