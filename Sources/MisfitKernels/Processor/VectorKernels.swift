import CVectorKernels
import MisfitCore

/// The kernels of one CPU level; every count is checked before a pointer is used.
///
/// Shapes: R rows, C columns, n = R·C values; all matrices row-major.
@safe package struct VectorKernels: @unchecked Sendable {
  /// The level of these kernels.
  package let level: CPULevel
  private let address: UnsafePointer<misfit_kernels>

  /// The function table of the level.
  var table: misfit_kernels { unsafe address.pointee }

  /// Creates the kernels of a level, or nil if this processor cannot run them.
  package init?(level: CPULevel) {
    guard let table = unsafe misfit_kernels_of_level(level.rawValue) else { return nil }
    self.level = level
    unsafe address = table
  }

  /// The kernels of this process: the highest level, or the one that `MISFIT_CPU_LEVEL` names.
  package static let current: VectorKernels = {
    let wanted = FileSystem.environment("MISFIT_CPU_LEVEL")
    let forced = CPULevel.allCases.first { $0.name == wanted }
    guard let kernels = forced.flatMap(VectorKernels.init) ?? VectorKernels(level: .highest) else {
      preconditionFailure("this build has no baseline kernels")
    }
    return kernels
  }()

  static func rowCount(of values: FloatSlice, columns: Int) -> Int {
    precondition(columns > 0 && values.count % columns == 0, "not a whole number of rows")
    return values.count / columns
  }
}
