/// A page that tells a finding: text, facts, figures and tables in one HTML file.
///
/// The page needs no network and no other file: figures are `data:` URIs, style and script stand inside, and
/// a Content Security Policy forbids everything else. It works from `file://`, on narrow screens, in dark
/// mode and on paper. It knows nothing of models: it shows what it is given, and escapes all of it. The same
/// report gives the same bytes; no clock is read.
///
/// ```swift
/// var report = HTMLReport(title: "Breast cancer", lead: "14 of 569 rows do not fit.")
/// report.sections.append(
///   HTMLReport.Section("Result", [.facts([HTMLReport.Fact("Rows", "569", detail: "30 features")])]))
/// try OutputFile.write(report.bytes(), to: "report.html")
/// ```
public struct HTMLReport: Hashable, Sendable {
  /// The page's name: its heading, and the browser's tab.
  public var title: String
  /// What kind of page this is, in small letters above the title: `Anomaly report`.
  public var kicker: String?
  /// What the title is about, in a line below it: the data, the model.
  public var subtitle: String?
  /// The finding in one sentence, shown large.
  public var lead: String?
  /// When the page was made, as the caller wants it read; none where the page should be the same every time.
  public var date: String?
  /// The parts of the page, in reading order.
  public var sections: [Section]
  /// The last line, in small letters: the program and its version.
  public var footer: String?
  /// The language of the text, as an HTML `lang` value.
  public var language: String

  /// Makes a page.
  public init(
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

  /// A heading and what stands under it.
  public struct Section: Hashable, Sendable {
    /// The heading; empty for none.
    public var heading: String
    /// What stands under it, in reading order.
    public var blocks: [Block]

    /// Makes a section.
    public init(_ heading: String, _ blocks: [Block] = []) {
      self.heading = heading
      self.blocks = blocks
    }
  }

  /// One thing in a section.
  public enum Block: Hashable, Sendable {
    /// Running text; a line break in it is kept.
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
    /// Text in a fixed-width font, such as the command that made the page.
    case code(String, caption: String? = nil)
    /// The files that lie beside the page.
    case files([File])
  }
}
