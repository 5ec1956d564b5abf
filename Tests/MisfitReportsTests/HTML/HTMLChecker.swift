import Foundation

/// A small HTML parser that refuses elements that are not closed, and text that is not quoted or escaped.
///
/// It is stricter than HTML: every element except void ones must be closed by name, and attributes must be in
/// double quotes and unique.
struct HTMLChecker {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  struct Element {
    var name: String
    var attributes: [String: String]
    /// The names of the elements around it, outermost first.
    var path: [String]
    /// All text inside, with character references resolved.
    var text = ""
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []
  private var rest: Substring

  private static let void: Set<String> = ["meta", "link", "img", "input", "br"]
  private static let rawText: Set<String> = ["style", "script"]
  private static let references = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'"]

  init(_ page: String) throws {
    rest = page[...]
    guard take(prefix: "<!DOCTYPE html>\n") else { throw Failure(description: "no doctype") }
    while !rest.isEmpty {
      if take(prefix: "</") {
        try close()
      } else if take(prefix: "<") {
        try openElement()
      } else {
        try readText()
      }
    }
    guard open.isEmpty else { throw Failure(description: "not closed: \(open.map { elements[$0].name })") }
  }

  subscript(name: String) -> [Element] { elements.filter { $0.name == name } }

  func elements(withClass name: String) -> [Element] {
    elements.filter { $0.attributes["class"]?.split(separator: " ").contains(Substring(name)) == true }
  }

  private mutating func take(prefix: String) -> Bool {
    guard rest.unicodeScalars.starts(with: prefix.unicodeScalars) else { return false }
    rest = Substring(rest.unicodeScalars.dropFirst(prefix.unicodeScalars.count))
    return true
  }

  private mutating func take(until stop: Character) throws -> Substring {
    guard let index = rest.firstIndex(of: stop) else { throw Failure(description: "no \(stop) follows") }
    defer { rest = rest[rest.index(after: index)...] }
    return rest[..<index]
  }

  private mutating func close() throws {
    let name = String(try take(until: ">"))
    guard let last = open.popLast(), elements[last].name == name else {
      throw Failure(description: "</\(name)> closes nothing in \(open.map { elements[$0].name })")
    }
  }

  private mutating func openElement() throws {
    let name = String(rest.prefix { $0.isLetter || $0.isNumber })
    guard !name.isEmpty else { throw Failure(description: "a bare < before \(rest.prefix(20))") }
    rest = rest.dropFirst(name.count)
    var attributes: [String: String] = [:]
    while take(prefix: " ") {
      let attribute = String(try take(until: "="))
      guard attribute.allSatisfy({ $0.isLetter || $0 == "-" }), take(prefix: "\"") else {
        throw Failure(description: "an attribute without quotes in \(name): \(attribute)")
      }
      guard attributes.updateValue(try resolved(try take(until: "\"")), forKey: attribute) == nil else {
        throw Failure(description: "\(attribute) stands twice in \(name)")
      }
    }
    guard take(prefix: ">") else { throw Failure(description: "\(name) does not end: \(rest.prefix(20))") }
    elements.append(Element(name: name, attributes: attributes, path: open.map { elements[$0].name }))
    guard !Self.void.contains(name) else { return }
    open.append(elements.count - 1)
    if Self.rawText.contains(name) {
      guard let end = rest.range(of: "</") else { throw Failure(description: "\(name) does not end") }
      elements[elements.count - 1].text = String(rest[..<end.lowerBound])
      rest = rest[end.lowerBound...]
    }
  }

  private mutating func readText() throws {
    let text = try resolved(rest.prefix { $0 != "<" })
    rest = rest.drop { $0 != "<" }
    for index in open { elements[index].text += text }
    if open.isEmpty, !text.allSatisfy(\.isWhitespace) { throw Failure(description: "text outside: \(text)") }
  }

  private func resolved(_ text: Substring) throws -> String {
    var result = ""
    var rest = text
    while let start = rest.firstIndex(of: "&") {
      result += rest[..<start]
      rest = rest[rest.index(after: start)...]
      guard let end = rest.firstIndex(of: ";"), let plain = Self.references[String(rest[..<end])] else {
        throw Failure(description: "a bare & before \(rest.prefix(20))")
      }
      result += plain
      rest = rest[rest.index(after: end)...]
    }
    result += rest
    let controls = result.unicodeScalars.filter {
      $0.properties.generalCategory == .control && !"\n\t\r".unicodeScalars.contains($0)
    }
    guard controls.isEmpty, !result.contains(">") || text.contains("&gt;") else {
      throw Failure(description: "a control character or a bare > in \(result)")
    }
    return result
  }
}
