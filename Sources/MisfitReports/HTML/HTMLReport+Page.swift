extension HTMLReport {
  /// Returns the page as HTML.
  package func html() -> String { String(decoding: bytes(), as: UTF8.self) }

  /// Returns the page as the bytes of a file, in UTF-8.
  package func bytes() -> [UInt8] {
    var page = HTMLWriter()
    page.markup("<!DOCTYPE html>\n")
    page.block("html", [("lang", language)]) { page in
      page.markup("\n")
      page.block("head") { writeHead(to: &$0) }
      page.block("body") { page in
        page.markup("\n")
        page.block("main") { writeMain(to: &$0) }
        let pictures = allPictures
        if !pictures.isEmpty { writeViewer(to: &page) }
        let script =
          (hasTables ? ReportScript.text : "") + (pictures.isEmpty ? "" : ViewerScript.text)
        if !script.isEmpty { page.block("script") { $0.verbatim(script) } }
      }
    }
    return page.bytes
  }

  /// The content security policy: the page shows its own pictures and runs its own style and script, and
  /// connects to nothing.
  static let contentSecurityPolicy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    + "base-uri 'none'; form-action 'none'"

  /// The policy of a page whose pictures are files beside it.
  static let policyWithFiles = contentSecurityPolicy.replacing(
    "img-src data:", with: "img-src data: 'self' file:")

  private var hasTables: Bool {
    sections.contains { section in
      section.blocks.contains { if case .table = $0 { true } else { false } }
    }
  }

  private func writeHead(to page: inout HTMLWriter) {
    let policy =
      allPictures.contains { $0.hasFiles } ? Self.policyWithFiles : Self.contentSecurityPolicy
    page.markup("\n<meta charset=\"utf-8\">\n")
    page.open("meta", [("http-equiv", "Content-Security-Policy"), ("content", policy)])
    page.markup("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
    page.markup("<meta name=\"color-scheme\" content=\"light dark\">\n")
    page.markup("<meta name=\"generator\" content=\"Misfit\">\n")
    page.block("title") { $0.text(title.isEmpty ? "Report" : title) }
    // An empty icon keeps a browser from requesting one.
    page.markup("<link rel=\"icon\" href=\"data:,\">\n")
    page.block("style") { $0.verbatim(ReportStyle.text + (allPictures.isEmpty ? "" : ViewerStyle.text)) }
  }

  private func writeMain(to page: inout HTMLWriter) {
    page.markup("\n")
    page.block("header") { page in
      page.markup("\n")
      page.block("p", [("class", "kicker")], text: kicker)
      page.block("h1", text: title)
      page.block("p", [("class", "subtitle")], text: subtitle)
      page.block("p", [("class", "date")], text: date)
      page.block("p", [("class", "lead")], text: lead)
    }
    writeContents(to: &page)
    for (index, section) in sections.enumerated() { write(section, number: index + 1, to: &page) }
    if let footer, !footer.isEmpty {
      page.block("footer") { page in page.inline("p") { $0.text(footer) } }
    }
  }

  /// Writes the viewer, which is closed until the script opens it.
  private func writeViewer(to page: inout HTMLWriter) {
    page.markup(ViewerScript.dialog)
  }

  /// Writes links to the sections, if there are many.
  private func writeContents(to page: inout HTMLWriter) {
    let named = sections.enumerated().filter { !$0.element.heading.isEmpty }
    guard named.count >= 4 else { return }
    page.block("nav", [("aria-label", "Contents")]) { page in
      page.inline("ul") { page in
        for (index, section) in named {
          page.inline("li") { page in
            page.inline("a", [("href", "#section-\(index + 1)")]) { $0.text(section.heading) }
          }
        }
      }
    }
  }

  private func write(_ section: Section, number: Int, to page: inout HTMLWriter) {
    page.block("section", [("id", "section-\(number)")]) { page in
      page.markup("\n")
      page.block("h2", text: section.heading)
      for (index, block) in section.blocks.enumerated() {
        block.write(to: &page, identifier: "\(number)-\(index + 1)")
      }
    }
  }
}
