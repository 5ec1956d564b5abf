import MisfitCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The eigenvectors of a symmetric matrix, by LAPACK's `dsyevd` (divide and conquer).
///
/// LAPACK is opened when it is first needed, not when the program starts: linked, OpenBLAS costs every run
/// some ten milliseconds of start-up. OpenBLAS is held to one thread, so that the bits do not depend on the
/// machine's number of processors.
public enum SymmetricEigenvectors {
  /// Eigenvalues in falling order, and their vectors.
  ///
  /// Shapes: `values` [D], `vectors` [D, D], a row an eigenvector of length 1.
  public struct Decomposition: Sendable {
    /// The eigenvalues, the largest first.
    public var values: [Double]
    /// Their vectors, a row each, in the same order.
    public var vectors: [Double]
  }

  /// Decomposes a symmetric matrix [D, D].
  ///
  /// - Complexity: O(D³).
  /// - Throws: ``LinearAlgebraError``.
  /// - Precondition: `matrix` holds D·D finite values, D at least 1.
  public static func of(_ matrix: [Double], size: Int) throws(LinearAlgebraError) -> Decomposition {
    precondition(size >= 1 && matrix.count == size * size, "a symmetric matrix is square")
    guard let routine = LAPACKRoutine.shared else { throw LinearAlgebraError(.noLAPACK) }
    var vectors = matrix
    var values = Array(repeating: 0.0, count: size)
    guard routine.decompose(&vectors, &values, size: size) == 0 else {
      throw LinearAlgebraError(.noConvergence)
    }
    // LAPACK gives the smallest first, and columns one after the other, which are rows to us.
    let order = (0..<size).reversed()
    return Decomposition(
      values: order.map { values[$0] },
      vectors: order.flatMap { vectors[$0 * size..<($0 + 1) * size] })
  }
}

/// Why a decomposition could not be computed.
public struct LinearAlgebraError: DiagnosableError, Hashable {
  /// What is wrong.
  public enum Kind: Hashable, Sendable {
    /// No LAPACK library is on this machine.
    case noLAPACK
    /// The iteration did not end.
    case noConvergence
  }

  /// What is wrong.
  public var kind: Kind

  /// Makes an error.
  public init(_ kind: Kind) { self.kind = kind }

  /// The sentence.
  public var diagnosis: Diagnosis {
    switch kind {
    case .noLAPACK:
      Diagnosis("principal components need LAPACK, which is not here", remedy: "install libopenblas0")
    case .noConvergence: Diagnosis("the eigenvalues of the covariance did not converge")
    }
  }
}

/// `dsyevd` of whichever library has it.
@safe private struct LAPACKRoutine: @unchecked Sendable {
  private typealias Function = @convention(c) (
    UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<Int32>, UnsafeMutablePointer<Double>,
    UnsafePointer<Int32>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafePointer<Int32>,
    UnsafeMutablePointer<Int32>, UnsafePointer<Int32>, UnsafeMutablePointer<Int32>, Int, Int
  ) -> Void

  private let function: Function

  static let shared: LAPACKRoutine? = {
    #if canImport(Darwin)
      let names = ["/System/Library/Frameworks/Accelerate.framework/Accelerate", "libopenblas.dylib"]
    #else
      let names = ["libopenblas.so.0", "liblapack.so.3"]
    #endif
    // Before it is opened: OpenBLAS starts its threads as it is loaded.
    unsafe setenv("OPENBLAS_NUM_THREADS", "1", 0)
    for name in names {
      guard let library = unsafe dlopen(name, RTLD_NOW | RTLD_LOCAL),
        let symbol = unsafe dlsym(library, "dsyevd_")
      else { continue }
      return unsafe LAPACKRoutine(function: unsafeBitCast(symbol, to: Function.self))
    }
    return nil
  }()

  /// Overwrites the matrix by its eigenvectors; gives LAPACK's `info`.
  func decompose(_ matrix: inout [Double], _ values: inout [Double], size: Int) -> Int32 {
    var n = Int32(size)
    var info: Int32 = 0
    // The sizes of the work space are those that the manual page states for all eigenvectors.
    var workCount = Int32(1 + 6 * size + 2 * size * size)
    var integerCount = Int32(3 + 5 * size)
    var work = Array(repeating: 0.0, count: Int(workCount))
    var integers = Array(repeating: Int32(0), count: Int(integerCount))
    var (job, triangle) = (CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")))
    var leading = n
    unsafe function(
      &job, &triangle, &n, &matrix, &leading, &values, &work, &workCount, &integers, &integerCount, &info, 1,
      1)
    return info
  }
}
