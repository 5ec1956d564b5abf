extension HTMLReport.Block {
  /// Writes the block; `identifier` is unique on the page.
  func write(to page: inout HTMLWriter, identifier: String) {
    switch self {
    case .paragraph(let text): page.block("p", [("class", "text")], text: text)
    case .facts(let facts, let style): Self.write(facts, style, to: &page)
    case .figure(let figure): figure.write(to: &page)
    case .gallery(let figures): Self.write(gallery: figures, to: &page)
    case .table(let table): table.write(to: &page, identifier: "table-\(identifier)")
    case .note(let note): note.write(to: &page)
    case .code(let text, let caption): Self.write(code: text, caption, to: &page)
    case .strips(let strips): for strip in strips { strip.write(to: &page) }
    case .files(let files): Self.write(files, to: &page)
    }
  }

  private static func write(
    _ facts: [HTMLReport.Fact], _ style: HTMLReport.FactStyle, to page: inout HTMLWriter
  ) {
    guard !facts.isEmpty else { return }
    page.block("dl", [("class", style == .cards ? "cards" : "list")]) { page in
      page.markup("\n")
      for fact in facts { page.block("div") { fact.write(to: &$0) } }
    }
  }

  private static func write(gallery figures: [HTMLReport.Figure], to page: inout HTMLWriter) {
    guard !figures.isEmpty else { return }
    // Wide enough for a caption; a picture may shrink a little for a neighbor, but its labels must stay
    // readable.
    let widest = figures.compactMap(\.width).max() ?? 320
    let columnWidth = min(max(widest * 5 / 8 + 34, 180), 490)
    page.block("div", [("class", "gallery"), ("style", "--column:\(columnWidth)px")]) { page in
      page.markup("\n")
      for figure in figures { figure.write(to: &page, inGallery: true) }
    }
  }

  private static func write(code: String, _ caption: String?, to page: inout HTMLWriter) {
    page.block("div", [("class", "code")]) { page in
      page.block("p", [("class", "caption")], text: caption)
      page.inline("pre", [("tabindex", "0")]) { page in page.inline("code") { $0.text(code) } }
    }
  }

  private static func write(_ files: [HTMLReport.File], to page: inout HTMLWriter) {
    guard !files.isEmpty else { return }
    page.block("ul", [("class", "files")]) { page in
      page.markup("\n")
      for file in files {
        page.block("li") { page in
          page.inline("a", [("href", file.reference)]) { $0.text(file.path) }
          page.inline("span") { $0.text(file.content) }
        }
      }
    }
  }
}

extension HTMLReport.Fact {
  /// The length beyond which a value is words rather than a figure, and gets smaller letters on a card.
  private static let largeLength = 14

  fileprivate func write(to page: inout HTMLWriter) {
    page.inline("dt") { $0.text(term) }
    let classes = [tone.styleClass, value.unicodeScalars.count > Self.largeLength ? "words" : nil]
    let named = classes.compactMap { $0 }.joined(separator: " ")
    page.inline("dd", [("class", named.isEmpty ? nil : named)]) { $0.text(value.isEmpty ? "–" : value) }
    guard let detail, !detail.isEmpty else { return }
    page.inline("dd", [("class", "detail")]) { $0.text(detail) }
  }
}

extension HTMLReport.Figure {
  /// The width from which a single picture takes the whole width of the page.
  private static let wideWidth = 480

  fileprivate func write(to page: inout HTMLWriter, inGallery: Bool = false) {
    let wide = inGallery ? nil : width.flatMap { $0 >= Self.wideWidth ? $0 : nil }
    page.block(
      "figure", [("class", wide.map { _ in "wide" }), ("style", wide.map { "--width:\($0)px" })]
    ) { page in
      page.open(
        "img",
        [
          ("src", uri), ("alt", alternativeText), ("width", width.map(String.init)),
          ("height", height.map(String.init)),
        ])
      page.block("figcaption", text: caption)
    }
  }
}

extension HTMLReport.Note {
  fileprivate func write(to page: inout HTMLWriter) {
    page.block("div", [("class", "note \(kind.rawValue)"), ("role", "note")]) { page in
      page.inline("p") { page in
        if let title, !title.isEmpty {
          page.inline("strong") { $0.text(title) }
          page.markup(" ")
        }
        page.text(text)
      }
    }
  }
}

extension HTMLReport.Tone {
  /// The class in the style sheet; nil for plain text.
  var styleClass: String? { self == .plain ? nil : rawValue }
}

extension HTMLReport.File {
  /// The path as a relative reference: `./` before it, so that no part of a name is taken for a scheme (RFC
  /// 3986, 4.2).
  var reference: String {
    var text = "./"
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        text += byte < 16 ? "%0" : "%"
        text += String(byte, radix: 16, uppercase: true)
      }
    }
    return text
  }
}
