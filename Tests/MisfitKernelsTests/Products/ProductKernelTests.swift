import CVectorKernels
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitKernels

@Suite struct ProductKernelTests {
  /// Rows, columns and inner: below, at and past the edges of tiles and vectors, and one past the size above
  /// which a factor is copied.
  static let shapes = [
    (1, 1, 1), (3, 5, 7), (14, 32, 4), (15, 33, 3), (29, 47, 20), (6, 16, 1), (2, 112, 30), (40, 17, 0),
    (16, 1100, 130),
  ]

  /// The orientation of the first factor, and the start of the sums.
  enum Variant: CaseIterable {
    case plain, transposed, adding, columnStart, rowStart
  }

  @Test(
    "a product equals plain loops in doubles, at every level", arguments: shapes, Variant.allCases)
  func reference(_ shape: (Int, Int, Int), _ variant: Variant) throws {
    let problem = Problem(shape, variant)
    let expected = problem.reference()
    for level in runnableLevels {
      let found = try problem.run(kernels(level))
      for (value, wanted) in zip(found, expected) {
        #expect(abs(Double(value) - wanted) <= 1e-6 * Double(shape.2 + 1), "\(level)")
      }
    }
  }

  @Test("the levels with fused multiply-add give the same bits", arguments: shapes)
  func sameBits(_ shape: (Int, Int, Int)) throws {
    let problem = Problem(shape, .columnStart)
    let results = try runnableLevels.filter { $0 != .baseline }.map { try problem.run(kernels($0)) }
    for result in results.dropFirst() { #expect(result.map(\.bitPattern) == results[0].map(\.bitPattern)) }
  }

  @Test("the bits do not depend on the split into rows")
  func cuts() throws {
    let problem = Problem((29, 47, 20), .plain)
    let whole = try problem.run(.current)
    for cut in [1, 7, 14, 28] {
      let parts = try problem.run(.current, rows: 0..<cut) + problem.run(.current, rows: cut..<29)
      #expect(parts == whole)
    }
  }

  @Test(
    "a transposed matrix has zeros in the lanes past its rows",
    arguments: [(1, 1), (16, 16), (5, 33), (40, 3)])
  func transpose(_ rows: Int, _ columns: Int) throws {
    let values = (0..<rows * columns).map { Float($0 + 1) }
    let lanes = (rows + 15) / 16 * 16
    for level in runnableLevels {
      let (source, target) = (FloatBuffer(values).all, FloatBuffer(count: columns * lanes + 16).all)
      target.fill(with: -1)
      unsafe try kernels(level).table.transpose(
        source.pointer, columns, rows, columns, target.pointer, lanes, lanes)
      for c in 0..<columns {
        for lane in 0..<lanes {
          #expect(target[c * lanes + lane] == (lane < rows ? values[lane * columns + c] : 0))
        }
      }
      #expect(target[columns * lanes] == -1)
    }
  }
}

/// One product and its factors.
private struct Problem {
  let (rows, columns, inner): (Int, Int, Int)
  let variant: ProductKernelTests.Variant
  private let a: [Float]
  private let b: [Float]
  private let start: [Float]
  /// The rows of the second factor and of the result have gaps.
  private var stride: Int { columns + 3 }

  init(_ shape: (Int, Int, Int), _ variant: ProductKernelTests.Variant) {
    (rows, columns, inner) = shape
    self.variant = variant
    var generator = SeededGenerator(seed: 6)
    func random(_ count: Int) -> [Float] { (0..<count).map { _ in generator.nextUnitFloat() * 2 - 1 } }
    a = random(shape.0 * shape.2)
    b = random(shape.2 * (shape.1 + 3))
    start = random(shape.0 * (shape.1 + 3))
  }

  private func first(_ row: Int, _ k: Int) -> Float {
    variant == .transposed ? a[k * rows + row] : a[row * inner + k]
  }

  func reference() -> [Double] {
    (0..<rows).flatMap { row in
      (0..<columns).map { column in
        let begin: Float =
          switch variant {
          case .plain, .transposed: 0
          case .adding: start[row * stride + column]
          case .columnStart: start[column]
          case .rowStart: start[row]
          }
        return (0..<inner).reduce(Double(begin)) {
          $0 + Double(first(row, $1)) * Double(b[$1 * stride + column])
        }
      }
    }
  }

  /// Returns the result of some rows; the gaps between rows are checked to be unchanged.
  func run(_ kernels: VectorKernels, rows part: Range<Int>? = nil) throws -> [Float] {
    let part = part ?? 0..<rows
    let (first, second) = (FloatBuffer(a).all, FloatBuffer(b).all)
    let (begin, result) = (FloatBuffer(start).all, FloatBuffer(start).all)
    let rowStride = variant == .transposed ? 1 : inner
    var product = unsafe misfit_product(
      a: first.pointer + part.lowerBound * rowStride, a_row: rowStride,
      a_inner: variant == .transposed ? rows : 1, b: second.pointer, b_row: stride,
      c: result.pointer + part.lowerBound * stride, c_row: stride,
      row_start: variant == .rowStart ? begin.pointer + part.lowerBound : nil,
      column_start: variant == .columnStart ? begin.pointer : nil, rows: part.count, columns: columns,
      inner: inner, adding: variant == .adding)
    unsafe kernels.table.product(&product)
    for row in part {
      for gap in columns..<stride { #expect(result[row * stride + gap] == start[row * stride + gap]) }
    }
    return part.flatMap { row in (0..<columns).map { result[row * stride + $0] } }
  }
}
