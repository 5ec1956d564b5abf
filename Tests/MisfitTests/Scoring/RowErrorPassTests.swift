import MisfitCore
import MisfitKernels
import MisfitModels
import Testing
import _TestSupport

@testable import Misfit

@Suite("Pass over the errors of rows")
struct RowErrorPassTests {
  /// A model that reconstructs every row as its mean, and rows of several blocks.
  private let model = PrincipalComponents(
    mean: FloatBuffer([1, 2]).all, components: FloatBuffer([0, 0]).all, variances: FloatBuffer([1, 1]).all,
    noiseVariance: 1)
  private let values = (0..<2 * 1500).map { Float($0 % 7) }

  private func results(
    of rows: any EpochRows, computesErrors: Bool = true, threadCount: Int = 2
  ) throws -> [RowErrorPass.Result] {
    var results: [RowErrorPass.Result] = []
    let pool = NumericThread.pool(threadCount: threadCount)
    try RowErrorPass(model: model, computesErrors: computesErrors).run(over: rows, on: pool) { row, result in
      #expect(row == results.count)
      results.append(result)
    }
    return results
  }

  @Test("Rows come in their order, with errors against themselves", arguments: [1, 3])
  func order(threadCount: Int) throws {
    let found = try results(of: FixedRows(values, width: 2), threadCount: threadCount)
    #expect(found.count == 1500)
    for (row, result) in found.enumerated() {
      let (x, y) = (values[2 * row] - 1, values[2 * row + 1] - 2)
      #expect(result.errors.meanSquared == Double((x * x + y * y) / 2))
      #expect(result.ownScore == (x * x + y * y) / 2 && result.evidence == 0)
    }
  }

  @Test("Rows with targets are compared with these")
  func targets() throws {
    let rows = PairedRows(
      FixedRows(values, width: 2), targets: FixedRows(Array(repeating: 2, count: values.count), width: 2))
    #expect(try results(of: rows).allSatisfy { $0.errors.meanAbsolute == 0.5 })
  }

  @Test("Without errors, scores are the same")
  func scoresOnly() throws {
    let rows = FixedRows(values, width: 2)
    let found = try results(of: rows, computesErrors: false)
    #expect(found.allSatisfy { $0.errors.meanSquared == 0 })
    #expect(found.map(\.ownScore) == (try results(of: rows).map(\.ownScore)))
  }
}
