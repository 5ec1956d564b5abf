import MisfitCore

/// The profiles of a table's columns.
///
/// The columns of a wide table are profiled one at a time when they are asked for, from cells that are held: a profile
/// takes thousands of bytes, and the cells of a few rows a hundred. Past ``heldBytesPerColumn`` the cells make room for
/// profiles of all columns.
struct ColumnProfiles: RandomAccessCollection, Sendable {
  /// The bytes of cells that are held, on average over the columns.
  static let heldBytesPerColumn = 2560

  /// Some records of the table.
  fileprivate struct Cells: Sendable {
    let firstRecord: Int
    let rowCount: Int
    /// [rowCount, width].
    let values: [Double]
    let bytes: [UInt8]
    /// Where each cell ends in `bytes`; empty where the source has numbers only.
    let ends: [UInt32]

    var byteCount: Int { values.count * 8 + bytes.count + ends.count * 4 }
  }

  /// Whether a column counts its numbers as texts, too.
  private let keepsNumbers: [Bool]
  private let words: CellWords
  private var held: [Cells] = []
  private var heldByteCount = 0
  /// Empty while cells are held.
  private var profiles: [ColumnProfile]

  /// `holdsCells` is for tables whose records come in small parts, through ``add(_:)``; the parts of others are merged.
  init(keepsNumbers: [Bool], words: CellWords, holdsCells: Bool) {
    self.keepsNumbers = keepsNumbers
    self.words = words
    profiles = holdsCells ? [] : Self.blank(keepsNumbers)
  }

  /// Profiles that have seen nothing; they share their memory until they do.
  static func blank(_ keepsNumbers: [Bool]) -> [ColumnProfile] {
    let (plain, keeping) = (ColumnProfile(keepsNumbers: false), ColumnProfile(keepsNumbers: true))
    return keepsNumbers.map { $0 ? keeping : plain }
  }

  var startIndex: Int { 0 }
  var endIndex: Int { keepsNumbers.count }

  subscript(index: Int) -> ColumnProfile {
    guard profiles.isEmpty else { return profiles[index] }
    var profile = ColumnProfile(keepsNumbers: keepsNumbers[index])
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
    profiles = Self.blank(keepsNumbers)
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
  /// A copy of a batch's cells.
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
