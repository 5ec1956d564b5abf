import MisfitCore

/// The names of the pictures of images: the path of an image in its folder, without the extension.
///
/// Characters that a file system or a web address may refuse become `_`. A name that is taken, as by `a.jpg`
/// beside `a.png`, gets a number: `a-2`. Upper and lower case count as equal.
struct PictureNames {
  private var used: Set<String> = []

  /// The maximum length of a part of a name in bytes; an ending and a number are added.
  private static let lengthLimit = 200

  /// Returns the name of the next image: a relative path that does not leave its folder.
  mutating func name(for id: String) -> String {
    var parts = id.split(separator: "/").filter { $0 != "." && $0 != ".." }.map(String.init)
    var last = parts.popLast() ?? "image"
    if let dot = last.lastIndex(of: "."), dot > last.startIndex { last = String(last[..<dot]) }
    parts.append(last)
    let name = parts.map(Self.safe).joined(separator: "/")
    var unique = name
    var number = 2
    while !used.insert(unique.lowercased()).inserted {
      unique = "\(name)-\(number)"
      number += 1
    }
    return unique
  }

  private static func safe(_ part: String) -> String {
    var text = String.UnicodeScalarView()
    var length = 0
    for scalar in part.unicodeScalars {
      length += UTF8.width(scalar)
      guard length <= lengthLimit else { break }
      let isRefused = "\\:*?\"<>|".unicodeScalars.contains(scalar) || VisibleText.isHidden(scalar)
      text.append(isRefused ? "_" : scalar)
    }
    // A dot would hide the file.
    if text.first == "." { text.replaceSubrange(...text.startIndex, with: "_".unicodeScalars) }
    return String(text)
  }
}
