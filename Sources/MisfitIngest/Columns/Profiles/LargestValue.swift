import MisfitCore

/// Finds the value that makes the range of a column too large.
enum LargestValue {
  /// Calls `body`, and adds the position of a column's largest value to an error that its values are too far
  /// apart.
  ///
  /// - Throws: the errors of `body`.
  static func locating<Result>(in source: any RecordSource, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as IngestError where error.kind == .rangeTooLarge && error.position?.line == nil {
      throw IngestError(error.kind, at: try place(of: error.position?.column, in: source) ?? error.position)
    }
  }

  /// Returns the position of the value with the largest magnitude, found in a pass over the source; nil for
  /// an unknown column.
  private static func place(of name: String?, in source: any RecordSource) throws -> InputPosition? {
    let layout = source.layout
    guard let name, let column = (0..<layout.width).first(where: { layout.featureName(at: $0) == name })
    else { return nil }
    var found: (magnitude: Double, place: InputPosition)?
    let cells: any RecordSource = source.cells?.withCells() ?? source
    try cells.forEachBatch(ofUpTo: RecordLayout.batchRowCount(ofWidth: layout.width), threadCount: 1) {
      batch in
      for row in 0..<batch.rowCount {
        let magnitude = batch.value(row: row, column: column).magnitude
        guard !magnitude.isNaN, magnitude > found?.magnitude ?? -1 else { continue }
        found = (magnitude, batch.position(ofRow: row, in: source.name, column: name))
      }
    }
    return found?.place
  }
}
