import MisfitCore
import MisfitKernels

/// The mean and the covariance of rows in sums of integers, which are exact.
///
/// So parts can be merged in any order, and have the same bits. Rows that are not finite or too far out for
/// the grid are left out, and counted.
///
/// Shapes: rows of D columns.
///
/// - Complexity: O(D²) a row, memory 8 D² bytes.
package struct ExactMoments: Hashable, Sendable {
  /// The grid to which rows are rounded.
  package let grid: MomentGrid
  /// The number of rows in the sums.
  package private(set) var rowCount = 0
  /// The number of rows that were left out.
  package private(set) var skippedCount = 0
  /// The sum of each column, in its unit: [D].
  private var sums: [Int128]
  /// The sums of the products of columns, row by row of the upper triangle: [D (D + 1) / 2].
  private var products: [Int128]

  private static let rowsPerBlock = 64

  /// Creates the moments of no rows.
  package init(_ grid: MomentGrid) {
    self.grid = grid
    sums = Array(repeating: 0, count: grid.width)
    products = Array(repeating: 0, count: grid.width * (grid.width + 1) / 2)
  }

  /// Adds rows [R, D], without those for which `isSkipped` returns true.
  package mutating func update(_ rows: Rows, isSkipped: (Span<Float>) -> Bool = { _ in false }) {
    var block = Block(grid, capacity: Self.rowsPerBlock)
    for row in rows.indices {
      let values = rows[row].span
      if isSkipped(values) || !block.append(values) { skippedCount += 1 }
      if block.count == Self.rowsPerBlock { add(&block) }
    }
    add(&block)
  }

  private mutating func add(_ block: inout Block) {
    rowCount += block.count
    block.addSums(to: &sums)
    block.addProducts(to: &products)
    block.count = 0
  }

  /// Adds the rows of other moments.
  ///
  /// - Precondition: they have the same grid.
  package mutating func merge(_ other: ExactMoments) {
    precondition(grid == other.grid, "moments of one grid")
    rowCount &+= other.rowCount
    skippedCount &+= other.skippedCount
    for index in sums.indices { sums[index] &+= other.sums[index] }
    for index in products.indices { products[index] &+= other.products[index] }
  }

  /// The mean of each column; nil without rows: [D].
  package var mean: [Double]? {
    guard rowCount > 0 else { return nil }
    return offsets.indices.map { grid.centers[$0] + offsets[$0] }
  }

  /// The population covariance; nil without rows: [D, D].
  package var covariance: [Double]? {
    guard rowCount > 0 else { return nil }
    let (width, offsets) = (grid.width, offsets)
    var result = [Double](repeating: 0, count: width * width)
    var index = 0
    for row in 0..<width {
      for column in row..<width {
        let unit = MomentGrid.power(-grid.exponents[row] - grid.exponents[column])
        let value = Double(products[index]) / Double(rowCount) * unit - offsets[row] * offsets[column]
        result[row * width + column] = value
        result[column * width + row] = value
        index += 1
      }
    }
    return result
  }

  /// The differences of the means from the centers: [D].
  private var offsets: [Double] {
    sums.indices.map { Double(sums[$0]) / Double(rowCount) * MomentGrid.power(-grid.exponents[$0]) }
  }
}

extension ExactMoments {
  /// The moments as integers: a mark, D, the numbers of rows, the grid, the sums, and the products.
  package var words: [UInt64] {
    let counts = [grid.width, rowCount, skippedCount].map { UInt64(bitPattern: Int64($0)) }
    return [Self.mark] + counts + grid.centers.map(\.bitPattern)
      + grid.exponents.map { UInt64(bitPattern: Int64($0)) } + Self.words(sums) + Self.words(products)
  }

  /// Reads moments from ``words``; nil for others.
  package init?(words: [UInt64]) {
    guard words.count >= 4, words[0] == Self.mark, (1...UInt64(Self.widthLimit)).contains(words[1]) else {
      return nil
    }
    let width = Int(words[1])
    guard words.count == 4 + 4 * width + width * (width + 1), words[2] <= 1 << 48, words[3] <= 1 << 48 else {
      return nil
    }
    let exponents = words[(4 + width)..<(4 + 2 * width)].map { Int(Int64(bitPattern: $0)) }
    let centers = words[4..<(4 + width)].map { Double(bitPattern: $0) }
    guard exponents.allSatisfy({ abs(Double($0)) <= 1100 }), centers.allSatisfy(\.isFinite) else {
      return nil
    }
    grid = MomentGrid(centers: centers, exponents: exponents)
    (rowCount, skippedCount) = (Int(words[2]), Int(words[3]))
    sums = Self.integers(words[(4 + 2 * width)..<(4 + 4 * width)])
    products = Self.integers(words[(4 + 4 * width)...])
  }

  /// The maximum number of columns: products of 512 MiB.
  package static let widthLimit = PrincipalComponents.widthLimit
  private static let mark: UInt64 = 0x0031_4d4f_4d46_534d

  private static func words(_ values: [Int128]) -> [UInt64] {
    values.flatMap { [UInt64(truncatingIfNeeded: $0), UInt64(truncatingIfNeeded: $0 >> 64)] }
  }

  private static func integers(_ words: ArraySlice<UInt64>) -> [Int128] {
    stride(from: words.startIndex, to: words.endIndex, by: 2).map {
      Int128(Int64(bitPattern: words[$0 + 1])) << 64 | Int128(words[$0])
    }
  }
}

/// Some rows in units of the grid, column by column.
private struct Block {
  private let grid: MomentGrid
  private let scales: [Double]
  private let capacity: Int
  /// The rounded values: [D, capacity].
  private var values: [Int32]
  /// The number of rows.
  var count = 0

  init(_ grid: MomentGrid, capacity: Int) {
    self.grid = grid
    self.capacity = capacity
    scales = grid.exponents.map(MomentGrid.power)
    values = Array(repeating: 0, count: grid.width * capacity)
  }

  /// Adds a row; returns whether all of its values are in the grid.
  mutating func append(_ row: Span<Float>) -> Bool {
    let (grid, scales, capacity, index) = (grid, scales, capacity, count)
    let areInside = Self.round(row, grid.centers.span, scales.span) { column, value in
      values[column * capacity + index] = value
    }
    if areInside { count += 1 }
    return areInside
  }

  /// Calls `body` with the rounded values of a row; returns false at the first one outside the grid.
  private static func round(
    _ row: Span<Float>, _ centers: Span<Double>, _ scales: Span<Double>, _ body: (Int, Int32) -> Void
  ) -> Bool {
    for column in scales.indices {
      let value = ((Double(row[column]) - centers[column]) * scales[column]).rounded(.toNearestOrEven)
      guard abs(value) <= Double(MomentGrid.largest) else { return false }
      body(column, Int32(value))
    }
    return true
  }

  func addSums(to sums: inout [Int128]) {
    for column in sums.indices {
      var sum: Int64 = 0
      for row in 0..<count { sum &+= Int64(values[column * capacity + row]) }
      sums[column] &+= Int128(sum)
    }
  }

  /// A product has up to 50 bits, so that those of a block fit into 64.
  func addProducts(to products: inout [Int128]) {
    let span = values.span
    var sums = products.mutableSpan
    var index = 0
    for left in grid.exponents.indices {
      for right in left..<grid.width {
        var sum: Int64 = 0
        for row in 0..<count {
          sum &+= Int64(span[left * capacity + row]) &* Int64(span[right * capacity + row])
        }
        sums[index] &+= Int128(sum)
        index += 1
      }
    }
  }
}
