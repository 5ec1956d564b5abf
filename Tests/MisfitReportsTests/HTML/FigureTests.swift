import Foundation
import Testing

@testable import MisfitReports

@Suite("Figures")
struct FigureTests {
  private let png = [UInt8](Data(base64Encoded: ExampleReports.tinyPNG) ?? Data())

  @Test("a PNG is embedded byte for byte, at half its size in pixels")
  func embedded() throws {
    let figure = HTMLReport.Figure(png: png, alternativeText: "grey", caption: "Six by four")
    let page = try HTMLChecker(HTMLReport(title: "x", sections: [.init("y", [.figure(figure)])]).html())
    let image = try #require(page["img"].first)
    #expect(image.attributes["width"] == "3" && image.attributes["height"] == "2")
    let uri = try #require(image.attributes["src"])
    #expect(uri.hasPrefix("data:image/png;base64,"))
    #expect(Data(base64Encoded: String(uri.dropFirst(22))) == Data(png))
    #expect(page["figcaption"].first?.text == "Six by four")
  }

  @Test("a given width keeps the picture's proportions")
  func width() {
    let figure = HTMLReport.Figure(png: png, alternativeText: "grey", width: 600)
    #expect(figure.width == 600 && figure.height == 400)
  }

  @Test("bytes that are not a PNG have no size, and are still shown", arguments: [0, 10, 23])
  func broken(length: Int) throws {
    let figure = HTMLReport.Figure(png: Array(png.prefix(length)), alternativeText: "broken")
    #expect(figure.width == nil && figure.height == nil)
    let page = try HTMLChecker(HTMLReport(title: "x", sections: [.init("y", [.figure(figure)])]).html())
    #expect(page["img"].first?.attributes["width"] == nil)
  }

  @Test("a header with size 0, or beyond the limit of PNG, is ignored", arguments: [0, 0x80])
  func absurd(first: UInt8) {
    var bytes = png
    bytes.replaceSubrange(16..<20, with: [first, 0, 0, 0])
    #expect(PNGHeader.size(of: bytes) == nil)
  }

  @Test("an SVG is embedded as a picture")
  func svg() throws {
    let text = "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>ü</text></svg>"
    let figure = HTMLReport.Figure(svg: text, alternativeText: "u", width: 40, height: 30)
    let uri = figure.uri
    #expect(uri.hasPrefix("data:image/svg+xml;base64,"))
    #expect(Data(base64Encoded: String(uri.dropFirst(26))) == Data(text.utf8))
  }

  @Test("a wide picture has the width of the page, pictures in a gallery share it")
  func layout() throws {
    let wide = HTMLReport.Figure(svg: "<svg/>", alternativeText: "", width: 760)
    let small = HTMLReport.Figure(svg: "<svg/>", alternativeText: "", width: 64)
    let page = try HTMLChecker(
      HTMLReport(
        title: "x",
        sections: [.init("y", [.figure(wide), .figure(small), .gallery([wide, wide]), .gallery([small])])]
      ).html())
    #expect(page["figure"].map { $0.attributes["class"] } == ["wide", nil, nil, nil, nil])
    #expect(
      page.elements(withClass: "gallery").map { $0.attributes["style"] } == [
        "--column:490px", "--column:180px",
      ])
  }

  @Test("base64 agrees with Foundation's at every length", arguments: 0..<40)
  func base64(length: Int) {
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 89 + 251) }
    #expect(Base64.text(of: bytes) == Data(bytes).base64EncodedString())
  }

  @Test("base64 uses every letter of its alphabet")
  func alphabet() {
    let bytes = (0..<256).map { UInt8($0) }
    #expect(Base64.text(of: bytes) == Data(bytes).base64EncodedString())
  }
}
