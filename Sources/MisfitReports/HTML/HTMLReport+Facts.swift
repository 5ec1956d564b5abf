extension HTMLReport {
  /// A term and its value.
  package struct Fact: Hashable, Sendable {
    /// The term, as in `Rows`.
    package var term: String
    /// The value as text, as in `569`.
    package var value: String
    /// A detail, as in `30 features`.
    package var detail: String?
    /// The emphasis of the value.
    package var tone: Tone

    /// Creates a fact.
    package init(_ term: String, _ value: String, detail: String? = nil, tone: Tone = .plain) {
      self.term = term
      self.value = value
      self.detail = detail
      self.tone = tone
    }
  }

  /// The style of a list of facts.
  package enum FactStyle: Hashable, Sendable {
    /// Cards with large values, for the few numbers that matter.
    case cards
    /// Lines of term and value, for settings and records.
    case list
  }

  /// The emphasis of a text.
  package enum Tone: String, Hashable, Sendable, CaseIterable {
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
  package struct Note: Hashable, Sendable {
    /// The purpose of a note.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
      /// Useful information.
      case information
      /// A problem that casts doubt on the result.
      case warning
    }

    /// The purpose of the note.
    package var kind: Kind
    /// A few bold words before the text.
    package var title: String?
    /// The remark.
    package var text: String

    /// Creates a note.
    package init(_ text: String, title: String? = nil, kind: Kind = .information) {
      self.text = text
      self.title = title
      self.kind = kind
    }
  }

  /// A file in the folder of the page.
  package struct File: Hashable, Sendable {
    /// Its path relative to the page: `scores.csv`.
    package var path: String
    /// A description of the content.
    package var content: String

    /// Creates an entry.
    package init(_ path: String, _ content: String) {
      self.path = path
      self.content = content
    }
  }
}

extension HTMLReport.Block {
  /// A remark in a box.
  package static func note(
    _ text: String, title: String? = nil, kind: HTMLReport.Note.Kind = .information
  ) -> HTMLReport.Block {
    .note(HTMLReport.Note(text, title: title, kind: kind))
  }
}
