import MisfitCore
import Testing
import _TestSupport

@testable import MisfitKernels

@Suite struct MatrixProductTests {
  struct Extents: Sendable, CustomTestStringConvertible {
    var m: Int
    var n: Int
    var k: Int
    var testDescription: String { "\(m) x \(k) by \(k) x \(n)" }
  }

  static let extents = [
    Extents(m: 1, n: 1, k: 1), Extents(m: 3, n: 5, k: 7), Extents(m: 17, n: 16, k: 15),
    Extents(m: 1, n: 33, k: 64), Extents(m: 64, n: 1, k: 33), Extents(m: 40, n: 24, k: 100),
  ]

  @Test(
    "a product agrees with a triple loop in doubles, in every orientation", arguments: extents,
    [(false, false), (false, true), (true, false), (true, true)])
  func agreesWithTripleLoop(_ extents: Extents, _ transposed: (a: Bool, b: Bool)) {
    let (m, n, k) = (extents.m, extents.n, extents.k)
    var generator = SeededGenerator(seed: 12)
    let a = KernelOperation.mixed(m * k, 2, &generator)
    let b = KernelOperation.mixed(k * n, 2, &generator)
    let start = KernelOperation.mixed(m * n, 2, &generator)
    for adding in [false, true] {
      // Previous contents must not count, not even as 0 times NaN.
      let product = FloatBuffer(adding ? start : [Float](repeating: .nan, count: m * n)).all
      MatrixProduct.multiply(
        FloatBuffer(a).all, transposed.a ? .transposed : .plain, by: FloatBuffer(b).all,
        transposed.b ? .transposed : .plain, into: product, rows: m, columns: n, inner: k, adding: adding)
      for row in 0..<m {
        for column in 0..<n {
          let terms = (0..<k).map { inner in
            Double(a[transposed.a ? inner * m + row : row * k + inner])
              * Double(b[transposed.b ? column * k + inner : inner * n + column])
          }
          let expected = ReferenceLoss.sum(terms + (adding ? [Double(start[row * n + column])] : []))
          // In whatever order oneDNN adds: at most k / 2 of the sum of the magnitudes; measured: 4.9 for k =
          // 100.
          let ulps = expected.ulps(to: Double(product[row * n + column]))
          #expect(ulps <= 8, "row \(row), column \(column)")
        }
      }
    }
  }

  @Test(
    "rows have the same bits whichever rows are multiplied with them",
    arguments: [(5, 3), (30, 30), (9, 100), (64, 257), (300, 700)], [false, true])
  func rowsAreIndependent(_ shape: (k: Int, n: Int), _ transposed: Bool) {
    let (k, n) = shape
    let count = 500
    var generator = SeededGenerator(seed: 5)
    let a = FloatBuffer(KernelOperation.mixed(count * k, 2, &generator)).all
    let b = FloatBuffer(KernelOperation.mixed(k * n, 2, &generator)).all
    func product(_ rows: Range<Int>) -> [Float] {
      let product = FloatBuffer([Float](repeating: .nan, count: rows.count * n)).all
      MatrixProduct.multiplyRows(
        a[rows.lowerBound * k..<rows.upperBound * k], by: b, transposed ? .transposed : .plain,
        into: product, rows: rows.count, columns: n, inner: k)
      return product.array
    }
    let whole = product(0..<count)
    let plain = FloatBuffer(count: count * n).all
    MatrixProduct.multiply(
      a, by: b, transposed ? .transposed : .plain, into: plain, rows: count, columns: n, inner: k)
    let size = plain.array.reduce(0) { max($0, abs($1)) }
    #expect(zip(whole, plain.array).allSatisfy { abs($0 - $1) <= 1e-5 * size })
    let ranges = [
      0..<0, 0..<1, 7..<8, 499..<500, 3..<8, 11..<22, 0..<12, 5..<18, 100..<131, 137..<500, 1..<193, 2..<195,
      250..<446,
    ]
    for rows in ranges {
      #expect(product(rows) == Array(whole[rows.lowerBound * n..<rows.upperBound * n]), "rows \(rows)")
    }
  }

  @Test("a product over an inner extent of 0 is 0, and adds nothing")
  func emptyInner() {
    let none = FloatBuffer(count: 0).all
    let product = FloatBuffer([1, 2, 3, 4]).all
    MatrixProduct.multiply(none, by: none, into: product, rows: 2, columns: 2, inner: 0, adding: true)
    #expect(product.array == [1, 2, 3, 4])
    MatrixProduct.multiply(none, by: none, into: product, rows: 2, columns: 2, inner: 0)
    #expect(product.array == [0, 0, 0, 0])
  }

  @Test("a product of no rows does nothing")
  func noRows() {
    let none = FloatBuffer(count: 0).all
    MatrixProduct.multiply(none, by: FloatBuffer([1, 2]).all, into: none, rows: 0, columns: 1, inner: 2)
  }

  @Test("a factor of another count than its shape is a precondition failure")
  func countsAreChecked() async {
    await #expect(processExitsWith: .failure) {
      let buffer = FloatBuffer(count: 6).all
      MatrixProduct.multiply(buffer, by: buffer, into: buffer, rows: 2, columns: 3, inner: 3)
    }
  }
}
