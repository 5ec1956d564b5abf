import MisfitCore

/// The references nearest to each of some rows, gathered from blocks of matrix products.
///
/// For a row q and a reference r, ‖q - r‖² = ‖q‖² + ‖r‖² - 2 q·r, and ‖q‖² is the same for all references: so
/// ‖r‖² - 2 q·r orders them. It is taken in floats, whose rounding may change the order of references at
/// nearly one distance: keep some more candidates than are wanted, and order those by exact distances.
///
/// A row's candidates are kept unordered, with room for twice as many as are wanted; when that is full, the
/// better half is kept. So a candidate costs the same however many are wanted.
///
/// Shapes: R rows, at most `capacity` candidates each. One thread uses a list.
@safe public final class CandidateLists: @unchecked Sendable {
  /// The most candidates of a row.
  public let capacity: Int
  private let rowCapacity: Int
  private let slotCount: Int
  private let keys: UnsafeMutablePointer<Float>
  private let indices: UnsafeMutablePointer<Int32>
  private var counts: [Int]
  /// What a key must be below to be a candidate.
  private var bounds: [Float]

  /// Makes room.
  ///
  /// - Precondition: both are at least 1.
  public init(rowCapacity: Int, capacity: Int) {
    precondition(rowCapacity >= 1 && capacity >= 1, "lists have room for something")
    self.rowCapacity = rowCapacity
    self.capacity = capacity
    slotCount = 2 * capacity
    unsafe keys = .zeros(count: rowCapacity * slotCount)
    unsafe indices = .zeros(count: rowCapacity * slotCount)
    counts = Array(repeating: 0, count: rowCapacity)
    bounds = Array(repeating: .infinity, count: rowCapacity)
  }

  deinit {
    unsafe keys.deallocate()
    unsafe indices.deallocate()
  }

  /// Forgets all candidates.
  public func reset() {
    for row in counts.indices {
      counts[row] = 0
      bounds[row] = .infinity
    }
  }

  /// The references that are candidates of a row: those of the smallest keys, and of equal ones the first, in
  /// no order.
  public func candidates(ofRow row: Int) -> [Int] {
    precondition(row >= 0 && row < rowCapacity, "row outside the lists")
    if counts[row] > capacity { prune(row) }
    return (0..<counts[row]).map { unsafe Int(indices[row * slotCount + $0]) }
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
    var bound = bounds[row]
    let whole = count & ~15
    for start in stride(from: 0, to: whole, by: 16) {
      let product = unsafe UnsafeRawPointer(products + start).loadUnaligned(as: SIMD16<Float>.self)
      let square = unsafe UnsafeRawPointer(squares + start).loadUnaligned(as: SIMD16<Float>.self)
      let block = square - (product + product)
      // `pointwiseMin` and `min()` go lane by lane; this is a compare and a blend.
      let eight = block.lowHalf.replacing(with: block.highHalf, where: block.highHalf .< block.lowHalf)
      let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .< eight.lowHalf)
      let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .< four.lowHalf)
      guard two.x < bound || two.y < bound else { continue }
      for lane in 0..<16 where block[lane] < bound {
        bound = insert(block[lane], firstReference + start + lane, row)
      }
    }
    for place in whole..<count {
      let key = unsafe squares[place] - 2 * products[place]
      if key < bound { bound = insert(key, firstReference + place, row) }
    }
  }

  /// Adds a candidate; gives the bound that the next one must be below.
  private func insert(_ key: Float, _ reference: Int, _ row: Int) -> Float {
    let place = row * slotCount + counts[row]
    unsafe keys[place] = key
    unsafe indices[place] = Int32(reference)
    counts[row] += 1
    if counts[row] == slotCount { prune(row) }
    return bounds[row]
  }

  /// Keeps the best of a row's candidates, and lets in only better ones from now on.
  ///
  /// Hoare's selection ("Find", 1961) by key and then by reference, so that no two are equal.
  private func prune(_ row: Int) {
    let base = row * slotCount
    var (low, high) = (base, base + counts[row] - 1)
    let wanted = base + capacity - 1
    while low < high {
      let middle = low + (high - low) / 2
      let (key, index) = unsafe (keys[middle], indices[middle])
      var (left, right) = (low, high)
      while left <= right {
        while isBefore(left, key, index) { left += 1 }
        while isAfter(right, key, index) { right -= 1 }
        guard left <= right else { break }
        swapAt(left, right)
        left += 1
        right -= 1
      }
      if wanted <= right { high = right } else if wanted >= left { low = left } else { break }
    }
    counts[row] = capacity
    bounds[row] = unsafe keys[wanted]
  }

  private func isBefore(_ place: Int, _ key: Float, _ index: Int32) -> Bool {
    unsafe keys[place] < key || (keys[place] == key && indices[place] < index)
  }

  private func isAfter(_ place: Int, _ key: Float, _ index: Int32) -> Bool {
    unsafe keys[place] > key || (keys[place] == key && indices[place] > index)
  }

  private func swapAt(_ a: Int, _ b: Int) {
    unsafe (keys[a], keys[b]) = (keys[b], keys[a])
    unsafe (indices[a], indices[b]) = (indices[b], indices[a])
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
