/// Post-processing of Cairo's SVG: reproducible, and safe to embed in a page.
enum SVGDocument {
  /// Renames all identifiers and keeps enlarged pixels square.
  ///
  /// Cairo numbers some of its identifiers throughout the process, so that a second picture would differ from
  /// the first, and two documents in one page would share `glyph0-1`.
  static func tidied(_ document: [UInt8], identifierPrefix: String) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(document.count)
    var names: [ArraySlice<UInt8>: [UInt8]] = [:]
    var index = document.startIndex
    while index < document.endIndex {
      let byte = document[index]
      result.append(byte)
      index += 1
      if byte == UInt8(ascii: "#") || (byte == UInt8(ascii: "\"") && endsWithIdentifier(result)) {
        let end = document[index...].firstIndex { !isNameByte($0) } ?? document.endIndex
        let name = document[index..<end]
        let renamed = names[name] ?? Array("\(identifierPrefix)\(names.count)".utf8)
        names[name] = renamed
        result.append(contentsOf: renamed)
        index = end
      } else if byte == UInt8(ascii: "<"), document[index...].starts(with: imageTag) {
        result.append(contentsOf: imageTag)
        result.append(contentsOf: Array("style=\"image-rendering:pixelated\" ".utf8))
        index += imageTag.count
      }
    }
    return result
  }

  private static let imageTag = Array("image ".utf8)
  private static let identifier = Array(" id=\"".utf8)

  private static func endsWithIdentifier(_ bytes: [UInt8]) -> Bool {
    bytes.suffix(identifier.count).elementsEqual(identifier)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (byte >= 48 && byte <= 57) || (byte | 0x20 >= 97 && byte | 0x20 <= 122) || byte == 45 || byte == 95
  }
}
