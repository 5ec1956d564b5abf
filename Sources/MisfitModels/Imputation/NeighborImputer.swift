import MisfitCore

/// Fills missing inputs of rows with the means of the rows nearest by, so that a model judges a row by what
/// is known of it.
///
/// Missing inputs are NaN. The distance to a reference is that of the inputs which both have, as if all
/// inputs were as far apart; the mean is that of the nearest references that have the input (Troyanskaya et
/// al., "Missing value estimation methods for DNA microarrays", 2001).
///
/// Shapes: R references of D inputs.
package struct NeighborImputer: Sendable {
  /// The references, NaN where they miss an input: [R, D].
  package let reference: FloatSlice
  /// D.
  package let width: Int

  /// The most references that are kept.
  package static let referenceLimit = 512
  private static let neighborCount = 10

  /// Takes references.
  ///
  /// - Precondition: whole rows, at least one.
  package init(reference: FloatSlice, width: Int) {
    precondition(
      width >= 1 && reference.count >= width && reference.count % width == 0, "whole rows, at least one")
    self.reference = reference
    self.width = width
  }

  /// Keeps a random sample of the rows.
  ///
  /// - Throws: what reading the rows may throw.
  package static func fit(_ rows: any EpochRows, seed: UInt64) throws -> NeighborImputer {
    let sample = try ReferenceRows.sample(of: rows, limit: referenceLimit, seed: seed)
    return NeighborImputer(reference: sample.rows, width: rows.width)
  }

  /// Fills what is missing in rows: [N, D].
  ///
  /// - Complexity: O(R·D) for each row that misses something.
  package func fill(_ rows: FloatSlice) {
    for start in stride(from: 0, to: rows.count, by: width) {
      let row = rows[start..<start + width]
      if Self.misses(row.span) { fill(row: row) }
    }
  }

  private static func misses(_ row: Span<Float>) -> Bool {
    // One sum is NaN where an input is; inputs are finite else, and far from the largest float.
    var sum: Float = 0
    for index in row.indices { sum += row[index] }
    return sum.isNaN
  }

  private func fill(row: FloatSlice) {
    let order = nearest(to: row.span)
    let known = reference.span
    row.withMutableSpan { row in
      for input in row.indices where row[input].isNaN {
        var (sum, count) = (0.0, 0)
        for index in order where count < Self.neighborCount {
          let value = known[index * width + input]
          if value.isNaN { continue }
          sum += Double(value)
          count += 1
        }
        row[input] = count > 0 ? Float(sum / Double(count)) : 0
      }
    }
  }

  /// The references from the nearest on; of equally near ones the earlier first.
  private func nearest(to row: Span<Float>) -> [Int] {
    let known = reference.span
    var distances: [(distance: Float, index: Int)] = []
    distances.reserveCapacity(known.count / width)
    for start in stride(from: 0, to: known.count, by: width) {
      var (sum, count): (Float, Float) = (0, 0)
      for input in row.indices {
        let difference = row[input] - known[start + input]
        if difference.isNaN { continue }
        sum += difference * difference
        count += 1
      }
      // A reference that has no input in common with the row says nothing of it: it comes last.
      distances.append((count > 0 ? sum / count : .infinity, start / width))
    }
    return distances.sorted { $0 < $1 }.map(\.index)
  }
}

/// Rows whose missing inputs are filled as they are gathered.
package final class ImputedRows: EpochRows {
  private let rows: any EpochRows
  private let imputer: NeighborImputer
  package var rowCount: Int { rows.rowCount }
  package var width: Int { rows.width }

  /// Takes rows, and what fills them.
  package init(_ rows: any EpochRows, _ imputer: NeighborImputer) {
    self.rows = rows
    self.imputer = imputer
  }

  package func beginEpoch(_ epoch: Int, shuffled: Bool) throws {
    try rows.beginEpoch(epoch, shuffled: shuffled)
  }

  package func makeAvailable(_ range: Range<Int>) throws { try rows.makeAvailable(range) }

  package func gather(_ range: Range<Int>, into destination: FloatSlice) {
    rows.gather(range, into: destination)
    imputer.fill(destination[0..<range.count * width])
  }
}
