import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitReports

@Suite("The HTML page")
struct HTMLReportTests {
  @Test("is well-formed, whatever its content", arguments: [0, 1, 30])
  func wellFormed(rowCount: Int) throws {
    for report in [
      ExampleReports.detection(), ExampleReports.nasty(rowCount: rowCount), HTMLReport(title: ""),
    ] {
      let page = try HTMLChecker(report.html())
      #expect(page["h1"].count + (report.title.isEmpty ? 1 : 0) == 1)
      #expect(page["title"].count == 1 && page["main"].count == 1 && page["style"].count == 1)
      #expect(page["section"].count == report.sections.count)
    }
  }

  @Test("shows text as text: nothing in it becomes an element")
  func escaping() throws {
    let html = ExampleReports.nasty(rowCount: 10).html()
    let page = try HTMLChecker(html)
    let shown = "<script>alert('x')</script> & \"quotes\" </style> <!-- ␀␛[31m\u{FFFD}"
    #expect(page["h1"].first?.text == shown)
    #expect(page["title"].first?.text == shown)
    #expect(page["h2"].first?.text == shown)
    #expect(page["td"].contains { $0.text == shown + " 1" })
    #expect(page["th"].contains { $0.text == shown })
    #expect(page["script"].count == 1 && !html.contains("<script>alert"))
    #expect(html.components(separatedBy: "<script>").count == 2)
  }

  @Test("escapes the text of attributes")
  func attributes() throws {
    let figure = HTMLReport.Figure(svg: "<svg/>", alternativeText: "\"><script>'&\n", width: 10)
    let page = try HTMLChecker(
      HTMLReport(title: "x", sections: [.init("y", [.figure(figure)])], language: "\"de").html())
    #expect(page["img"].first?.attributes["alt"] == "\"><script>'&\n")
    #expect(page["html"].first?.attributes["lang"] == "\"de")
  }

  @Test("replaces characters that HTML forbids, and keeps all others")
  func characters() throws {
    let forbidden = [0xFFFE, 0x7F, 0x1, 0x9F, 0xFDD0].compactMap(Unicode.Scalar.init).map { String($0) }
    let text = "tab\tü 文 🐈‍⬛ e\u{301} \(forbidden.joined())\u{A0}end"
    let page = try HTMLChecker(HTMLReport(title: text).html())
    let shown = "tab\tü 文 🐈‍⬛ e\u{301} \u{FFFD}\u{2421}\u{2401}\u{FFFD}\u{FFFD}\u{A0}end"
    #expect(page["h1"].first?.text == shown)
  }

  @Test("isolates right-to-left text, and shows direction marks by their codes")
  func directions() throws {
    let page = try HTMLChecker(HTMLReport(title: "a \u{202E}b").html())
    #expect(page["h1"].first?.text == "a \\u{202E}b")
    let hebrew = try HTMLChecker(HTMLReport(title: "שלום 1").html())
    #expect(hebrew["h1"].first?.text == "\u{2068}שלום 1\u{2069}")
  }

  @Test("consists of the same bytes every time")
  func determinism() {
    #expect(ExampleReports.detection().bytes() == ExampleReports.detection().bytes())
    #expect(ExampleReports.nasty(rowCount: 50).html() == ExampleReports.nasty(rowCount: 50).html())
  }

  @Test("makes no network requests")
  func selfContained() throws {
    let png = [UInt8](Data(base64Encoded: ExampleReports.tinyPNG) ?? Data())
    let figure = HTMLReport.Figure(png: png, alternativeText: "a dot")
    let page = try HTMLChecker(ExampleReports.detection(figure: figure).html())
    let policy = page["meta"].first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
    #expect(policy?.attributes["content"]?.hasPrefix("default-src 'none'; img-src data:; ") == true)
    for element in page.elements {
      for name in ["src", "href"] {
        guard let reference = element.attributes[name] else { continue }
        #expect(["data:", "#", "./"].contains { reference.hasPrefix($0) }, "\(element.name) \(reference)")
      }
    }
    for code in [page["style"].first?.text, page["script"].first?.text] {
      #expect(
        code?.contains("url(") == false && code?.contains("http") == false
          && code?.contains("@import") == false)
    }
  }

  @Test("declares its character set, viewport and color schemes")
  func head() throws {
    let page = try HTMLChecker(ExampleReports.detection().html())
    #expect(page["meta"].first?.attributes == ["charset": "utf-8"])
    #expect(page["meta"].contains { $0.attributes["name"] == "viewport" })
    #expect(page["meta"].contains { $0.attributes["content"] == "light dark" })
    let style = try #require(page["style"].first?.text)
    #expect(style.contains("prefers-color-scheme: dark") && style.contains("@media print"))
    #expect(style.filter { $0 == "{" }.count == style.filter { $0 == "}" }.count)
  }

  @Test("has unique identifiers and valid references")
  func identifiers() throws {
    let page = try HTMLChecker(ExampleReports.nasty(rowCount: 3).html())
    let identifiers = page.elements.compactMap { $0.attributes["id"] }
    #expect(Set(identifiers).count == identifiers.count)
    let links = page["a"].compactMap { $0.attributes["href"] }.filter { $0.hasPrefix("#") }
    #expect(links.count == 4)
    for link in links { #expect(identifiers.contains(String(link.dropFirst()))) }
    for name in ["aria-labelledby", "for"] {
      for target in page.elements.compactMap({ $0.attributes[name] }) {
        #expect(identifiers.contains(target))
      }
    }
  }

  @Test("contains a script only if there is a table")
  func script() throws {
    let page = try HTMLChecker(HTMLReport(title: "x", sections: [.init("y", [.paragraph("z")])]).html())
    #expect(page["script"].isEmpty)
    #expect(page["p"].map(\.text) == ["z"])
  }

  @Test(
    "links only to files in its folder, never to a URL scheme",
    arguments: [
      ("scores.csv", "./scores.csv"), ("javascript:alert(1)", "./javascript%3Aalert%281%29"),
      ("a b/ü#?.png", "./a%20b/%C3%BC%23%3F.png"), ("\n", "./%0A"),
    ])
  func files(path: String, reference: String) {
    #expect(HTMLReport.File(path, "").reference == reference)
  }

  @Test("omits empty parts")
  func nothing() throws {
    let report = HTMLReport(
      title: "x",
      sections: [
        .init(
          "", [.facts([]), .gallery([]), .files([]), .paragraph(""), .table(.init(columns: [], rows: []))])
      ])
    let page = try HTMLChecker(report.html())
    for name in ["h2", "dl", "ul", "p", "table", "figure", "nav", "footer"] {
      #expect(page[name].isEmpty, "\(name)")
    }
  }

  @Test("is written to a file like in its documentation")
  func documentedExample() throws {
    var report = HTMLReport(title: "Breast cancer", lead: "14 of 569 rows do not fit.")
    report.sections.append(
      HTMLReport.Section("Result", [.facts([HTMLReport.Fact("Rows", "569", detail: "30 features")])]))
    let folder = try TemporaryFolder()
    try OutputFile.write(report.bytes(), to: folder.file("report.html"))
    let page = try HTMLChecker(String(contentsOfFile: folder.file("report.html"), encoding: .utf8))
    #expect(page.elements(withClass: "lead").first?.text == "14 of 569 rows do not fit.")
  }

  @Test("shows facts, notes and code")
  func blocks() throws {
    let page = try HTMLChecker(
      HTMLReport(
        title: "x",
        sections: [
          .init(
            "y",
            [
              .facts([.init("Rows", "569", detail: "all", tone: .alert), .init("Nothing", "")]),
              .note("doubt", title: "Mind.", kind: .warning), .code("a <b>\n\tc", caption: "Run"),
            ])
        ]
      ).html())
    #expect(page["dt"].map(\.text) == ["Rows", "Nothing"])
    #expect(page["dd"].map(\.text) == ["569", "all", "–"])
    #expect(page["dd"].first?.attributes["class"] == "alert")
    #expect(page.elements(withClass: "warning").first?.text == "Mind. doubt")
    #expect(page["code"].first?.text == "a <b>\n\tc")
  }
}
