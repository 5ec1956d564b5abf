import CVectorKernels
import MisfitCore

extension VectorKernels {
  /// Returns the sum of a loss over all values, and computes `scale` times its gradient with respect to
  /// `output`; all [n].
  ///
  /// For ``Loss/binaryCrossEntropy``, `output` holds logits.
  ///
  /// - Precondition: the counts are equal.
  package func loss(
    _ loss: Loss, of output: FloatSlice, against target: FloatSlice, gradient: FloatSlice?, scale: Float
  ) -> Float {
    precondition(output.count == target.count, "the target has another count than the output")
    precondition(
      gradient.map { $0.count == output.count } ?? true, "the gradient has another count than the output")
    let kernel =
      switch loss {
      case .meanSquaredError: unsafe table.squared_error
      case .meanAbsoluteError: unsafe table.absolute_error
      case .binaryCrossEntropy: unsafe table.cross_entropy
      case .mixed: preconditionFailure("a mixed loss is one of groups: see GroupedLoss")
      }
    return unsafe kernel(output.pointer, target.pointer, gradient?.pointer, output.count, scale)
  }

  /// Computes all error measures of one row in one pass.
  ///
  /// - Precondition: the counts are equal.
  package func rowErrors(input: FloatSlice, output: FloatSlice) -> RowErrors {
    precondition(input.count == output.count, "the output has another count than the input")
    var sums = misfit_row_errors()
    unsafe table.row_errors(input.pointer, output.pointer, 1, input.count, true, &sums)
    return RowErrors(sums, count: input.count, hasCrossEntropy: true)
  }

  /// Computes the errors of each row, for ``RowErrors/init(stored:at:width:hasCrossEntropy:)``: `input`,
  /// `output` [R, D], `errors` [R, 5].
  ///
  /// The cross-entropy takes ten times as long as the other measures together.
  ///
  /// - Precondition: the counts fit.
  package func rowErrors(
    input: FloatSlice, output: FloatSlice, width: Int, withCrossEntropy: Bool = true, into errors: FloatSlice
  ) {
    let rows = Self.rowCount(of: input, columns: width)
    precondition(output.count == input.count, "the output has another count than the input")
    precondition(errors.count >= rows * RowErrors.storedCount, "too few floats for five errors per row")
    unsafe errors.pointer.withMemoryRebound(to: misfit_row_errors.self, capacity: rows) {
      unsafe table.row_errors(input.pointer, output.pointer, rows, width, withCrossEntropy, $0)
    }
  }

  /// Replaces the sums of `rows` of the last layer by `scale` times the gradient of the loss with respect to
  /// them.
  ///
  /// Returns the sum of the losses of `activation(sums)` against `target`, both [B, `width`].
  ///
  /// - Precondition: the rows are inside both.
  package func lossGradient(
    _ loss: Loss, of activation: Activation, sums: FloatSlice, width: Int, _ rows: Range<Int>,
    target: FloatSlice, scale: Float
  ) -> Float {
    let range = rows.lowerBound * width..<rows.upperBound * width
    let (sums, target) = (sums[range], target[range])
    var block = misfit_block(rows: 1, columns: range.count, stride: 0)
    return unsafe table.loss_gradient(
      sums.pointer, target.pointer, sums.pointer, &block, activation.code, loss.code, scale)
  }
}
