extension HTMLReport {
  /// A picture with a caption.
  package struct Figure: Hashable, Sendable {
    /// The content of a picture.
    package enum Image: Hashable, Sendable {
      /// The bytes of a PNG file.
      case png([UInt8])
      /// The text of an SVG document, shown as a picture, so that no script in it runs.
      case svg(String)
    }

    /// The content of the picture.
    package var image: Image
    /// A description for readers who cannot see it.
    package var alternativeText: String
    /// The caption under the picture.
    package var caption: String?
    /// The width on the page, if there is room; nil for the picture's own.
    ///
    /// Units: CSS pixels.
    package var width: Int?
    /// The height at that width; nil if it is not known.
    ///
    /// Units: CSS pixels.
    package var height: Int?

    /// Creates a figure from the bytes of a PNG file.
    ///
    /// Our plots are drawn at twice their reading size, so that they are sharp on dense screens: without a
    /// `width`, it is half the width in the file's header. The height follows from the header.
    package init(png bytes: [UInt8], alternativeText: String, caption: String? = nil, width: Int? = nil) {
      image = .png(bytes)
      self.alternativeText = alternativeText
      self.caption = caption
      let size = PNGHeader.size(of: bytes)
      self.width = width ?? size.map { max(1, $0.width / 2) }
      height = size.flatMap { size in
        self.width.map { max(1, (size.height * $0 + size.width / 2) / size.width) }
      }
    }

    /// Creates a figure from an SVG document.
    package init(
      svg text: String, alternativeText: String, caption: String? = nil, width: Int? = nil, height: Int? = nil
    ) {
      image = .svg(text)
      self.alternativeText = alternativeText
      self.caption = caption
      self.width = width
      self.height = height
    }

    /// The picture as a `data:` URI.
    var uri: String {
      switch image {
      case .png(let bytes): "data:image/png;base64," + Base64.text(of: bytes)
      case .svg(let text): "data:image/svg+xml;base64," + Base64.text(of: text.utf8)
      }
    }
  }
}

/// The part of a PNG file's header that the page needs.
enum PNGHeader {
  /// Returns the size in pixels from the header (PNG specification, 11.2.2); nil if it is not a PNG file or
  /// the size is absurd.
  static func size(of bytes: [UInt8]) -> (width: Int, height: Int)? {
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard bytes.count >= 24, bytes.starts(with: signature) else { return nil }
    let numbers = [16, 20].map { start in bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    guard numbers.allSatisfy({ 1...0x7FFF_FFFF ~= $0 }) else { return nil }
    return (numbers[0], numbers[1])
  }
}
