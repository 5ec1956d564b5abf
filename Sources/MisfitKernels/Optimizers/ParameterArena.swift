import MisfitCore

/// The parameters of a network, their gradients and their optimizer's moments: four slices of equal layout.
///
/// Shapes: P parameters; all [P].
package final class ParameterArena: Sendable {
  /// The parameters.
  package let parameters: FloatSlice
  /// The gradients of the step.
  package let gradients: FloatSlice
  /// The optimizer's running averages.
  package let moments: (FloatSlice, FloatSlice)

  /// Creates an arena.
  ///
  /// - Precondition: their counts are equal.
  package init(parameters: FloatSlice, gradients: FloatSlice, moments: (FloatSlice, FloatSlice)) {
    let counts = [gradients.count, moments.0.count, moments.1.count]
    precondition(counts.allSatisfy { $0 == parameters.count }, "the slices of an arena have different counts")
    self.parameters = parameters
    self.gradients = gradients
    self.moments = moments
  }
}

/// A rectangular block of an arena: `columns` parameters of each of `rows` rows that begin `stride` apart,
/// starting at `start`.
package struct ParameterBlock: Hashable, Sendable {
  package var start: Int
  package var rows: Int
  package var columns: Int
  package var stride: Int

  package init(start: Int, rows: Int = 1, columns: Int, stride: Int = 0) {
    self.start = start
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// One past the last parameter.
  package var end: Int { rows == 0 ? start : start + (rows - 1) * stride + columns }
}
