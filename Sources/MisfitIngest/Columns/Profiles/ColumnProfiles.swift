import MisfitCore

/// The profiles of a table's columns.
///
/// The columns of a wide table are profiled one at a time on access, from cells held in memory: a profile
/// takes thousands of bytes, the cells of a few rows a hundred. Beyond ``heldBytesPerColumn`` the cells are
/// replaced by profiles of all columns.
struct ColumnProfiles: RandomAccessCollection, Sendable {
  /// The maximum number of bytes of held cells, on average over the columns.
  static let heldBytesPerColumn = 2560

  /// The cells of some records.
  fileprivate struct Cells: Sendable {
    let firstRecord: Int
    let rowCount: Int
    /// The numbers, [rowCount, width].
    let values: [Double]
    let bytes: [UInt8]
    /// The end of each cell in `bytes`; empty if the source has numbers only.
    let ends: [UInt32]

    var byteCount: Int { values.count * 8 + bytes.count + ends.count * 4 }
  }

  /// Whether each column counts its numbers as texts, too.
  private let keepsNumbers: [Bool]
  /// The numbers of each column that are read as "no value"; empty for none.
  private let sentinels: [[Double]]
  private let words: CellWords
  private var held: [Cells] = []
  private var heldByteCount = 0
  /// The profiles; empty while cells are held.
  private var profiles: [ColumnProfile]

  /// Makes empty profiles; `holdsCells` is for tables whose records are added by ``add(_:)`` in small
  /// batches; other tables merge profiles.
  init(keepsNumbers: [Bool], sentinels: [[Double]] = [], words: CellWords, holdsCells: Bool) {
    self.keepsNumbers = keepsNumbers
    self.sentinels = sentinels
    self.words = words
    profiles = holdsCells ? [] : Self.blank(keepsNumbers, sentinels)
  }

  /// Returns empty profiles, which share their memory until they are used.
  static func blank(_ keepsNumbers: [Bool], _ sentinels: [[Double]] = []) -> [ColumnProfile] {
    let (plain, keeping) = (ColumnProfile(keepsNumbers: false), ColumnProfile(keepsNumbers: true))
    guard !sentinels.isEmpty else { return keepsNumbers.map { $0 ? keeping : plain } }
    return zip(keepsNumbers, sentinels).map { keeps, sentinels in
      sentinels.isEmpty
        ? keeps ? keeping : plain : ColumnProfile(keepsNumbers: keeps, sentinels: sentinels)
    }
  }

  var startIndex: Int { 0 }
  var endIndex: Int { keepsNumbers.count }

  subscript(index: Int) -> ColumnProfile {
    guard profiles.isEmpty else { return profiles[index] }
    var profile = ColumnProfile(
      keepsNumbers: keepsNumbers[index], sentinels: sentinels.isEmpty ? [] : sentinels[index])
    for cells in held { add(cells, column: index, to: &profile) }
    return profile
  }

  /// Adds the profiles of further records.
  mutating func merge(_ parts: [ColumnProfile]) {
    for index in profiles.indices { profiles[index].merge(parts[index]) }
  }

  /// Adds further records.
  mutating func add(_ batch: borrowing RecordBatch) {
    let cells = Cells(batch)
    guard profiles.isEmpty else { return addToProfiles(cells) }
    held.append(cells)
    heldByteCount += cells.byteCount
    guard heldByteCount > Self.heldBytesPerColumn * count else { return }
    profiles = Self.blank(keepsNumbers, sentinels)
    for cells in held { addToProfiles(cells) }
    held = []
  }

  private mutating func addToProfiles(_ cells: Cells) {
    for index in profiles.indices { add(cells, column: index, to: &profiles[index]) }
  }

  private func add(_ cells: Cells, column: Int, to profile: inout ColumnProfile) {
    let bytes = cells.bytes.span
    for row in 0..<cells.rowCount {
      let place = row * keepsNumbers.count + column
      let (number, record) = (cells.values[place], cells.firstRecord + row)
      if cells.ends.isEmpty {
        profile.addCell(number: number, record: record)
      } else {
        let range = Int(place == 0 ? 0 : cells.ends[place - 1])..<Int(cells.ends[place])
        profile.add(
          bytes.extracting(range), number: number.isNaN ? nil : number, record: record, words: words)
      }
    }
  }
}

extension ColumnProfiles.Cells {
  /// Copies the cells of a batch.
  fileprivate init(_ batch: borrowing RecordBatch) {
    let count = batch.rowCount * batch.width
    firstRecord = batch.firstRecord
    rowCount = batch.rowCount
    values =
      batch.values.isEmpty ? batch.bytes.prefix(count).map { Double($0) } : Array(batch.values[..<count])
    bytes = batch.cellBytes
    ends = batch.cellEnds.map { UInt32($0) }
  }
}
