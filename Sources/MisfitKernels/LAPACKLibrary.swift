import MisfitCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The routines of LAPACK that are needed, from whichever library has them.
///
/// It is opened when it is first needed, not when the program starts: linked, OpenBLAS costs every run some ten
/// milliseconds of start-up. OpenBLAS is held to one thread, so that the bits do not depend on the machine's
/// number of processors.
@safe struct LAPACKLibrary: @unchecked Sendable {
  private typealias Eigenvectors =
    @convention(c) (
      UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<Int32>, UnsafeMutablePointer<Double>,
      UnsafePointer<Int32>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafePointer<Int32>,
      UnsafeMutablePointer<Int32>, UnsafePointer<Int32>, UnsafeMutablePointer<Int32>, Int, Int
    ) -> Void
  private typealias Solution =
    @convention(c) (
      UnsafePointer<CChar>, UnsafePointer<Int32>, UnsafePointer<Int32>, UnsafeMutablePointer<Double>,
      UnsafePointer<Int32>, UnsafeMutablePointer<Double>, UnsafePointer<Int32>, UnsafeMutablePointer<Int32>,
      Int
    ) -> Void

  private let dsyevd: Eigenvectors
  private let dposv: Solution

  /// The library; nil where there is none on this machine.
  static let shared: LAPACKLibrary? = {
    #if canImport(Darwin)
      let names = ["/System/Library/Frameworks/Accelerate.framework/Accelerate", "libopenblas.dylib"]
    #else
      let names = ["libopenblas.so.0", "liblapack.so.3"]
    #endif
    // Before it is opened: OpenBLAS starts its threads as it is loaded.
    unsafe setenv("OPENBLAS_NUM_THREADS", "1", 1)
    for name in names {
      guard let library = unsafe dlopen(name, RTLD_NOW | RTLD_LOCAL),
        let eigenvectors = unsafe dlsym(library, "dsyevd_"),
        let solution = unsafe dlsym(library, "dposv_")
      else { continue }
      return unsafe LAPACKLibrary(
        dsyevd: unsafeBitCast(eigenvectors, to: Eigenvectors.self),
        dposv: unsafeBitCast(solution, to: Solution.self))
    }
    return nil
  }()

  /// Overwrites a symmetric matrix by its eigenvectors; gives LAPACK's `info`, 0 for success.
  func decompose(_ matrix: inout [Double], _ values: inout [Double], size: Int) -> Int32 {
    var (n, info) = (Int32(size), Int32(0))
    var leading = n
    // The sizes of the work space are those that the manual page states for all eigenvectors.
    var workCount = Int32(1 + 6 * size + 2 * size * size)
    var integerCount = Int32(3 + 5 * size)
    var work = Array(repeating: 0.0, count: Int(workCount))
    var integers = Array(repeating: Int32(0), count: Int(integerCount))
    var (job, triangle) = (CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")))
    unsafe dsyevd(
      &job, &triangle, &n, &matrix, &leading, &values, &work, &workCount, &integers, &integerCount, &info, 1,
      1)
    return info
  }

  /// Overwrites the right sides, one after the other, by the solutions; gives LAPACK's `info`.
  func solve(_ matrix: inout [Double], _ rightSides: inout [Double], size: Int) -> Int32 {
    var (n, info) = (Int32(size), Int32(0))
    var (leading, leadingOfSides) = (n, n)
    var count = Int32(rightSides.count / size)
    var triangle = CChar(UInt8(ascii: "U"))
    unsafe dposv(&triangle, &n, &count, &matrix, &leading, &rightSides, &leadingOfSides, &info, 1)
    return info
  }
}

/// Why a problem of linear algebra could not be solved.
public struct LinearAlgebraError: DiagnosableError, Hashable {
  /// What is wrong.
  public enum Kind: Hashable, Sendable {
    /// No LAPACK library is on this machine.
    case noLAPACK
    /// The iteration for eigenvalues did not end.
    case noConvergence
    /// A matrix that should be positive definite is not, to the precision of doubles.
    case notPositiveDefinite
  }

  /// What is wrong.
  public var kind: Kind

  /// Makes an error.
  public init(_ kind: Kind) { self.kind = kind }

  /// The sentence.
  public var diagnosis: Diagnosis {
    switch kind {
    case .noLAPACK:
      Diagnosis("this model needs the library LAPACK, which is not here", remedy: "install libopenblas0")
    case .noConvergence: Diagnosis("the eigenvalues of the covariance did not converge")
    case .notPositiveDefinite:
      Diagnosis(
        "the equations of the output layer have no stable solution",
        remedy: "add --scale standard, or use another --model")
    }
  }
}
