import MisfitCore
import Testing
import _TestSupport

@testable import MisfitKernels

@Suite struct VectorKernelsTests {
  @Test(
    "a kernel agrees with a plain loop in doubles, at every level",
    arguments: KernelOperation.table, runnableLevels)
  func agreesWithReference(_ operation: KernelOperation, _ level: CPULevel) throws {
    let kernels = try kernels(level)
    for size in KernelOperation.sizes where size >= operation.minimumSize {
      var generator = SeededGenerator(seed: 7, stream: UInt64(size))
      let arguments = operation.arguments(size, &generator)
      let outcome = operation.run(kernels, on: arguments)
      let actual = outcome.values(of: operation.changes)
      let expected = operation.reference(arguments)
      try #require(actual.count == expected.count)
      let errors = zip(actual, expected).map { $1.ulps(to: $0) }
      let worst = errors.indices.max { errors[$0] < errors[$1] }
      if let worst {
        #expect(
          errors[worst] <= operation.ulps,
          "size \(size), value \(worst): \(actual[worst]), not \(expected[worst].value)")
      }
      #expect(outcome.keptToItsSlices, "size \(size): wrote outside its slices, or to an input")
    }
  }

  @Test("a kernel gives the same bits at every level and every alignment", arguments: KernelOperation.table)
  func sameBitsAtEveryLevel(_ operation: KernelOperation) throws {
    for size in KernelOperation.sizes where size >= operation.minimumSize {
      var generator = SeededGenerator(seed: 8, stream: UInt64(size))
      let arguments = operation.arguments(size, &generator)
      let baseline = operation.run(try kernels(.baseline), on: arguments).values(of: operation.changes)
      for level in runnableLevels {
        for offset in [0, 1, 5] {
          let outcome = operation.run(try kernels(level), on: arguments, offset: offset)
          #expect(
            bits(outcome.values(of: operation.changes)) == bits(baseline),
            "size \(size), \(level.name), \(offset) floats off")
          #expect(outcome.keptToItsSlices)
        }
      }
    }
  }

  @Test(
    "special values give the same bits at every level",
    arguments: KernelOperation.table)
  func sameBitsForSpecialValues(_ operation: KernelOperation) throws {
    let specials: [Float] = [
      0, -0.0, .infinity, -.infinity, .nan, 100, -100, 0x1p-133, -0x1p-133, 3e38, -3e38,
    ]
    for size in [17, 100] {
      var generator = SeededGenerator(seed: 9)
      let arguments = operation.arguments(size, &generator).map { values in
        values.map { generator.nextIndex(below: 3) == 0 ? specials[generator.nextIndex(below: 11)] : $0 }
      }
      let baseline = operation.run(try kernels(.baseline), on: arguments).values(of: operation.changes)
      for level in runnableLevels {
        let outcome = operation.run(try kernels(level), on: arguments)
        #expect(bits(outcome.values(of: operation.changes)) == bits(baseline), "\(level.name)")
      }
    }
  }

  @Test("a gradient of another count than its output is a precondition failure")
  func countsAreChecked() async {
    await #expect(processExitsWith: .failure) {
      let (short, long) = (FloatBuffer(count: 3).all, FloatBuffer(count: 4).all)
      _ = VectorKernels.current.loss(.meanSquaredError, of: long, against: long, gradient: short, scale: 1)
    }
    await #expect(processExitsWith: .failure) {
      let (values, bias) = (FloatBuffer(count: 7).all, FloatBuffer(count: 2).all)
      VectorKernels.current.addBias(bias, andActivate: .relu, in: values)
    }
    await #expect(processExitsWith: .failure) {
      let (values, none) = (FloatBuffer(count: 7).all, FloatBuffer(count: 0).all)
      VectorKernels.current.sumColumns(of: values, into: none)
    }
  }
}
