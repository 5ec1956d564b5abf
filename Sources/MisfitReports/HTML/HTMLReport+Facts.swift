extension HTMLReport {
  /// A term and its value.
  public struct Fact: Hashable, Sendable {
    /// The term, as in `Rows`.
    public var term: String
    /// The value as text, as in `569`.
    public var value: String
    /// A detail, as in `30 features`.
    public var detail: String?
    /// The emphasis of the value.
    public var tone: Tone

    /// Creates a fact.
    public init(_ term: String, _ value: String, detail: String? = nil, tone: Tone = .plain) {
      self.term = term
      self.value = value
      self.detail = detail
      self.tone = tone
    }
  }

  /// The style of a list of facts.
  public enum FactStyle: Hashable, Sendable {
    /// Cards with large values, for the few numbers that matter.
    case cards
    /// Lines of term and value, for settings and records.
    case list
  }

  /// The emphasis of a text.
  public enum Tone: String, Hashable, Sendable, CaseIterable {
    /// The style of the surrounding text.
    case plain
    /// Bold.
    case strong
    /// Fainter than the surrounding text.
    case quiet
    /// The color of anomalies.
    case alert
  }

  /// A remark in a box.
  public struct Note: Hashable, Sendable {
    /// The purpose of a note.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      /// Useful information.
      case information
      /// A problem that casts doubt on the result.
      case warning
    }

    /// The purpose of the note.
    public var kind: Kind
    /// A few bold words before the text.
    public var title: String?
    /// The remark.
    public var text: String

    /// Creates a note.
    public init(_ text: String, title: String? = nil, kind: Kind = .information) {
      self.text = text
      self.title = title
      self.kind = kind
    }
  }

  /// A file in the folder of the page.
  public struct File: Hashable, Sendable {
    /// Its path relative to the page: `scores.csv`.
    public var path: String
    /// A description of the content.
    public var content: String

    /// Creates an entry.
    public init(_ path: String, _ content: String) {
      self.path = path
      self.content = content
    }
  }
}

extension HTMLReport.Block {
  /// A remark in a box.
  public static func note(
    _ text: String, title: String? = nil, kind: HTMLReport.Note.Kind = .information
  ) -> HTMLReport.Block {
    .note(HTMLReport.Note(text, title: title, kind: kind))
  }
}
