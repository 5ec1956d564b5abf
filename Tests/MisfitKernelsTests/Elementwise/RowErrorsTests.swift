import MisfitCore
import Testing
import _TestSupport

@testable import MisfitKernels

@Suite struct RowErrorsTests {
  private func errors(_ input: [Float], _ output: [Float], _ kernels: VectorKernels = .current) -> RowErrors {
    kernels.rowErrors(input: FloatBuffer(input).all, output: FloatBuffer(output).all)
  }

  @Test("each measure matches its definition")
  func measures() {
    let row = errors([1, 0, 0.5], [0.5, 0.25, 0.75])
    #expect(areClose(row.meanSquared, (0.25 + 0.0625 + 0.0625) / 3, relative: 1e-7))
    #expect(areClose(row.rootMeanSquared, 0.125.squareRoot(), relative: 1e-7))
    #expect(areClose(row.meanAbsolute, 1.0 / 3, relative: 1e-7))
    #expect(row.maximum == 0.5)
    #expect(row.signedSum == 0)
    // ln 2, -ln 0.75, and (-ln 0.75 - ln 0.25) / 2.
    #expect(areClose(row.meanCrossEntropy ?? 0, (0.693147 + 0.287682 + 0.836988) / 3, relative: 1e-5))
  }

  @Test(
    "one NaN in the input or the output makes every measure NaN",
    arguments: [0, 15, 16, 18], runnableLevels)
  func nan(_ place: Int, _ level: CPULevel) throws {
    var values = [Float](repeating: 0.5, count: 19)
    values[place] = .nan
    let numbers = [Float](repeating: 0.25, count: 19)
    for (input, output) in [(values, numbers), (numbers, values)] {
      let row = errors(input, output, try kernels(level))
      #expect(row.meanSquared.isNaN && row.meanAbsolute.isNaN && row.maximum.isNaN)
      #expect(row.signedSum.isNaN && row.meanCrossEntropy?.isNaN == true && row.rootMeanSquared.isNaN)
    }
  }

  @Test("the cross-entropy of a certain, wrong output is that of the clipped probability")
  func clipping() {
    #expect(areClose(errors([1], [0]).meanCrossEntropy ?? 0, 16.118095, relative: 1e-6))
    // The float below 1 that 1 - 1e-7 is rounded to is 1 - 2^-23.
    #expect(areClose(errors([0], [1]).meanCrossEntropy ?? 0, 15.942385, relative: 1e-6))
    #expect(errors([0], [1]) == errors([0], [1]))
    #expect(errors([1], [1]).meanCrossEntropy ?? 1 < 1.3e-7)
    #expect(areClose(errors([1], [-3]).meanCrossEntropy ?? 0, 16.118095, relative: 1e-6))
  }

  @Test("a maximum in the last lanes is found", arguments: 0..<40)
  func maximum(_ place: Int) {
    var input = [Float](repeating: 0, count: 40)
    input[place] = -7
    #expect(errors(input, [Float](repeating: 0.5, count: 40)).maximum == 7.5)
  }

  @Test(
    "rows at once have the errors of rows one by one, with the cross-entropy or without it",
    arguments: [1, 16, 19])
  func manyRows(_ width: Int) {
    var generator = SeededGenerator(seed: 4)
    let values = (0..<2).map { _ in (0..<3 * width).map { _ in generator.nextUnitFloat() } }
    let (input, output) = (FloatBuffer(values[0]).all, FloatBuffer(values[1]).all)
    let stored = FloatBuffer(count: 3 * RowErrors.storedCount).all
    for hasCrossEntropy in [true, false] {
      VectorKernels.current.rowErrors(
        input: input, output: output, width: width, withCrossEntropy: hasCrossEntropy, into: stored)
      for row in 0..<3 {
        var expected = VectorKernels.current.rowErrors(
          input: input[row * width..<(row + 1) * width], output: output[row * width..<(row + 1) * width])
        if !hasCrossEntropy { expected.meanCrossEntropy = nil }
        #expect(
          RowErrors(stored: stored, at: row, width: width, hasCrossEntropy: hasCrossEntropy) == expected)
      }
    }
  }

  @Test("a row of no values has no mean")
  func noValues() { #expect(errors([], []).meanSquared.isNaN) }
}
