import CVectorKernels
import MisfitCore

/// The kernels of one CPU level, with every count checked before a pointer is taken.
///
/// Shapes: R rows, C columns, n = R·C values; all matrices row-major.
@safe public struct VectorKernels: @unchecked Sendable {
  /// The level of these kernels.
  public let level: CPULevel
  private let address: UnsafePointer<misfit_kernels>

  /// The functions of the level.
  var table: misfit_kernels { unsafe address.pointee }

  /// The kernels of a level, or nil where this processor cannot run them.
  public init?(level: CPULevel) {
    guard let table = unsafe misfit_kernels_of_level(level.rawValue) else { return nil }
    self.level = level
    unsafe address = table
  }

  /// The kernels that this process uses: the highest level, or the one `MISFIT_CPU_LEVEL` names.
  public static let current: VectorKernels = {
    let wanted = FileSystem.environment("MISFIT_CPU_LEVEL")
    let forced = CPULevel.allCases.first { $0.name == wanted }
    guard let kernels = forced.flatMap(VectorKernels.init) ?? VectorKernels(level: .highest) else {
      preconditionFailure("every build has its baseline kernels")
    }
    return kernels
  }()

  /// Adds a bias to each row and applies an activation, in place: `values` [R, C], `bias` [C].
  ///
  /// - Precondition: `values` holds a whole number of rows.
  public func addBias(_ bias: FloatSlice, andActivate activation: Activation, in values: FloatSlice) {
    let rows = Self.rowCount(of: values, columns: bias.count)
    unsafe table.add_bias_activate(values.pointer, bias.pointer, rows, bias.count, activation.code)
  }

  /// Multiplies a gradient by the activation's derivative, in place, both [n]; `output` is the activation's
  /// output.
  ///
  /// - Precondition: the counts are equal.
  public func multiply(_ gradient: FloatSlice, bySlopeOf activation: Activation, at output: FloatSlice) {
    precondition(gradient.count == output.count, "a gradient has its output's count")
    unsafe table.activation_gradient(gradient.pointer, output.pointer, gradient.count, activation.code)
  }

  /// The sum of a loss over all values, and its gradient with respect to `output` times `scale`; all [n].
  ///
  /// For ``Loss/binaryCrossEntropy``, `output` holds logits.
  ///
  /// - Precondition: the counts are equal.
  public func loss(
    _ loss: Loss, of output: FloatSlice, against target: FloatSlice, gradient: FloatSlice?, scale: Float
  ) -> Float {
    precondition(output.count == target.count, "a target has its output's count")
    precondition(gradient.map { $0.count == output.count } ?? true, "a gradient has its output's count")
    let kernel =
      switch loss {
      case .meanSquaredError: unsafe table.squared_error
      case .meanAbsoluteError: unsafe table.absolute_error
      case .binaryCrossEntropy: unsafe table.cross_entropy
      case .mixed: preconditionFailure("a mixed loss is one of cells: see CellLayout")
      }
    return unsafe kernel(output.pointer, target.pointer, gradient?.pointer, output.count, scale)
  }

  /// The errors of one row by every measure, in one pass.
  ///
  /// - Precondition: the counts are equal.
  public func rowErrors(input: FloatSlice, output: FloatSlice) -> RowErrors {
    precondition(input.count == output.count, "an output has its input's count")
    var sums = misfit_row_errors()
    unsafe table.row_errors(input.pointer, output.pointer, 1, input.count, true, &sums)
    return RowErrors(sums, count: input.count, hasCrossEntropy: true)
  }

  /// The errors of each row, for ``RowErrors/init(stored:at:width:hasCrossEntropy:)``: `input`, `output` [R,
  /// D], `errors` [R, 5].
  ///
  /// The cross-entropy takes ten times as long as the other measures together.
  ///
  /// - Precondition: the counts fit.
  public func rowErrors(
    input: FloatSlice, output: FloatSlice, width: Int, withCrossEntropy: Bool = true, into errors: FloatSlice
  ) {
    let rows = Self.rowCount(of: input, columns: width)
    precondition(output.count == input.count, "an output has its input's count")
    precondition(errors.count >= rows * RowErrors.storedCount, "five errors a row")
    unsafe errors.pointer.withMemoryRebound(to: misfit_row_errors.self, capacity: rows) {
      unsafe table.row_errors(input.pointer, output.pointer, rows, width, withCrossEntropy, $0)
    }
  }

  /// The sum of each column, in row order: `values` [R, C], `sums` [C].
  ///
  /// - Precondition: `values` holds a whole number of rows.
  public func sumColumns(of values: FloatSlice, into sums: FloatSlice) {
    let rows = Self.rowCount(of: values, columns: sums.count)
    unsafe table.column_sums(values.pointer, rows, sums.count, sums.count, sums.pointer)
  }

  /// Adds `addend` to `target`, both [n].
  ///
  /// - Precondition: the counts are equal.
  public func add(_ addend: FloatSlice, to target: FloatSlice) {
    precondition(target.count == addend.count, "an addend has its target's count")
    unsafe table.add(target.pointer, addend.pointer, target.count)
  }

  /// Turns bytes into floats: each divided by `divisor`, both [n].
  ///
  /// - Precondition: the counts are equal.
  public func divide(_ bytes: Span<UInt8>, by divisor: Float, into destination: FloatSlice) {
    precondition(bytes.count == destination.count, "as many floats as bytes")
    unsafe bytes.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      unsafe table.divide_bytes(destination.pointer, start, destination.count, divisor)
    }
  }

  /// Multiplies all values by a factor.
  public func scale(_ values: FloatSlice, by factor: Float) {
    unsafe table.scale(values.pointer, values.count, factor)
  }

  /// The sum of the squares, in 16 fixed lanes.
  public func sumOfSquares(of values: FloatSlice) -> Float {
    unsafe table.sum_of_squares(values.pointer, values.count)
  }

  /// One step of an optimizer on a range of the parameters; `moments` are its two running averages.
  ///
  /// All [n]; a moment that the optimizer does not use is left alone.
  ///
  /// - Precondition: the counts are equal.
  public func step(
    _ step: OptimizerStep, parameters: FloatSlice, gradients: FloatSlice, moments: (FloatSlice, FloatSlice)
  ) {
    let n = parameters.count
    precondition(gradients.count == n && moments.0.count == n && moments.1.count == n, "counts differ")
    let shape = misfit_block(rows: 1, columns: n, stride: 0)
    unsafe apply(
      step, parameters.pointer, gradients.pointer, (moments.0.pointer, moments.1.pointer), shape)
  }

  private static func rowCount(of values: FloatSlice, columns: Int) -> Int {
    precondition(columns > 0 && values.count % columns == 0, "not a whole number of rows")
    return values.count / columns
  }
}
