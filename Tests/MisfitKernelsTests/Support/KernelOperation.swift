import MisfitCore
import Testing

@testable import MisfitKernels

/// A reference value, and the magnitude of its terms.
///
/// Errors are in units in the last place of `magnitude`: if terms cancel, no sum of floats is better than
/// that.
struct Expected: Sendable {
  var value: Double
  var magnitude: Double

  /// A value whose error is in its own units in the last place, unless its terms were larger.
  init(_ value: Double, termsUpTo magnitude: Double = 0) {
    self.value = value
    self.magnitude = max(abs(value), magnitude)
  }

  /// The error of `actual` in units in the last place of a float of this magnitude; 0 below the smallest
  /// normal float.
  func ulps(to actual: Double) -> Double {
    if value.isNaN || actual.isNaN { return value.isNaN && actual.isNaN ? 0 : .infinity }
    if value == actual { return 0 }
    return max(0, abs(value - actual) - 0x1p-126) / Double(max(Float(magnitude), 0x1p-126).ulp)
  }
}

/// One row of the table that drives all kernel tests.
struct KernelOperation: Sendable, CustomTestStringConvertible {
  var name: String
  /// The smallest size: means, and rows with columns, need at least one value.
  var minimumSize = 0
  /// The largest accepted error, in units in the last place; measured, then rounded up.
  var ulps: Double
  /// Arguments of a size, in the order of `compute`.
  var arguments: @Sendable (Int, inout SeededGenerator) -> [[Float]]
  /// The arguments that it changes; the others must be unchanged.
  var changes: [Int]
  /// Calls the kernel, and returns its result.
  var compute: @Sendable (VectorKernels, [FloatSlice]) -> [Double] = { _, _ in [] }
  /// The expected result followed by the changed arguments, by plain loops in doubles.
  var reference: @Sendable ([[Float]]) -> [Expected]

  var testDescription: String { name }

  static let sizes = [0, 1, 15, 16, 17, 784, 1000]

  /// The result of a kernel, and whether it kept to its slices.
  struct Outcome {
    var returned: [Double]
    var arguments: [[Float]]
    var keptToItsSlices: Bool

    func values(of changes: [Int]) -> [Double] {
      returned + changes.flatMap { arguments[$0].map(Double.init) }
    }
  }

  /// Runs on copies of `arguments` that begin `offset` floats after an aligned address, with guards on both
  /// sides.
  func run(_ kernels: VectorKernels, on arguments: [[Float]], offset: Int = 0) -> Outcome {
    let guardValue: Float = -12345.678
    let start = 16 + offset
    let buffers = arguments.map { values in
      let buffer = FloatBuffer(count: start + values.count + 16)
      buffer.all.fill(with: guardValue)
      buffer[start..<start + values.count].copy(from: values)
      return buffer
    }
    let slices = zip(buffers, arguments).map { $0[start..<start + $1.count] }
    let returned = compute(kernels, slices)
    let kept = zip(buffers, arguments).enumerated().allSatisfy { index, pair in
      let (all, count) = (pair.0.all.array, pair.1.count)
      let isGuarded = (all[..<start] + all[(start + count)...]).allSatisfy { $0 == guardValue }
      let isUnchanged = all[start..<start + count].elementsEqual(pair.1) { $0.bitPattern == $1.bitPattern }
      return isGuarded && (changes.contains(index) || isUnchanged)
    }
    return Outcome(returned: returned, arguments: slices.map(\.array), keptToItsSlices: kept)
  }
}

/// The levels that this machine can run.
let runnableLevels = CPULevel.allCases.filter { $0.rawValue <= CPULevel.highest.rawValue }

/// Returns the kernels of an available level.
func kernels(_ level: CPULevel) throws -> VectorKernels { try #require(VectorKernels(level: level)) }

/// Bit patterns, with all NaNs equal: the compiler decides which NaN a sum of two keeps.
func bits(_ values: [Double]) -> [UInt64] { values.map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern } }
