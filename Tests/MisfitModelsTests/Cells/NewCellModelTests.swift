import Foundation
import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Model of new cells")
struct NewCellModelTests {
  /// A number, three levels, a number.
  static let cells = TableCells(
    [
      TableCell(.numbers, inputs: 0..<1, far: 6, neutral: [0.5]),
      TableCell(.levels, inputs: 1..<4, neutral: [0.4, 0.3, 0.3]),
      TableCell(.numbers, inputs: 4..<5, far: 7, neutral: [0.2]),
    ], width: 5)

  static func rows(_ count: Int, seed: UInt64 = 4) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).flatMap { _ -> [Float] in
      let base = generator.nextUnitFloat()
      var row: [Float] = [base, 0, 0, 0, 1 - base + 0.1 * generator.nextUnitFloat()]
      row[1 + Int(base * 2.99)] = 1
      return row
    }
  }

  private func models() throws -> [any RowModel] {
    let learned = FixedRows(Self.rows(200), width: 5)
    return [
      try PrincipalComponents.fit(learned, components: .count(2), on: pool()),
      try LocalReconstruction.fit(learned, seed: 1, on: pool()),
      try NeighborDistance.fit(learned, neighborCount: 3, seed: 1),
    ]
  }

  @Test("Reconstructs new cells from neutral ones and divides their difference; the score stays the same")
  func newCells() throws {
    let normal = Self.rows(300, seed: 5)
    var rows = normal
    rows.replaceSubrange(10..<15, with: [6, 1, 0, 0, 0.9])
    rows.replaceSubrange(500..<505, with: [0.1, 0, 0, 4, 7])
    var neutral = rows
    neutral.replaceSubrange(10..<15, with: [0.5, 1, 0, 0, 0.9])
    neutral.replaceSubrange(500..<505, with: [0.1, 0.4, 0.3, 0.3, 0.2])
    for base in try models() {
      let found = NewCellModel(base, cells: Self.cells).results(of: rows)
      let (plain, shown) = (base.results(of: rows), base.results(of: neutral))
      #expect(found.reconstructions == shown.reconstructions)
      #expect(found.scores == plain.scores)
      for start in stride(from: 0, to: rows.count, by: 5) where start != 10 && start != 500 {
        #expect(found.shares[start..<start + 5] == plain.shares[start..<start + 5])
      }
      guard base.hasOwnScore else { continue }
      for start in [10, 500] {
        let squares = (start..<start + 5).map { place -> Double in
          let difference = Double(rows[place]) - Double(found.reconstructions[place])
          return difference * difference
        }
        for (offset, square) in squares.enumerated() {
          let share = square / squares.reduce(0, +)
          #expect(areClose(Double(found.shares[start + offset]), share, relative: 1e-4, absolute: 1e-6))
        }
      }
    }
  }

  @Test("Equals the wrapped model for rows without new cells, and for learned rows")
  func known() throws {
    for base in try models() {
      let model = NewCellModel(base, cells: Self.cells)
      let rows = Self.rows(300, seed: 6)
      #expect(model.results(of: rows) == base.results(of: rows))
      #expect(model.results(of: rows, wereLearned: true) == base.results(of: rows, wereLearned: true))
      #expect(model.hasOwnScore == base.hasOwnScore && model.tensors.count == base.tensors.count)
    }
  }
}
