import MisfitCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The LAPACK routines in use, from whichever library provides them.
///
/// The library is opened on first use: linking OpenBLAS would add about ten milliseconds to the start of
/// every run. OpenBLAS uses one thread, so that the bits do not depend on the number of processors.
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

  /// The library; nil if this machine has none.
  static let shared: LAPACKLibrary? = {
    #if canImport(Darwin)
      let names = ["/System/Library/Frameworks/Accelerate.framework/Accelerate", "libopenblas.dylib"]
    #else
      let names = ["libopenblas.so.0", "liblapack.so.3"]
    #endif
    // Set before opening: OpenBLAS starts its threads when it is loaded.
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

  /// Overwrites a symmetric matrix with its eigenvectors.
  ///
  /// Returns LAPACK's `info`, 0 for success.
  func decompose(_ matrix: inout [Double], _ values: inout [Double], size: Int) -> Int32 {
    var (n, info) = (Int32(size), Int32(0))
    var leading = n
    // The work space sizes that the manual page states for all eigenvectors.
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

  /// Overwrites the right-hand sides, one per row, with the solutions.
  ///
  /// Returns LAPACK's `info`.
  func solve(_ matrix: inout [Double], _ rightSides: inout [Double], size: Int) -> Int32 {
    var (n, info) = (Int32(size), Int32(0))
    var (leading, leadingOfSides) = (n, n)
    var count = Int32(rightSides.count / size)
    var triangle = CChar(UInt8(ascii: "U"))
    unsafe dposv(&triangle, &n, &count, &matrix, &leading, &rightSides, &leadingOfSides, &info, 1)
    return info
  }
}
