import MisfitCore

/// The nearest references of each row, collected from blocks of matrix products.
///
/// For a row q and a reference r, ‖q - r‖² = ‖q‖² + ‖r‖² - 2 q·r, and ‖q‖² is the same for all references: so
/// ‖r‖² - 2 q·r orders them. It is computed in floats, whose rounding may swap references at nearly the same
/// distance: keep a few more candidates than needed, and sort those by exact distances.
///
/// The candidates of a row are unordered, with room for twice as many as needed; when the room is full, the
/// better half is kept. So the cost of a candidate does not depend on their number.
///
/// Shapes: R rows, at most `capacity` candidates each. A list is for one thread at a time.
@safe package final class CandidateLists: @unchecked Sendable {
  /// The maximum number of candidates of a row.
  package let capacity: Int
  private let rowCapacity: Int
  private let slotCount: Int
  private let keys: UnsafeMutablePointer<Float>
  private let indices: UnsafeMutablePointer<Int32>
  // Arrays would be checked for exclusive access at each candidate.
  private let counts: UnsafeMutablePointer<Int>
  /// The upper bounds of the keys of new candidates.
  private let bounds: UnsafeMutablePointer<Float>

  /// Allocates the lists.
  ///
  /// - Precondition: both are at least 1.
  package init(rowCapacity: Int, capacity: Int) {
    precondition(rowCapacity >= 1 && capacity >= 1, "rowCapacity and capacity are at least 1")
    self.rowCapacity = rowCapacity
    self.capacity = capacity
    slotCount = 2 * capacity
    unsafe keys = .zeros(count: rowCapacity * slotCount)
    unsafe indices = .zeros(count: rowCapacity * slotCount)
    unsafe counts = .zeros(count: rowCapacity)
    unsafe bounds = .zeros(count: rowCapacity)
    reset()
  }

  deinit {
    unsafe keys.deallocate()
    unsafe indices.deallocate()
    unsafe counts.deallocate()
    unsafe bounds.deallocate()
  }

  /// Removes all candidates.
  package func reset() {
    unsafe counts.update(repeating: 0, count: rowCapacity)
    unsafe bounds.update(repeating: .infinity, count: rowCapacity)
  }

  /// Returns the candidates of a row, unordered: the references of the smallest keys; of equal keys, the
  /// first.
  package func candidates(ofRow row: Int) -> [Int] {
    precondition(row >= 0 && row < rowCapacity, "the row is outside the lists")
    if unsafe counts[row] > capacity { prune(row) }
    return (0..<(unsafe counts[row])).map { unsafe Int(indices[row * slotCount + $0]) }
  }

  /// Adds a block of references: `products` [R, B], `squares` [B] their squared lengths; `firstReference` is
  /// the index of the block's first reference.
  ///
  /// - Complexity: O(R·B), plus a little for each reference nearer than the candidates so far.
  /// - Precondition: the counts match, and the indices of references fit into 32 bits.
  package func scan(products: FloatSlice, squares: FloatSlice, firstReference: Int) {
    let blockCount = squares.count
    guard blockCount > 0 else { return }
    precondition(products.count % blockCount == 0, "not one product per row and reference")
    let rows = products.count / blockCount
    precondition(
      rows <= rowCapacity && firstReference + blockCount <= Int(Int32.max), "too many rows or references")
    for row in 0..<rows {
      unsafe scan(
        row, products.pointer + row * blockCount, squares.pointer, blockCount, firstReference)
    }
  }

  private func scan(
    _ row: Int, _ products: UnsafePointer<Float>, _ squares: UnsafePointer<Float>, _ count: Int,
    _ firstReference: Int
  ) {
    var bound = unsafe bounds[row]
    let (whole, next) = unsafe (count & ~15, VectorKernels.current.table.next_below)
    var (start, lanes): (Int, UInt32) = (0, 0)
    while true {
      start = unsafe next(products, squares, start, count, bound, &lanes)
      guard start < whole else { break }
      // Most groups have one: its place is found without a branch for each of the others.
      while lanes != 0 {
        check(start + lanes.trailingZeroBitCount)
        lanes &= lanes - 1
      }
      start += 16
    }
    for slot in whole..<count { check(slot) }

    func check(_ slot: Int) {
      let key = unsafe squares[slot] - 2 * products[slot]
      if key < bound { bound = insert(key, firstReference + slot, row) }
    }
  }

  /// Adds a candidate, and returns the bound for the next one.
  private func insert(_ key: Float, _ reference: Int, _ row: Int) -> Float {
    let slot = unsafe row * slotCount + counts[row]
    unsafe keys[slot] = key
    unsafe indices[slot] = Int32(reference)
    unsafe counts[row] += 1
    if unsafe counts[row] == slotCount { prune(row) }
    return unsafe bounds[row]
  }

  /// Keeps the best candidates of a row, and lowers the bound for new ones.
  ///
  /// Hoare's selection ("Find", 1961) by key and then by reference, so that no two are equal.
  private func prune(_ row: Int) {
    let base = row * slotCount
    var (low, high) = unsafe (base, base + counts[row] - 1)
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
    unsafe counts[row] = capacity
    unsafe bounds[row] = keys[wanted]
  }

  private func isBefore(_ slot: Int, _ key: Float, _ index: Int32) -> Bool {
    unsafe keys[slot] < key || (keys[slot] == key && indices[slot] < index)
  }

  private func isAfter(_ slot: Int, _ key: Float, _ index: Int32) -> Bool {
    unsafe keys[slot] > key || (keys[slot] == key && indices[slot] > index)
  }

  private func swapAt(_ a: Int, _ b: Int) {
    unsafe (keys[a], keys[b]) = (keys[b], keys[a])
    unsafe (indices[a], indices[b]) = (indices[b], indices[a])
  }
}
