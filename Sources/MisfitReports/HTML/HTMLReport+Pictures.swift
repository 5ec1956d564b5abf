extension HTMLReport {
  /// The pictures of one image: a thumbnail, and the others for the viewer that a click opens.
  ///
  /// Without a script, the thumbnail is a link to a file.
  package struct Pictures: Hashable, Sendable {
    /// The place of a picture.
    package enum Source: Hashable, Sendable {
      /// A file in the folder of the page, by its relative path.
      case file(String)
      /// The bytes of a PNG or JPEG file, which become a part of the page.
      case data([UInt8], isJPEG: Bool)

      var isFile: Bool { if case .file = self { true } else { false } }

      var reference: String {
        switch self {
        case .file(let path): HTMLReport.File(path, "").reference
        case .data(let bytes, let isJPEG):
          "data:image/\(isJPEG ? "jpeg" : "png");base64," + Base64.text(of: bytes)
        }
      }
    }

    /// The name of the image.
    package var title: String
    /// A few words under the thumbnail: the score.
    package var caption: String
    /// A sentence on the image in the viewer.
    package var detail: String
    /// Whether the image is highlighted as an anomaly.
    package var isMarked: Bool
    /// The small picture.
    package var thumbnail: Source?
    /// The image.
    package var original: Source?
    /// The reconstruction.
    package var reconstruction: Source?
    /// The heat map.
    package var map: Source?
    /// The heat map on the image.
    package var overlay: Source?
    /// The relative path of the file that opens without a script.
    package var link: String

    /// Creates the pictures of an image.
    package init(
      title: String, caption: String = "", detail: String = "", isMarked: Bool = false,
      thumbnail: Source? = nil, original: Source? = nil, reconstruction: Source? = nil, map: Source? = nil,
      overlay: Source? = nil, link: String
    ) {
      (self.title, self.caption, self.detail) = (title, caption, detail)
      (self.isMarked, self.link) = (isMarked, link)
      (self.thumbnail, self.original, self.reconstruction) = (thumbnail, original, reconstruction)
      (self.map, self.overlay) = (map, overlay)
    }

    /// Whether any of the pictures is a file.
    var hasFiles: Bool {
      [thumbnail, original, reconstruction, map, overlay].contains { $0?.isFile == true }
    }
  }

  /// Some images side by side under a title.
  package struct Strip: Hashable, Sendable {
    /// The title, such as `Nearest to the threshold`.
    package var title: String
    /// The images.
    package var pictures: [Pictures]

    /// Creates a strip.
    package init(_ title: String, _ pictures: [Pictures]) {
      self.title = title
      self.pictures = pictures
    }
  }
}

extension HTMLReport.Pictures {
  /// Writes the thumbnail as a link; `hasCaption` adds the title and the caption.
  func write(to page: inout HTMLWriter, hasCaption: Bool = false) {
    let attributes: [HTMLWriter.Attribute] = [
      ("class", isMarked ? "shot marked" : "shot"), ("href", HTMLReport.File(link, "").reference),
      ("data-title", title), ("data-detail", detail), ("data-o", original?.reference),
      ("data-r", reconstruction?.reference), ("data-m", map?.reference), ("data-v", overlay?.reference),
    ]
    page.inline("a", attributes) { page in
      page.open(
        "img",
        [
          ("src", thumbnail?.reference), ("alt", title), ("width", "96"), ("height", "72"),
          ("loading", "lazy"), ("decoding", "async"),
        ])
      guard hasCaption else { return }
      page.inline("span") { $0.text(title) }
      page.inline("span", [("class", "quiet")]) { $0.text(caption) }
    }
  }
}

extension HTMLReport.Strip {
  /// Writes the images in a row that wraps.
  func write(to page: inout HTMLWriter) {
    guard !pictures.isEmpty else { return }
    page.block("div", [("class", "strip")]) { page in
      page.block("p", [("class", "caption")], text: title)
      page.block("div") { page in
        for picture in pictures { picture.write(to: &page, hasCaption: true) }
      }
    }
  }
}

extension HTMLReport {
  /// All pictures of images on the page.
  var allPictures: [Pictures] {
    var pictures: [Pictures] = []
    for block in sections.flatMap(\.blocks) {
      switch block {
      case .strips(let strips): pictures += strips.flatMap(\.pictures)
      case .table(let table): pictures += table.rows.flatMap { $0.cells.compactMap(\.pictures) }
      default: break
      }
    }
    return pictures
  }
}
