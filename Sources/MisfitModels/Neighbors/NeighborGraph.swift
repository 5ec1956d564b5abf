import MisfitCore
import MisfitONNX

/// The nearest references of rows, as values of a graph; see ``NeighborSearch``.
///
/// A product of matrices selects a few more than k candidates, whose distances are then computed directly. The
/// product is one of floats, as the detector's: among references that are nearly as far, its rounding decides
/// which become candidates.
///
/// Shapes: N rows of D columns, k neighbors.
struct NeighborGraph {
  /// The references: [R, D].
  let reference: GraphValue
  /// The indices of the neighbors, the nearest first: [N, k].
  let indices: GraphValue
  /// Their distances: [N, k].
  let distances: GraphValue
  /// The number of columns, D.
  let width: Int
  /// The number of neighbors, k.
  let count: Int

  /// The number of candidates beyond k, for distances that differ in their last bits.
  private static let spareCandidates = 8

  /// Finds the neighbors of rows [N, D].
  init(
    _ rows: GraphValue, among references: ReferenceRows, neighborCount: Int, excludesSelf: Bool, name: String
  ) {
    let graph = rows.graph
    let skipped = excludesSelf ? 1 : 0
    let wanted = min(neighborCount, references.count - skipped)
    let reference = graph.matrix(references.rows.slice.array, width: references.width, name: name)
    let candidateCount = min(references.count, wanted + 1 + Self.spareCandidates)
    let stored = graph.constant(
      GraphTensor([references.count, references.width], .float(references.rows.slice.array)), name: name)
    // The squared length of a row changes no order.
    let squares = graph.constant(
      GraphTensor([1, references.count], .float(references.squares.array)), name: "\(name).squares")
    let order = squares - rows.cast(to: .float).matMul(stored.transposed([1, 0])) * 2
    // In the order of the references, which decides among equal distances.
    let candidates = order.smallest(candidateCount).indices.smallest(candidateCount).values
    let differences = reference.gather(candidates) - rows.reshaped([-1, 1, references.width])
    let squaredDistances = differences.square.sum(axis: 2).reshaped([-1, candidateCount])
    var (found, places) = squaredDistances.smallest(wanted + skipped)
    if excludesSelf {
      let isSelf = found.columns([0]) == 0
      let (later, first) = (Array(1...wanted), Array(0..<wanted))
      found = graph.select(isSelf, found.columns(later), found.columns(first))
      places = graph.select(isSelf, places.columns(later), places.columns(first))
    }
    self.reference = reference
    indices = candidates.gatherElements(places, axis: 1)
    distances = found.squareRoot
    width = references.width
    count = wanted
  }

  /// The mean distances to the nearest `count` references: [N, 1].
  func meanDistance(nearest count: Int) -> GraphValue {
    (count == self.count ? distances : distances.columns(Array(0..<count))).mean(axis: 1)
  }

  /// The means of the neighbors, with their values taken from other references if given: [N, D].
  func meanNeighbor(from other: GraphValue? = nil) -> GraphValue {
    (other ?? reference).gather(indices).mean(axis: 1).reshaped([-1, width])
  }
}

extension NeighborDistance {
  package func graph(_ rows: GraphRows) -> RowGraph {
    let neighbors = NeighborGraph(
      rows.value, among: reference, neighborCount: neighborCount, excludesSelf: excludesSelf,
      name: "reference")
    return RowGraph(
      input: rows.value, reconstruction: neighbors.meanNeighbor(),
      score: neighbors.meanDistance(nearest: neighbors.count))
  }
}
