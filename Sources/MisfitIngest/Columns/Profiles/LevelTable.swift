/// Texts and the number of times each was seen, found by their bytes.
///
/// Open addressing over one array of bytes: no allocation for a known text.
///
/// Beyond its capacity a table forgets the rarest texts: the median count is subtracted from all (Misra and
/// Gries, "Finding repeated elements", 1982; Agarwal et al., "Mergeable summaries", 2012), so that no count
/// is too low by more than the number of cells divided by half the capacity. ``lostCount`` is what was
/// subtracted.
struct LevelTable: Sendable {
  /// The maximum number of texts.
  let capacity: Int
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  private var hashes: [UInt64] = []
  /// The number of times each text was seen.
  private(set) var counts: [Int] = []
  /// The number of cells that are in no count any more.
  private(set) var lostCount = 0
  private var places: [Int32]

  init(capacity: Int = .max) {
    self.capacity = capacity
    places = Array(repeating: -1, count: 16)
  }

  init(_ texts: [String]) {
    self.init()
    for text in texts { add(text.utf8.span) }
  }

  /// The number of texts in the table.
  var count: Int { ends.count }

  /// Whether some texts were forgotten.
  var hasForgotten: Bool { lostCount > 0 }

  /// Returns the bytes of a text.
  func text(_ index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

  /// Returns the text for users.
  func string(_ index: Int) -> String { String(decoding: text(index), as: UTF8.self) }

  /// Returns the index of a cell's text; nil if the table does not have it.
  func index(of cell: Span<UInt8>) -> Int? {
    if CellText.isPlain(cell) { return find(cell, CellText.hash(cell)).index }
    let canonical = CellText.canonical(cell)
    return find(canonical.span, CellText.hash(canonical.span)).index
  }

  /// Counts a cell, and returns its hash.
  @discardableResult
  mutating func add(_ cell: Span<UInt8>, times: Int = 1) -> UInt64 {
    if CellText.isPlain(cell) { return addPlain(cell, times: times) }
    let canonical = CellText.canonical(cell)
    return addPlain(canonical.span, times: times)
  }

  private mutating func addPlain(_ cell: Span<UInt8>, times: Int) -> UInt64 {
    let hash = CellText.hash(cell)
    let (index, place) = find(cell, hash)
    if let index {
      counts[index] += times
      return hash
    }
    places[place] = Int32(truncatingIfNeeded: ends.count)
    for index in cell.indices { bytes.append(cell[index]) }
    ends.append(bytes.count)
    hashes.append(hash)
    counts.append(times)
    if ends.count > capacity { forget() }
    if ends.count * 2 > places.count { rebuild(slots: places.count * 2) }
    return hash
  }

  /// Adds the counts of another table, in its order.
  mutating func merge(_ other: LevelTable) {
    for index in 0..<other.count {
      let text = other.text(index)
      add(text.span, times: other.counts[index])
    }
    lostCount += other.lostCount
  }

  /// Copies the lost count of another table of the same texts.
  mutating func keep(lostCount: Int) { self.lostCount = lostCount }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    hashes.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    lostCount = 0
    for index in places.indices { places[index] = -1 }
  }

  /// The indices of the texts, the most frequent first; among equally frequent ones by their bytes.
  var ranked: [Int] {
    counts.indices.sorted { a, b in
      counts[a] != counts[b] ? counts[a] > counts[b] : text(a).lexicographicallyPrecedes(text(b))
    }
  }

  private func find(_ cell: Span<UInt8>, _ hash: UInt64) -> (index: Int?, place: Int) {
    let mask = places.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while true {
      let index = Int(places[place])
      if index < 0 { return (nil, place) }
      if hashes[index] == hash, isEqual(index, cell) { return (index, place) }
      place = (place + 1) & mask
    }
  }

  private func isEqual(_ index: Int, _ cell: Span<UInt8>) -> Bool {
    let start = index == 0 ? 0 : ends[index - 1]
    guard ends[index] - start == cell.count else { return false }
    for offset in cell.indices where bytes[start + offset] != cell[offset] { return false }
    return true
  }

  private mutating func rebuild(slots: Int) {
    places = Array(repeating: -1, count: slots)
    let mask = slots - 1
    for (index, hash) in hashes.enumerated() {
      var place = Int(truncatingIfNeeded: hash) & mask
      while places[place] >= 0 { place = (place + 1) & mask }
      places[place] = Int32(truncatingIfNeeded: index)
    }
  }

  /// Subtracts the median count from all, which at least halves the table.
  private mutating func forget() {
    let taken = counts.sorted()[counts.count / 2]
    var kept = LevelTable(capacity: capacity)
    var lost = lostCount
    for index in counts.indices {
      let left = counts[index] - taken
      lost += min(counts[index], taken)
      let text = text(index)
      if left > 0 { kept.add(text.span, times: left) }
    }
    self = kept
    lostCount = lost
  }
}
