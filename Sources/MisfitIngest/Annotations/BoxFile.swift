import MisfitCore

/// A file of rectangles: YOLO, Pascal VOC, or plain text.
///
/// - YOLO: `class center-x center-y width height` a line, in shares of the image's sides.
/// - Plain: `x1 y1 x2 y2 type` a line in pixels, separated by blanks, commas or semicolons; the type may be
///   missing.
/// - Pascal VOC: XML with an `object` for each rectangle; its pixels are counted from 1, the last included.
struct BoxFile {
  /// The way that lines of numbers are read.
  enum Notation { case yolo, plain }

  let path: String
  let text: String
  /// The types that count; empty for all.
  var types: Set<String> = []

  /// Returns whether every line can be one of YOLO; nil without a line.
  var canBeYOLO: Bool? {
    let lines = lines
    guard !lines.isEmpty else { return nil }
    return lines.allSatisfy { line in
      guard line.words.count == 5, Int(line.words[0]) ?? -1 >= 0 else { return false }
      return line.words.dropFirst().allSatisfy { Double($0).map { (0...1).contains($0) } ?? false }
    }
  }

  /// Whether the file is XML.
  var isXML: Bool { text.drop { $0.isWhitespace || $0 == "\u{feff}" }.hasPrefix("<") }

  /// Returns the annotation of the file.
  ///
  /// - Throws: ``IngestError`` with the line that cannot be read.
  func annotation(_ notation: Notation) throws(IngestError) -> ImageAnnotation {
    if isXML { return try VOCFile(path: path, text: text, types: types).annotation() }
    var boxes: [DefectBox] = []
    for line in lines {
      guard let box = notation == .yolo ? Self.yolo(line.words) : Self.plain(line.words) else {
        throw IngestError(
          .annotation(
            "\"\(line.words.joined(separator: " ").prefix(80))\" is no box",
            remedy: """
              boxes are read as YOLO (`class x y width height`, from 0 to 1), as Pascal VOC (XML), or as \
              `x1 y1 x2 y2 type` in pixels, one a line
              """),
          at: InputPosition(source: path, line: line.number))
      }
      let type = notation == .yolo ? line.words[0] : line.words.dropFirst(4).first ?? ""
      if types.isEmpty || types.contains(String(type)) { boxes.append(box) }
    }
    return ImageAnnotation(content: notation == .yolo ? .unitBoxes(boxes) : .boxes(boxes))
  }

  private var lines: [(number: Int, words: [Substring])] {
    text.split(omittingEmptySubsequences: false) { $0.isNewline }.enumerated().compactMap { index, line in
      let words = line.split { $0.isWhitespace || $0 == "," || $0 == ";" || $0 == "\u{feff}" }
      return words.isEmpty || words[0].hasPrefix("#") ? nil : (index + 1, words)
    }
  }

  private static func yolo(_ words: [Substring]) -> DefectBox? {
    let numbers = words.dropFirst().compactMap { Double($0) }
    guard words.count == 5, numbers.count == 4, numbers[2] > 0, numbers[3] > 0 else { return nil }
    return DefectBox(
      left: numbers[0] - numbers[2] / 2, top: numbers[1] - numbers[3] / 2,
      right: numbers[0] + numbers[2] / 2, bottom: numbers[1] + numbers[3] / 2)
  }

  private static func plain(_ words: [Substring]) -> DefectBox? {
    let numbers = words.prefix(4).compactMap { Double($0) }
    guard (4...5).contains(words.count), numbers.count == 4, numbers.allSatisfy(\.isFinite),
      numbers[2] >= numbers[0], numbers[3] >= numbers[1]
    else { return nil }
    return DefectBox(left: numbers[0], top: numbers[1], right: numbers[2], bottom: numbers[3])
  }
}

/// A file of Pascal VOC, of which only the elements of sizes and boxes are read.
struct VOCFile {
  let path: String
  let text: String
  let types: Set<String>

  func annotation() throws(IngestError) -> ImageAnnotation {
    guard let root = Self.elements("annotation", of: text[...]).first else {
      throw error("this XML has no `annotation`, which Pascal VOC begins with")
    }
    var size: ImageSize?
    if let element = Self.elements("size", of: root).first,
      let width = Self.number("width", of: element), let height = Self.number("height", of: element),
      (1...1e6).contains(width), (1...1e6).contains(height)
    {
      size = ImageSize(width: Int(width), height: Int(height))
    }
    var boxes: [DefectBox] = []
    for object in Self.elements("object", of: root) {
      let name = Self.elements("name", of: object).first.map { String(Self.trimmed($0)) } ?? ""
      guard types.isEmpty || types.contains(name) else { continue }
      guard let box = Self.elements("bndbox", of: object).first,
        let left = Self.number("xmin", of: box), let top = Self.number("ymin", of: box),
        let right = Self.number("xmax", of: box), let bottom = Self.number("ymax", of: box),
        right >= left, bottom >= top
      else { throw error("the box of object \"\(name)\" cannot be read") }
      // Counted from 1; programs that count from 0 are common, too.
      boxes.append(DefectBox(left: max(left - 1, 0), top: max(top - 1, 0), right: right, bottom: bottom))
    }
    return ImageAnnotation(size: size, content: .boxes(boxes))
  }

  private func error(_ problem: String) -> IngestError {
    IngestError(
      .annotation(problem, remedy: "an object needs `bndbox` with `xmin`, `ymin`, `xmax` and `ymax`"),
      at: InputPosition(source: path))
  }

  /// Returns the texts within elements of a name.
  private static func elements(_ name: String, of text: Substring) -> [Substring] {
    var found: [Substring] = []
    var rest = text
    while let opening = range(of: "<\(name)>", in: rest),
      let closing = range(of: "</\(name)>", in: rest[opening.upperBound...])
    {
      found.append(rest[opening.upperBound..<closing.lowerBound])
      rest = rest[closing.upperBound...]
    }
    return found
  }

  private static func range(of word: String, in text: Substring) -> Range<Substring.Index>? {
    let (pattern, bytes) = (Array(word.utf8), text.utf8)
    var start = bytes.startIndex
    while let candidate = bytes[start...].firstIndex(of: pattern[0]) {
      if bytes[candidate...].starts(with: pattern) {
        return candidate..<bytes.index(candidate, offsetBy: pattern.count)
      }
      start = bytes.index(after: candidate)
    }
    return nil
  }

  private static func number(_ name: String, of text: Substring) -> Double? {
    elements(name, of: text).first.flatMap { Double(trimmed($0)) }.flatMap { $0.isFinite ? $0 : nil }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0.isWhitespace }
    return start.last.map { $0.isWhitespace } == true ? trimmed(start.dropLast()) : start
  }
}
