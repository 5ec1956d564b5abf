import Misfit

/// Digits in color, for pages with color images if none are given: each digit has a hue of its
/// own, on a ground of the opposite one.
enum PaintedDigits {
  private static let factor = 4

  /// Writes PNG files of 32 x 32 pixels.
  ///
  /// - Throws: ``IngestError``, ``FileError``, ``ImageError``.
  static func write(to folder: String, count: Int) throws {
    try FileSystem.makeDirectory(folder)
    let digits = try LabelledImages(reading: try DigitsSource(), atMost: count)
    for (index, values) in digits.values.enumerated() {
      let number = String(index + 1)
      let name = String(repeating: "0", count: max(0, 4 - number.count)) + number
      let image = painted(values, digit: Int(digits.labels[index]) ?? 0)
      try OutputFile.write(try PNGEncoder.encode(image), to: "\(folder)/\(name).png")
    }
  }

  private static func painted(_ values: [Double], digit: Int) -> Image {
    let ink = color(ofHue: Double(digit) / 10)
    let ground = color(ofHue: Double(digit) / 10 + 0.5)
    let side = 8 * factor
    var pixels: [UInt8] = []
    pixels.reserveCapacity(side * side * 3)
    for row in 0..<side {
      for column in 0..<side {
        let share = values[row / factor * 8 + column / factor]
        for channel in 0..<3 {
          pixels.append(UInt8((share * ink[channel] + (1 - share) * ground[channel] * 0.4) * 255))
        }
      }
    }
    return Image(height: side, width: side, channels: 3, pixels: pixels)
  }

  /// Red, green and blue from 0 to 1 of a full color.
  private static func color(ofHue hue: Double) -> [Double] {
    [0, 1.0 / 3, 2.0 / 3].map { offset in
      let place = abs((hue - offset + 2).truncatingRemainder(dividingBy: 1) * 2 - 1)
      return min(max(place * 3 - 1, 0), 1)
    }
  }
}
