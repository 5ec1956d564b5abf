import MisfitCore

/// An imputer that replaces missing inputs by the means of the nearest references.
///
/// A missing input is NaN. The distance to a reference is the mean squared difference of the inputs that both
/// have; a reference that shares no input with the row is infinitely far and never used. The imputed value is
/// the mean of the ten nearest references that have the input (Troyanskaya et al., "Missing value estimation
/// methods for DNA microarrays", 2001), or the mean of all references if none of these shares an input with
/// the row.
///
/// Shapes: R references of D inputs.
package struct NeighborImputer: Sendable {
  /// The references, NaN for missing inputs: [R, D].
  package let reference: Rows
  /// The mean of each input over the references that have it: [D]; 0 if none has.
  let means: [Float]

  /// The number of inputs, D.
  package var width: Int { reference.width }

  /// The maximum number of references.
  package static let referenceLimit = 512
  static let neighborCount = 10

  /// Creates an imputer.
  ///
  /// - Precondition: there is at least one reference.
  package init(reference: Rows) {
    precondition(reference.count >= 1, "an imputer needs a reference")
    self.reference = reference
    var sums = [Double](repeating: 0, count: reference.width)
    var counts = [Int](repeating: 0, count: reference.width)
    for row in reference.indices {
      for (input, value) in reference[row].array.enumerated() where !value.isNaN {
        sums[input] += Double(value)
        counts[input] += 1
      }
    }
    means = zip(sums, counts).map { $1 > 0 ? Float($0 / Double($1)) : 0 }
  }

  /// Creates an imputer from a slice of whole rows.
  ///
  /// - Precondition: the slice has whole rows, at least one.
  package init(reference: FloatSlice, width: Int) { self.init(reference: Rows(reference, width: width)) }

  /// Fits an imputer, which keeps a random sample of the rows.
  ///
  /// - Throws: Errors of reading the rows.
  package static func fit(_ rows: any EpochRows, seed: UInt64) throws -> NeighborImputer {
    NeighborImputer(
      reference: try ReferenceRows.sample(of: rows, limit: referenceLimit, seed: seed).rows)
  }

  /// Imputes the missing inputs of rows: [N, D].
  ///
  /// - Complexity: O(R·D) for each row with a missing input.
  package func fill(_ rows: Rows) {
    for index in rows.indices {
      let row = rows[index]
      if Self.hasMissing(row.span) { fill(row: row) }
    }
  }

  private static func hasMissing(_ row: Span<Float>) -> Bool {
    // The sum is NaN if an input is; all other inputs are finite, and far from the largest float.
    var sum: Float = 0
    for index in row.indices { sum += row[index] }
    return sum.isNaN
  }

  private func fill(row: FloatSlice) {
    let distances = distances(to: row.span)
    var nearest = NearestValues(capacity: Self.neighborCount)
    row.withMutableSpan { row in
      for input in row.indices where row[input].isNaN {
        row[input] = mean(of: input, distances, &nearest) ?? means[input]
      }
    }
  }

  /// Returns the mean of an input over the nearest references that have it; nil if there are none.
  private func mean(of input: Int, _ distances: [Float?], _ nearest: inout NearestValues) -> Float? {
    let slice = reference.slice
    let values = slice.span
    nearest.removeAll()
    for (index, distance) in distances.enumerated() {
      guard let distance else { continue }
      let value = values[index * width + input]
      if !value.isNaN { nearest.insert(value, distance: distance) }
    }
    return nearest.mean
  }

  /// Returns the distance to each reference: [R]; nil for references that share no input with the row.
  private func distances(to row: Span<Float>) -> [Float?] {
    let slice = reference.slice
    let values = slice.span
    var distances: [Float?] = []
    distances.reserveCapacity(reference.count)
    for start in stride(from: 0, to: values.count, by: width) {
      var (sum, count): (Float, Float) = (0, 0)
      for input in row.indices {
        let difference = row[input] - values[start + input]
        if difference.isNaN { continue }
        sum += difference * difference
        count += 1
      }
      distances.append(count > 0 ? sum / count : nil)
    }
    return distances
  }
}

/// The values with the smallest distances, in ascending order; of equal distances the first come first.
private struct NearestValues {
  private let capacity: Int
  private var entries: [(distance: Float, value: Float)] = []

  init(capacity: Int) {
    self.capacity = capacity
    entries.reserveCapacity(capacity + 1)
  }

  mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

  mutating func insert(_ value: Float, distance: Float) {
    if entries.count == capacity {
      guard distance < entries[capacity - 1].distance else { return }
      entries.removeLast()
    }
    var index = entries.count
    while index > 0, distance < entries[index - 1].distance { index -= 1 }
    entries.insert((distance, value), at: index)
  }

  /// The mean of the values; nil if there are none.
  var mean: Float? {
    guard !entries.isEmpty else { return nil }
    return Float(entries.reduce(0.0) { $0 + Double($1.value) } / Double(entries.count))
  }
}
