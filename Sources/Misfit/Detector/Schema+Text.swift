import MisfitCore
import MisfitIngest

extension Schema {
  /// How values were scaled, for people: `standardised`.
  public var scalingText: String {
    switch scaling {
    case .standard: return "standardised"
    case .minMax:
      return Set(scales).count == 1 && Set(offsets) == [0] && scales.first == 255
        ? "pixels divided by 255" : "scaled to [0, 1]"
    case .none, .automatic: return "kept as they are"
    }
  }

  /// The names of the columns that held one value only.
  public var constantColumnNames: [String] { constantColumns.map { featureName(at: $0) } }

  /// Makes sure that a source's samples have this shape.
  ///
  /// - Throws: ``IngestError``.
  public func check(_ layout: RecordLayout, of source: String) throws(IngestError) {
    guard layout.shape == shape else {
      throw IngestError(
        .shapeMismatch(expected: shape, found: layout.shape), at: InputPosition(source: source))
    }
  }
}

extension RecordSource {
  /// The source with the columns of another in their order, where both have names for them.
  ///
  /// - Throws: ``IngestError`` that lists the columns that are not there.
  func arranged(for columns: [String], namesAreGiven: Bool) throws(IngestError) -> any RecordSource {
    guard namesAreGiven, layout.namesAreGiven, layout.columns != columns, let table = self as? CSVSource
    else { return self }
    return try table.arranged(for: columns)
  }
}
