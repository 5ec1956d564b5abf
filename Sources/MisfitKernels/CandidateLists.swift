import MisfitCore

/// The references nearest to each of some rows, gathered from blocks of matrix products.
///
/// For a row q and a reference r, ‖q - r‖² = ‖q‖² + ‖r‖² - 2 q·r, and ‖q‖² is the same for all references: so
/// ‖r‖² - 2 q·r orders them. It is taken in floats, whose rounding may change the order of references at
/// nearly one distance: keep some more candidates than are wanted, and order those by exact distances.
///
/// Shapes: R rows, at most `capacity` candidates each. One thread uses a list.
@safe public final class CandidateLists: @unchecked Sendable {
  /// The most candidates of a row.
  public let capacity: Int
  private let rowCapacity: Int
  private let keys: UnsafeMutablePointer<Float>
  private let indices: UnsafeMutablePointer<Int32>
  private var counts: [Int]

  /// Makes room.
  ///
  /// - Precondition: both are at least 1.
  public init(rowCapacity: Int, capacity: Int) {
    precondition(rowCapacity >= 1 && capacity >= 1, "lists have room for something")
    self.rowCapacity = rowCapacity
    self.capacity = capacity
    unsafe keys = .allocate(capacity: rowCapacity * capacity)
    unsafe indices = .allocate(capacity: rowCapacity * capacity)
    counts = Array(repeating: 0, count: rowCapacity)
  }

  deinit {
    unsafe keys.deallocate()
    unsafe indices.deallocate()
  }

  /// Forgets all candidates.
  public func reset() { for row in counts.indices { counts[row] = 0 } }

  /// The references that are candidates of a row, the nearest by their keys first.
  public func candidates(ofRow row: Int) -> [Int] {
    precondition(row >= 0 && row < rowCapacity, "row outside the lists")
    return (0..<counts[row]).map { unsafe Int(indices[row * capacity + $0]) }
  }

  /// Takes a block of references into account: `products` [R, B], `squares` [B] their squared lengths;
  /// `firstReference` is the number of the block's first.
  ///
  /// - Complexity: O(R·B), and little more while few references are nearer than those before.
  /// - Precondition: the counts fit, and numbers of references fit into 32 bits.
  public func scan(products: FloatSlice, squares: FloatSlice, firstReference: Int) {
    let blockCount = squares.count
    guard blockCount > 0 else { return }
    precondition(products.count % blockCount == 0, "a product for each row and reference")
    let rows = products.count / blockCount
    precondition(rows <= rowCapacity && firstReference + blockCount <= Int(Int32.max), "too many rows")
    for row in 0..<rows {
      unsafe scan(
        row, products.pointer + row * blockCount, squares.pointer, blockCount, firstReference)
    }
  }

  private func scan(
    _ row: Int, _ products: UnsafePointer<Float>, _ squares: UnsafePointer<Float>, _ count: Int,
    _ firstReference: Int
  ) {
    var bound = unsafe counts[row] < capacity ? Float.infinity : keys[(row + 1) * capacity - 1]
    let whole = count & ~15
    for start in stride(from: 0, to: whole, by: 16) {
      let product = unsafe UnsafeRawPointer(products + start).loadUnaligned(as: SIMD16<Float>.self)
      let square = unsafe UnsafeRawPointer(squares + start).loadUnaligned(as: SIMD16<Float>.self)
      let block = square - (product + product)
      let eight = pointwiseMin(block.lowHalf, block.highHalf)
      let four = pointwiseMin(eight.lowHalf, eight.highHalf)
      guard four.min() < bound else { continue }
      for lane in 0..<16 where block[lane] < bound {
        bound = insert(block[lane], firstReference + start + lane, row)
      }
    }
    for place in whole..<count {
      let key = unsafe squares[place] - 2 * products[place]
      if key < bound { bound = insert(key, firstReference + place, row) }
    }
  }

  /// Puts a candidate in its place; gives the key that the next one must be below.
  private func insert(_ key: Float, _ reference: Int, _ row: Int) -> Float {
    let base = row * capacity
    var place = counts[row]
    if place == capacity { place -= 1 } else { counts[row] = place + 1 }
    while place > 0, unsafe keys[base + place - 1] > key {
      unsafe keys[base + place] = keys[base + place - 1]
      unsafe indices[base + place] = indices[base + place - 1]
      place -= 1
    }
    unsafe keys[base + place] = key
    unsafe indices[base + place] = Int32(reference)
    return unsafe counts[row] < capacity ? .infinity : keys[base + capacity - 1]
  }
}

/// Squared distances of rows.
public enum SquaredDistance {
  /// ‖a - b‖² of two rows, in doubles; 0 just where they are equal.
  ///
  /// - Precondition: both have one count.
  public static func between(_ a: FloatSlice, _ b: FloatSlice) -> Double {
    precondition(a.count == b.count, "rows of one width have a distance")
    let (a, b) = (a.span, b.span)
    var sums = SIMD8<Double>.zero
    let whole = a.count & ~7
    for start in stride(from: 0, to: whole, by: 8) {
      let difference = eight(a, start) - eight(b, start)
      sums += difference * difference
    }
    var sum = 0.0
    for index in whole..<a.count {
      let difference = Double(a[index]) - Double(b[index])
      sum += difference * difference
    }
    let four = sums.lowHalf + sums.highHalf
    return sum + ((four.x + four.y) + (four.z + four.w))
  }

  @inline(__always)
  private static func eight(_ v: Span<Float>, _ i: Int) -> SIMD8<Double> {
    SIMD8<Double>(
      SIMD8<Float>(v[i], v[i + 1], v[i + 2], v[i + 3], v[i + 4], v[i + 5], v[i + 6], v[i + 7]))
  }
}
