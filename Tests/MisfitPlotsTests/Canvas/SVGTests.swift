import Foundation
import MisfitCore
import MisfitImages
import Testing

@testable import MisfitPlots

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("SVG")
struct SVGTests {
  /// Gathers what a well-formed document declares and refers to.
  final class Reader: NSObject, XMLParserDelegate {
    var identifiers: [String] = []
    var references: [String] = []
    var root: [String: String] = [:]
    var imageStyles: [String?] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      if name == "svg" { root = attributes }
      if name == "image" { imageStyles.append(attributes["style"]) }
      if let identifier = attributes["id"] { identifiers.append(identifier) }
      for value in attributes.values {
        if value.hasPrefix("#") { references.append(String(value.dropFirst())) }
        if value.hasPrefix("url(#") { references.append(String(value.dropFirst(5).dropLast())) }
      }
    }
  }

  static func read(_ bytes: [UInt8]) -> Reader? {
    let reader = Reader()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = reader
    return parser.parse() ? reader : nil
  }

  @Test("every plot is a well-formed document whose references are all valid", arguments: AnyDrawing.all)
  func wellFormed(drawing: AnyDrawing) throws {
    let reader = try #require(Self.read(drawing.svg(identifierPrefix: "p7x")))
    #expect(Set(reader.identifiers).count == reader.identifiers.count)
    #expect(reader.identifiers.allSatisfy { $0.hasPrefix("p7x") })
    #expect(Set(reader.references).isSubset(of: Set(reader.identifiers)))
    #expect(reader.root["viewBox"]?.hasPrefix("0 0 ") == true)
    #expect(reader.root["width"]?.hasSuffix("px") == true)
  }

  @Test("the same plot gives the same document, whatever was drawn before", arguments: AnyDrawing.all)
  func deterministic(drawing: AnyDrawing) throws {
    #expect(try drawing.svg() == drawing.svg())
  }

  @Test("images keep square pixels and are embedded in the document")
  func images() throws {
    let image = Image(height: 1, width: 2, channels: 1, pixels: [0, 255])
    let sketch = Sketch { $0.draw(image, in: PlotRectangle(x: 0, y: 0, width: 40, height: 20)) }
    let reader = try #require(Self.read(sketch.svg()))
    #expect(reader.imageStyles == ["image-rendering:pixelated"])
    #expect(String(decoding: try sketch.svg(), as: UTF8.self).contains("data:image/png;base64,"))
  }

  @Test("thousands of points do not make a huge document")
  func points() throws {
    let values = (0..<20_000).map { Double($0 % 997) }
    let plot = ScatterPlot(
      title: "many", x: values, y: values.reversed(), coloring: .values(values, name: "v"))
    #expect(try plot.svg().count < 3_000_000)
  }
}
