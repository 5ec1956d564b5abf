/// The kind of an alarm of a model, by its reasons: which columns were how far from what was expected.
///
/// A later alarm is of the same kind if each column of the earlier one is about as far from what was
/// expected, in the same direction, and no other column has a large share.
package struct ReasonKind: Sendable, Hashable, Codable {
  /// A column with a share of the score.
  package struct Part: Sendable, Hashable, Codable {
    var column: String
    var share: Double
    /// The value minus the expected one; nil for cells that are no numbers.
    var difference: Double?
    /// The text of a cell that is no number.
    var text: String?

    /// Creates a part.
    package init(column: String, share: Double, difference: Double?, text: String? = nil) {
      self.column = column
      self.share = share
      self.difference = difference
      self.text = text
    }
  }

  /// The model: `shape`, `joint` or `model`.
  var source: String
  var parts: [Part]

  /// The share from which a column is a part, and the one from which it must be a part of the earlier alarm.
  private static let (leastShare, largeShare) = (0.1, 0.25)

  /// Creates a kind of the columns with large shares.
  package init(source: String, parts: [Part]) {
    self.source = source
    self.parts = parts.filter { $0.share >= Self.leastShare }
  }

  init(source: String, reasons: [WindowReason]) {
    self.init(
      source: source,
      parts: reasons.map { Part(column: $0.column, share: $0.share, difference: $0.value - $0.expected) })
  }

  /// Returns whether a later alarm is of this kind, which was called normal.
  package func contains(_ later: ReasonKind, similarity: Double) -> Bool {
    guard source == later.source, !parts.isEmpty else { return false }
    // As for the kinds of columns that were called normal.
    let tolerance = max(2 * similarity, 0.25)
    let isLike = parts.allSatisfy { part in
      later.parts.contains { other in
        guard other.column == part.column, other.text == part.text else { return false }
        guard let own = part.difference, let difference = other.difference else { return true }
        return abs(difference - own) <= tolerance * abs(own)
      }
    }
    return isLike
      && later.parts.allSatisfy { other in
        other.share < Self.largeShare || parts.contains { $0.column == other.column }
      }
  }
}
