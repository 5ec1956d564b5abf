import MisfitIngest

extension Scoring {
  /// Whether ``selecting(records:)`` returns a scoring.
  package var selectsRecords: Bool { pairs == nil && source.imageFolder != nil }

  /// Returns the scoring of some images of a folder, whose records are then counted from 1 in this order; nil
  /// if the source is no folder of images, or has targets.
  ///
  /// - Precondition: there is at least one record.
  package func selecting(records: [Int]) -> Scoring? {
    guard pairs == nil, let folder = source.imageFolder else { return nil }
    var scoring = self
    scoring.source = folder.selecting(records.map { $0 - 1 })
    return scoring
  }
}
