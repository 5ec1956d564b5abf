import Foundation
import MisfitCore
import Testing

@testable import MisfitKernels

@Suite(.enabled(if: BFloat16Support.isAvailable, "no bf16 products here")) struct BFloat16ProductTests {
  struct Extents: Sendable, CustomTestStringConvertible {
    var m: Int
    var n: Int
    var k: Int
    var testDescription: String { "\(m) x \(k) by \(k) x \(n)" }
  }

  /// The factors of one product, and what stands where it is to go.
  private struct Operands {
    var extents: Extents
    var form: BFloat16Product.Form
    var a, b, start, bias: [Float]

    init(_ extents: Extents, _ form: BFloat16Product.Form, seed: UInt64 = 12) {
      var generator = SeededGenerator(seed: seed)
      let (m, n, k) = (extents.m, extents.n, extents.k)
      (self.extents, self.form) = (extents, form)
      a = KernelOperation.mixed(m * k, 2, &generator).map { BFloat16($0).float }
      b = KernelOperation.mixed(k * n, 2, &generator).map { BFloat16($0).float }
      bias = form.hasBias ? KernelOperation.mixed(n, 2, &generator) : []
      // What stood there before must not count, not even as 0 times what is not a number.
      start =
        form.isAdding ? KernelOperation.mixed(m * n, 2, &generator) : Array(repeating: .nan, count: m * n)
    }

    /// What a product gives, or a new one for just these extents.
    func run(_ product: BFloat16Product? = nil) throws -> [Float] {
      let product = try product ?? make(form, extents)
      let result = FloatBuffer(start).all
      try NumericThread.scope {
        try product(
          BFloat16Buffer(rounding: a).all, by: BFloat16Buffer(rounding: b).all,
          bias: form.hasBias ? FloatBuffer(bias).all : nil, into: result, rows: extents.m, inner: extents.k)
      }
      return result.array
    }

    func expected(row: Int, column: Int) -> Expected {
      let (m, n, k) = (extents.m, extents.n, extents.k)
      var terms = (0..<k).map { inner in
        Double(a[form.a == .transposed ? inner * m + row : row * k + inner])
          * Double(b[form.b == .transposed ? column * k + inner : inner * n + column])
      }
      if form.isAdding { terms.append(Double(start[row * n + column])) }
      if form.hasBias { terms.append(Double(bias[column])) }
      return ReferenceLoss.sum(terms)
    }

    /// The largest error, in units in the last place of the sum of the terms' sizes.
    func error(of result: [Float]) -> Double {
      result.indices.reduce(0) { worst, index in
        let (row, column) = index.quotientAndRemainder(dividingBy: extents.n)
        return max(worst, expected(row: row, column: column).ulps(to: Double(result[index])))
      }
    }
  }

  private static func make(_ form: BFloat16Product.Form, _ extents: Extents) throws -> BFloat16Product {
    try BFloat16Product(form, rows: extents.m, inner: extents.k, on: PrimitiveStream())
  }

  /// Products of bf16 are exact in f32; only their sum is rounded, in whatever order oneDNN adds.
  ///
  /// Measured: 3.8 with AVX-512 BF16.
  private static let tolerance = 8.0

  static let extents = [
    Extents(m: 1, n: 1, k: 1), Extents(m: 3, n: 17, k: 33), Extents(m: 17, n: 3, k: 1),
    Extents(m: 33, n: 1, k: 17), Extents(m: 1, n: 33, k: 3), Extents(m: 16, n: 33, k: 17),
    Extents(m: 3, n: 33, k: 784), Extents(m: 784, n: 3, k: 17), Extents(m: 3, n: 784, k: 17),
  ]

  @Test(
    "a product agrees with a sum in doubles of the rounded factors, in every orientation", arguments: extents,
    [(false, false), (false, true), (true, false), (true, true)])
  func agreesWithTripleLoop(_ extents: Extents, _ transposed: (a: Bool, b: Bool)) throws {
    for isAdding in [false, true] {
      let form = BFloat16Product.Form(
        columns: extents.n, a: transposed.a ? .transposed : .plain, b: transposed.b ? .transposed : .plain,
        isAdding: isAdding)
      let operands = Operands(extents, form)
      #expect(try operands.error(of: operands.run()) <= Self.tolerance)
    }
  }

  @Test("a bias is added to each row", arguments: extents, [false, true])
  func bias(_ extents: Extents, _ isAdding: Bool) throws {
    let operands = Operands(
      extents, BFloat16Product.Form(columns: extents.n, isAdding: isAdding, hasBias: true))
    #expect(try operands.error(of: operands.run()) <= Self.tolerance)
  }

  @Test("one product takes any number of rows, in any order, whether they are summed over or not")
  func varyingRows() throws {
    for sumsOverRows in [false, true] {
      let form = BFloat16Product.Form(columns: 33, a: sumsOverRows ? .transposed : .plain)
      let usual = sumsOverRows ? Extents(m: 17, n: 33, k: 64) : Extents(m: 64, n: 33, k: 17)
      let product = try Self.make(form, usual)
      for rows in [64, 1, 64, 37, 64, 37, 3, 64, 65] {
        let extents = sumsOverRows ? Extents(m: 17, n: 33, k: rows) : Extents(m: rows, n: 33, k: 17)
        let operands = Operands(extents, form, seed: UInt64(rows))
        #expect(try operands.error(of: operands.run(product)) <= Self.tolerance, "\(rows) rows")
      }
    }
  }

  @Test("the same factors give the same bits, again and on another stream")
  func sameBits() throws {
    let extents = Extents(m: 64, n: 32, k: 784)
    let form = BFloat16Product.Form(columns: 32)
    let operands = Operands(extents, form)
    let product = try Self.make(form, extents)
    let first = try operands.run(product)
    #expect(try operands.run(product) == first)
    #expect(try operands.run() == first)
  }

  @Test("threads with a stream each compute side by side")
  func sideBySide() throws {
    let extents = Extents(m: 16, n: 33, k: 17)
    let form = BFloat16Product.Form(columns: 33)
    let products = try (0..<4).map { _ in try Self.make(form, extents) }
    let operands = Operands(extents, form)
    let expected = try operands.run(products[0])
    let (a, b) = (BFloat16Buffer(rounding: operands.a).all, BFloat16Buffer(rounding: operands.b).all)
    let results = FloatBuffer(count: 4 * expected.count)
    NumericThread.pool(threadCount: 4).run(shardCount: 4) { shard in
      for _ in 0..<50 {
        let part = results[shard * expected.count..<(shard + 1) * expected.count]
        try? products[shard](a, by: b, into: part, rows: extents.m, inner: extents.k)
      }
    }
    #expect(results.all.array == expected + expected + expected + expected)
  }

  @Test("infinity and NaN reach just the sums that they are part of")
  func specialValues() throws {
    let extents = Extents(m: 3, n: 17, k: 33)
    var operands = Operands(extents, BFloat16Product.Form(columns: 17))
    operands.b = operands.b.map { abs($0) + 1 }
    operands.a[5] = .infinity
    operands.a[33 + 7] = .nan
    let result = try operands.run()
    #expect(result[..<17].allSatisfy { $0 == .infinity })
    #expect(result[17..<34].allSatisfy { $0.isNaN })
    #expect(result[34...].allSatisfy { $0.isFinite })
    operands.a[6] = -.infinity
    #expect(try operands.run()[..<17].allSatisfy { $0.isNaN })
  }

  @Test("a sum of products keeps what bf16 could not")
  func sumsAreFloats() throws {
    let product = try Self.make(BFloat16Product.Form(columns: 1), Extents(m: 1, n: 1, k: 3))
    let ones = BFloat16Buffer(rounding: [1, 1, 1]).all
    let sum = FloatBuffer(count: 1).all
    try product(BFloat16Buffer(rounding: [4096, 1, 0.25]).all, by: ones, into: sum, rows: 1, inner: 3)
    #expect(sum[0] == 4097.25)
  }

  @Test("a product over nothing is 0 or adds nothing, one of no rows is nothing")
  func empty() throws {
    let extents = Extents(m: 2, n: 2, k: 2)
    let none = BFloat16Buffer(count: 0).all
    let result = FloatBuffer([1, 2, 3, 4]).all
    try Self.make(BFloat16Product.Form(columns: 2, isAdding: true), extents)(
      none, by: none, into: result, rows: 2, inner: 0)
    #expect(result.array == [1, 2, 3, 4])
    let plain = try Self.make(BFloat16Product.Form(columns: 2), extents)
    try plain(none, by: none, into: result, rows: 2, inner: 0)
    #expect(result.array == [0, 0, 0, 0])
    try plain(none, by: BFloat16Buffer(count: 4).all, into: FloatBuffer(count: 0).all, rows: 0, inner: 2)
  }

  @Test("a factor of another count than its shape, or a missing bias, is the caller's mistake")
  func countsAreChecked() async {
    await #expect(processExitsWith: .failure) {
      let product = try Self.make(BFloat16Product.Form(columns: 2), Extents(m: 2, n: 2, k: 2))
      let (four, three) = (BFloat16Buffer(count: 4).all, BFloat16Buffer(count: 3).all)
      try product(four, by: three, into: FloatBuffer(count: 4).all, rows: 2, inner: 2)
    }
    await #expect(processExitsWith: .failure) {
      let form = BFloat16Product.Form(columns: 2, hasBias: true)
      let four = BFloat16Buffer(count: 4).all
      try Self.make(form, Extents(m: 2, n: 2, k: 2))(
        four, by: four, into: FloatBuffer(count: 4).all, rows: 2, inner: 2)
    }
  }
}
