import Misfit

/// Slanted light lines across an image, as agencies print them over what they want to sell.
enum Watermark {
  private static let spacing = 12
  private static let thickness = 3
  private static let opacity = 0.55

  /// Writes a marked copy of each image of a folder under the same name, as PNG.
  ///
  /// - Throws: ``IngestError``, ``FileError``, ``ImageError``.
  static func write(copiesOf folder: String, to destination: String) throws {
    try FileSystem.makeDirectory(destination)
    let images = try LabelledImages(reading: try ImageFolderSource(folder), atMost: .max)
    guard let (height, width, channels) = images.shape.imageExtents else { return }
    for (index, values) in images.values.enumerated() {
      let image = Image(height: height, width: width, channels: channels, pixels: values.map { UInt8($0) })
      let stem = images.ids[index].split(separator: ".").dropLast().joined(separator: ".")
      try OutputFile.write(
        try PNGEncoder.encode(marked(image, number: index)), to: "\(destination)/\(stem).png")
    }
  }

  /// The height of the band varies from image to image, so that its position cannot be memorized.
  private static func marked(_ image: Image, number: Int) -> Image {
    var pixels = image.pixels
    let height = image.height / 3
    let top = (number * 37) % max(image.height - height, 1)
    for row in top..<top + height {
      for column in 0..<image.width where (column + row) % spacing < thickness {
        for channel in 0..<image.channels {
          let place = (row * image.width + column) * image.channels + channel
          pixels[place] = UInt8(Double(pixels[place]) * (1 - opacity) + 255 * opacity)
        }
      }
    }
    return Image(height: image.height, width: image.width, channels: image.channels, pixels: pixels)
  }
}
