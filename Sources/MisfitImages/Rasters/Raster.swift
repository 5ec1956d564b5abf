/// A decoded image in the precision of its file: samples of 8 or 16 bits.
///
/// Shapes: samples [height, width, channels], row-major from the top left, channels interleaved.
package struct Raster: Hashable, Sendable {
  /// The samples, in one of two precisions.
  package enum Samples: Hashable, Sendable {
    /// 8 bits: 0 to 255.
    case bytes([UInt8])
    /// 16 bits: 0 to 65,535.
    case words([UInt16])

    var count: Int {
      switch self {
      case .bytes(let samples): samples.count
      case .words(let samples): samples.count
      }
    }
  }

  /// The number of rows.
  package let height: Int
  /// The number of columns.
  package let width: Int
  /// The number of channels: 1 for gray, 3 for RGB.
  package let channels: Int
  /// The samples.
  package let samples: Samples

  /// Creates an image from its samples.
  ///
  /// - Precondition: there is at least one pixel, one or three channels, and the samples fill the image.
  package init(height: Int, width: Int, channels: Int, samples: Samples) {
    precondition(height >= 1 && width >= 1, "an image needs at least one pixel")
    precondition(channels == 1 || channels == 3, "an image has one channel (gray) or three (RGB)")
    precondition(samples.count == height * width * channels, "the samples do not fill the image")
    self.height = height
    self.width = width
    self.channels = channels
    self.samples = samples
  }

  /// Creates a raster from an 8-bit image.
  package init(_ image: Image) {
    self.init(
      height: image.height, width: image.width, channels: image.channels, samples: .bytes(image.pixels))
  }

  /// The samples from 0 to 255; those of 16 bits have fractions: `v / 257`.
  package var values: [Double] {
    switch samples {
    case .bytes(let samples): samples.map(Double.init)
    case .words(let samples): samples.map { Double($0) / 257 }
    }
  }

  /// The image's luma, as in Pillow's mode `L` (ITU-R BT.601,
  /// `(19595 R + 38470 G + 7471 B + 32768) / 65536`); gray unchanged.
  package var convertedToGray: Raster {
    guard channels == 3 else { return self }
    let grey: Samples =
      switch samples {
      case .bytes(let samples): .bytes(Self.luma(of: samples))
      case .words(let samples): .words(Self.luma(of: samples))
      }
    return Raster(height: height, width: width, channels: 1, samples: grey)
  }

  /// The image with three equal channels; RGB unchanged.
  package var convertedToRGB: Raster {
    guard channels == 1 else { return self }
    let colored: Samples =
      switch samples {
      case .bytes(let samples): .bytes(Self.tripled(samples))
      case .words(let samples): .words(Self.tripled(samples))
      }
    return Raster(height: height, width: width, channels: 3, samples: colored)
  }

  private static func luma<Sample: FixedWidthInteger>(of samples: [Sample]) -> [Sample] {
    var result: [Sample] = []
    result.reserveCapacity(samples.count / 3)
    for start in stride(from: 0, to: samples.count, by: 3) {
      let weighted =
        19595 * Int(samples[start]) + 38470 * Int(samples[start + 1]) + 7471 * Int(samples[start + 2])
      result.append(Sample((weighted + 32768) >> 16))
    }
    return result
  }

  private static func tripled<Sample>(_ samples: [Sample]) -> [Sample] {
    var result: [Sample] = []
    result.reserveCapacity(samples.count * 3)
    for sample in samples { result.append(contentsOf: repeatElement(sample, count: 3)) }
    return result
  }
}
