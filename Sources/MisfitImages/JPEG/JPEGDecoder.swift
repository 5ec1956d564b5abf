import MisfitCore

/// A decoder of JPEG images through libjpeg-turbo: gray and color, baseline and progressive, 8 bits a sample.
///
/// - Color is decoded to RGB, by the library's exact integer transform and smooth chroma upsampling.
/// - The Exif orientation (2 to 8) is applied, so that the image is as in a viewer.
/// - Damaged or truncated files are refused, even if some of them could be shown.
/// - CMYK and 12 bits a sample are refused with a message of their own. Color profiles are ignored.
package enum JPEGDecoder {
  /// Decodes an image in memory; `path` only names it in errors.
  ///
  /// - Throws: ``ImageError``.
  /// - Complexity: O(pixels); memory of one more copy if the image is rotated.
  package static func decode(bytes: [UInt8], path: String) throws(ImageError) -> Image {
    let file = JPEGMarkers(bytes: bytes, path: path)
    let header = try file.header()
    // A block of 64 pixels takes at least a bit; a wide margin allows every kind of subsampling. So a few
    // bytes that claim a huge size cost no memory.
    guard header.storedWidth * header.storedHeight / 8192 <= bytes.count else {
      throw file.error(.corrupted("too little data for its size"), at: bytes.count)
    }
    switch JPEGCodec.decode(bytes, in: header) {
    case .success(let samples):
      return Orientation(header).turned(samples)
    case .failure(let failure):
      if failure.isTruncation { throw file.error(.truncated, at: bytes.count) }
      throw ImageError(.corrupted(failure.message), format: .jpeg, at: InputPosition(source: path))
    }
  }

  /// Reads the header of an image in memory, or of its beginning.
  ///
  /// - Throws: ``ImageError``.
  package static func header(bytes: [UInt8], path: String) throws(ImageError) -> JPEGHeader {
    try JPEGMarkers(bytes: bytes, path: path).header()
  }
}

/// The mapping from stored rows to the displayed image.
private struct Orientation {
  let header: JPEGHeader

  init(_ header: JPEGHeader) { self.header = header }

  func turned(_ samples: [UInt8]) -> Image {
    let (height, width, channels) = (header.height, header.width, header.channels)
    guard header.orientation != 1 else {
      return Image(height: height, width: width, channels: channels, pixels: samples)
    }
    var result = [UInt8](repeating: 0, count: samples.count)
    for row in 0..<height {
      for column in 0..<width {
        let (storedRow, storedColumn) = stored(row, column)
        let from = (storedRow * header.storedWidth + storedColumn) * channels
        let to = (row * width + column) * channels
        for channel in 0..<channels { result[to + channel] = samples[from + channel] }
      }
    }
    return Image(height: height, width: width, channels: channels, pixels: result)
  }

  /// Returns the stored position of a displayed pixel.
  private func stored(_ row: Int, _ column: Int) -> (row: Int, column: Int) {
    let (bottom, right) = (header.storedHeight - 1, header.storedWidth - 1)
    return switch header.orientation {
    case 2: (row, right - column)
    case 3: (bottom - row, right - column)
    case 4: (bottom - row, column)
    case 5: (column, row)
    case 6: (bottom - column, row)
    case 7: (bottom - column, right - row)
    case 8: (column, right - row)
    default: (row, column)
    }
  }
}
