import MisfitCore
import Testing
import _TestSupport

@testable import MisfitModels

@Suite struct ExactMomentsTests {
  private static let width = 5

  /// Rows whose columns depend on each other, and have deviations from 0.01 to 100.
  private static func rows(_ count: Int, seed: UInt64 = 1) -> [[Float]] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let values = (0..<width).map { _ in generator.nextUnitFloat() - 0.5 }
      return [
        100 * values[0], values[1] + 0.5 * values[0] + 3, 0.01 * values[2], values[3] - values[1], values[4],
      ]
    }
  }

  private static func model(_ rows: [[Float]]) throws -> PrincipalComponents {
    try PrincipalComponents.fit(
      FixedRows(rows.flatMap(\.self), width: width), components: .count(3), on: WorkerPool(threadCount: 1))
  }

  private static func moments(_ rows: some Collection<[Float]>, _ grid: MomentGrid) -> ExactMoments {
    var moments = ExactMoments(grid)
    let slice = FloatBuffer(rows.flatMap(\.self)).all
    if !rows.isEmpty { moments.update(Rows(slice, width: width)) }
    return moments
  }

  @Test("Parts in any order have the sums of the whole", arguments: [1, 7, 64])
  func parts(partCount: Int) throws {
    let rows = Self.rows(1000)
    let grid = MomentGrid(try Self.model(Array(rows[..<200])))
    let whole = Self.moments(rows, grid)
    var merged = ExactMoments(grid)
    for part in (0..<partCount).reversed() {
      let own = stride(from: part, to: rows.count, by: partCount).map { rows[$0] }
      merged.merge(Self.moments(own.reversed(), grid))
    }
    #expect(merged == whole && whole.rowCount == 1000)
  }

  @Test("Mean and covariance are those of plain sums in doubles")
  func covariance() throws {
    let rows = Self.rows(700)
    let moments = Self.moments(rows, MomentGrid(try Self.model(Self.rows(200, seed: 2))))
    let mean = (0..<Self.width).map { column in
      rows.reduce(0) { $0 + Double($1[column]) } / Double(rows.count)
    }
    let found = try #require(moments.covariance)
    for left in 0..<Self.width {
      #expect(abs((moments.mean?[left] ?? .nan) - mean[left]) < 1e-5 * max(1, abs(mean[left])))
      for right in 0..<Self.width {
        func deviation(_ row: [Float], _ column: Int) -> Double { Double(row[column]) - mean[column] }
        func sum(_ left: Int, _ right: Int) -> Double {
          rows.reduce(0) { $0 + deviation($1, left) * deviation($1, right) } / Double(rows.count)
        }
        let scale = (sum(left, left) * sum(right, right)).squareRoot()
        #expect(abs(found[left * Self.width + right] - sum(left, right)) < 2e-3 * scale)
      }
    }
  }

  @Test("Principal components of all rows are those of a fit to all rows")
  func components() throws {
    let rows = Self.rows(3000)
    let moments = Self.moments(rows, MomentGrid(try Self.model(Array(rows[..<100]))))
    let found = try PrincipalComponents.fit(moments, components: .count(3))
    let expected = try Self.model(rows)
    #expect(found.codeCount == 3)
    for (found, expected) in zip(found.components.array, expected.components.array) {
      #expect(abs(found - expected) < 1e-4)
    }
    for (found, expected) in zip(found.variances.array, expected.variances.array) {
      #expect(abs(found - expected) < 1e-3 * expected + 1e-6)
    }
    #expect(throws: ModelError(.tooFewRows(1, needed: 2))) {
      try PrincipalComponents.fit(Self.moments(rows[..<1], moments.grid), components: .count(1))
    }
  }

  @Test("Rows that are not finite, or too far out, are left out and counted")
  func skipped() throws {
    let rows = Self.rows(100)
    let grid = MomentGrid(try Self.model(rows))
    var far = rows
    far[3][4] = .nan
    far[40][0] = .infinity
    far[70][1] = 1e6
    let moments = Self.moments(far, grid)
    #expect(moments.rowCount == 97 && moments.skippedCount == 3)
    let others = far.indices.filter { ![3, 40, 70].contains($0) }.map { far[$0] }
    #expect(moments.covariance == Self.moments(others, grid).covariance)
  }

  @Test("Words hold the moments, and hostile words are none")
  func words() throws {
    let rows = Self.rows(50)
    let moments = Self.moments(rows, MomentGrid(try Self.model(rows)))
    let words = moments.words
    #expect(ExactMoments(words: words) == moments)
    for count in [0, 3, words.count - 1] { #expect(ExactMoments(words: Array(words[..<count])) == nil) }
    for index in 0..<4 {
      for value in [0, UInt64.max, 1 << 62] where value != words[index] && !(index == 3 && value == 0) {
        var changed = words
        changed[index] = value
        #expect(ExactMoments(words: changed) == nil || index == 2 && value == 0)
      }
    }
    var broken = words
    broken[4] = Double.nan.bitPattern
    #expect(ExactMoments(words: broken) == nil)
    broken = words
    broken[4 + Self.width] = 1 << 40
    #expect(ExactMoments(words: broken) == nil)
  }

  @Test("Columns that do not vary have a unit, too")
  func constant() throws {
    let rows = (0..<50).map { _ in [Float](repeating: 2, count: Self.width) }
    let moments = Self.moments(rows, MomentGrid(try Self.model(rows)))
    #expect(moments.covariance?.allSatisfy { $0 == 0 } == true)
    #expect(moments.mean == [2, 2, 2, 2, 2])
  }
}
