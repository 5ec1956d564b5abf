/// A report as one HTML file: text, facts, figures and tables.
///
/// The page needs no network and no other file: figures are `data:` URIs, style and script are embedded, and
/// a Content Security Policy forbids everything else. It works from `file://`, on narrow screens, in dark
/// mode and on paper. It knows nothing of models and escapes all text. The same report gives the same bytes;
/// no clock is read.
///
/// ```swift
/// var report = HTMLReport(title: "Breast cancer", lead: "14 of 569 rows do not fit.")
/// report.sections.append(
///   HTMLReport.Section("Result", [.facts([HTMLReport.Fact("Rows", "569", detail: "30 features")])]))
/// try OutputFile.write(report.bytes(), to: "report.html")
/// ```
package struct HTMLReport: Hashable, Sendable {
  /// The title: the page's heading, and the browser's tab.
  package var title: String
  /// The kind of page, in small letters above the title, as in `Anomaly report`.
  package var kicker: String?
  /// The subtitle, in a line below the title: the data, the model.
  package var subtitle: String?
  /// The result in one sentence, shown large.
  package var lead: String?
  /// The date in the caller's format; nil for a page that is the same every time.
  package var date: String?
  /// The sections of the page, in reading order.
  package var sections: [Section]
  /// The footer, in small letters: the program and its version.
  package var footer: String?
  /// The language of the text, as an HTML `lang` value.
  package var language: String

  /// Creates a page.
  package init(
    title: String, kicker: String? = nil, subtitle: String? = nil, lead: String? = nil, date: String? = nil,
    sections: [Section] = [], footer: String? = nil, language: String = "en"
  ) {
    self.title = title
    self.kicker = kicker
    self.subtitle = subtitle
    self.lead = lead
    self.date = date
    self.sections = sections
    self.footer = footer
    self.language = language
  }

  /// A section: a heading and its blocks.
  package struct Section: Hashable, Sendable {
    /// The heading; empty for none.
    package var heading: String
    /// The blocks, in reading order.
    package var blocks: [Block]

    /// Creates a section.
    package init(_ heading: String, _ blocks: [Block] = []) {
      self.heading = heading
      self.blocks = blocks
    }
  }

  /// A block of a section.
  package enum Block: Hashable, Sendable {
    /// A paragraph; its line breaks are kept.
    case paragraph(String)
    /// Pairs of a term and its value.
    case facts([Fact], style: FactStyle = .cards)
    /// One picture.
    case figure(Figure)
    /// Several pictures side by side, as many as fit.
    case gallery([Figure])
    /// A table that readers can sort.
    case table(Table)
    /// A remark in a box.
    case note(Note)
    /// Text in a fixed-width font, such as the command that created the page.
    case code(String, caption: String? = nil)
    /// Images in rows that wrap, each row under a title; a click on one opens the viewer.
    case strips([Strip])
    /// A list of files in the folder of the page.
    case files([File])
  }
}
