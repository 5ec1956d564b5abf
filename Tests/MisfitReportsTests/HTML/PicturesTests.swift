import Testing

@testable import MisfitReports

@Suite("Images of the page")
struct PicturesTests {
  private func pictures(_ source: HTMLReport.Pictures.Source, title: String = "a.png") -> HTMLReport.Pictures
  {
    HTMLReport.Pictures(
      title: title, caption: "score 3", detail: "score 3, flagged", isMarked: true, thumbnail: source,
      original: source, reconstruction: nil, map: source, overlay: source, link: "overlays/a b.png")
  }

  private func report(_ pictures: HTMLReport.Pictures) -> HTMLReport {
    var cell = HTMLReport.Cell(nil)
    cell.pictures = pictures
    let table = HTMLReport.Table(
      columns: [.init("picture"), .init("id")], rows: [.init([cell, "x"]), .init(["y", "z"])])
    return HTMLReport(
      title: "x",
      sections: [.init("y", [.table(table), .strips([.init("Usual", [pictures]), .init("None", [])])])])
  }

  @Test("are links to files that open without a script")
  func links() throws {
    let page = try HTMLChecker(report(pictures(.file("page/a#b.png"))).html())
    let links = page.elements(withClass: "shot")
    #expect(links.count == 2 && links.allSatisfy { $0.name == "a" })
    #expect(links.allSatisfy { $0.attributes["href"] == "./overlays/a%20b.png" })
    #expect(
      links.allSatisfy { $0.attributes["data-o"] == "./page/a%23b.png" && $0.attributes["data-r"] == nil })
    let images = page["img"]
    #expect(images.count == 2 && images.allSatisfy { $0.attributes["loading"] == "lazy" })
    #expect(
      images.allSatisfy { $0.attributes["src"] == "./page/a%23b.png" && $0.attributes["alt"] == "a.png" })
    #expect(page.elements(withClass: "strip").count == 1)
  }

  @Test("of few images are parts of the page, which then loads no file")
  func embedded() throws {
    let page = try HTMLChecker(report(pictures(.data([1, 2, 3], isJPEG: true))).html())
    let policy = page["meta"].compactMap { $0.attributes["content"] }.first { $0.contains("img-src") }
    #expect(policy?.contains("img-src data:;") == true)
    #expect(page["img"].allSatisfy { $0.attributes["src"] == "data:image/jpeg;base64,AQID" })
    let linked = try HTMLChecker(report(pictures(.file("a.png"))).html())
    let other = linked["meta"].compactMap { $0.attributes["content"] }.first { $0.contains("img-src") }
    #expect(other?.contains("img-src data: 'self' file:;") == true)
    #expect(other?.contains("default-src 'none'") == true)
  }

  @Test("have a viewer, which pages without images do not have")
  func viewer() throws {
    let page = try HTMLChecker(report(pictures(.file("a.png"))).html())
    #expect(page["dialog"].count == 1 && page["dialog"].first?.attributes["open"] == nil)
    #expect(page["script"].count == 1 && page["script"].first?.text.contains("showModal") == true)
    #expect(page["button"].allSatisfy { $0.attributes["type"] == "button" })
    let plain = try HTMLChecker(ExampleReports.detection().html())
    #expect(plain["dialog"].isEmpty && plain["script"].first?.text.contains("showModal") == false)
  }

  @Test("show names as text: nothing in them becomes an element or an address")
  func escaping() throws {
    let name = "\"><script>alert(1)</script>'&\n.png"
    var pictures = pictures(.file("../\(name)"), title: name)
    pictures.link = "javascript:alert(1)"
    let page = try HTMLChecker(report(pictures).html())
    #expect(page["script"].count == 1)
    for link in page.elements(withClass: "shot") {
      #expect(link.attributes["data-title"] == name)
      #expect(link.attributes["href"] == "./javascript%3Aalert%281%29")
    }
  }
}
