import MisfitCore
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Neighbor imputer")
struct NeighborImputerTests {
  private func filled(_ rows: [Float], by reference: [Float], width: Int) -> [Float] {
    let values = Rows(FloatBuffer(rows).all, width: width)
    NeighborImputer(reference: FloatBuffer(reference).all, width: width).fill(values)
    return values.slice.array
  }

  @Test("A missing input is the mean of the ten nearest references that have it")
  func nearest() {
    // Reference i is i away from the row; the nearest one lacks the input.
    let reference: [Float] = (0..<20).flatMap { [Float($0), $0 == 0 ? Float.nan : Float($0)] }
    #expect(filled([0, .nan], by: reference, width: 2) == [0, 5.5])
  }

  @Test("Of equally near references the first ones are used")
  func ties() {
    let reference: [Float] = (0..<12).flatMap { [1, Float($0)] }
    #expect(filled([0, .nan], by: reference, width: 2) == [0, 4.5])
  }

  @Test("A reference that shares no input with the row is not near")
  func disjoint() {
    // The last three references have no first input.
    let reference: [Float] = [5, 10, 7, 20, .nan, 900, .nan, 900, .nan, 900]
    #expect(filled([5, .nan], by: reference, width: 2) == [5, 15])
  }

  @Test("If no reference shares an input with the row, a missing input is the mean of all references")
  func noneShared() {
    let reference: [Float] = (0..<30).flatMap { [Float.nan, Float($0), 2] }
    #expect(filled([3, .nan, .nan], by: reference, width: 3) == [3, 14.5, 2])
    #expect(filled([.nan, .nan, .nan], by: reference, width: 3) == [0, 14.5, 2])
  }

  @Test("Rows without missing inputs do not change, and imputed rows are gathered")
  func gathered() throws {
    let reference = NeighborImputer(reference: FloatBuffer([1, 2, 3, 4]).all, width: 2)
    let rows = ImputedRows(FixedRows([1, 9, 3, .nan], width: 2), reference)
    try rows.beginEpoch(0, shuffled: false)
    let values = FloatBuffer(count: 4).all
    rows.gather(0..<2, into: values)
    #expect(rows.rowCount == 2 && values.array == [1, 9, 3, 3])
  }
}
