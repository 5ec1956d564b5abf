extension HTMLReport {
  /// A term and its value.
  public struct Fact: Hashable, Sendable {
    /// What is told: `Rows`.
    public var term: String
    /// What it is, as it should be read: `569`.
    public var value: String
    /// A few more words on it: `30 features`.
    public var detail: String?
    /// Whether the value stands out by colour.
    public var tone: Tone

    /// Makes a fact.
    public init(_ term: String, _ value: String, detail: String? = nil, tone: Tone = .plain) {
      self.term = term
      self.value = value
      self.detail = detail
      self.tone = tone
    }
  }

  /// How a list of facts looks.
  public enum FactStyle: Hashable, Sendable {
    /// Cards with large values, for the few numbers that matter.
    case cards
    /// Lines of term and value, for settings and records.
    case list
  }

  /// How much something stands out.
  public enum Tone: String, Hashable, Sendable, CaseIterable {
    /// As the text around it.
    case plain
    /// Bold.
    case strong
    /// Fainter than the text around it.
    case quiet
    /// In the colour of what does not fit.
    case alert
  }

  /// A remark in a box.
  public struct Note: Hashable, Sendable {
    /// What a note is for.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      /// Something good to know.
      case information
      /// Something that puts the result in doubt.
      case warning
    }

    /// What the note is for.
    public var kind: Kind
    /// A few bold words before the text.
    public var title: String?
    /// The remark.
    public var text: String

    /// Makes a note.
    public init(_ text: String, title: String? = nil, kind: Kind = .information) {
      self.text = text
      self.title = title
      self.kind = kind
    }
  }

  /// A file that lies beside the page.
  public struct File: Hashable, Sendable {
    /// Its path relative to the page: `scores.csv`.
    public var path: String
    /// What is in it.
    public var content: String

    /// Makes an entry.
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
