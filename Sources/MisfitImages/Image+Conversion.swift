extension Image {
  /// Creates an image from values between 0 and 1, such as a network's output.
  ///
  /// Values outside are clamped, NaN becomes 0; halves round away from zero, so that `k / 255` becomes `k`.
  ///
  /// - Precondition: as for ``init(height:width:channels:pixels:)``.
  package init(height: Int, width: Int, channels: Int, unitValues: some Sequence<Float>) {
    let pixels = unitValues.map { value in
      // Written so that NaN fails the first comparison.
      value > 0 ? UInt8((min(value, 1) * 255).rounded()) : 0
    }
    self.init(height: height, width: width, channels: channels, pixels: pixels)
  }

  /// The samples as values from 0 to 1: each divided by 255.
  ///
  /// Shapes: [height * width * channels], in the order of `pixels`.
  package var unitValues: [Float] { pixels.map { Float($0) / 255 } }

  /// The image with three equal channels; an RGB image unchanged.
  package var convertedToRGB: Image {
    guard channels == 1 else { return self }
    var samples: [UInt8] = []
    samples.reserveCapacity(pixels.count * 3)
    for sample in pixels { samples.append(contentsOf: repeatElement(sample, count: 3)) }
    return Image(height: height, width: width, channels: 3, pixels: samples)
  }

  /// The image's luma, as in Pillow's mode `L`; see ``Raster/convertedToGray``.
  package var convertedToGray: Image {
    guard case .bytes(let samples) = Raster(self).convertedToGray.samples else { return self }
    return Image(height: height, width: width, channels: 1, pixels: samples)
  }
}
