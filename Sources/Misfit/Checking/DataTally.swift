import MisfitCore
import MisfitIngest

/// The counts of the columns of checked data, collected in one pass in constant memory.
///
/// The bins of all rows are counted up to a million rows; beyond, those of every eighth row, which counts
/// eight times. Missing cells are counted in every row.
struct DataTally: Sendable {
  private(set) var columns: [ColumnTally]
  private(set) var rowCount = 0
  /// The number of rows of a block, a power of two.
  private(set) var blockRowCount = 1
  /// The identifiers of rows that are examples, by their ordinal.
  private(set) var names: [Int: String] = [:]

  init(_ plans: [CheckedColumnPlan]) { columns = plans.map { ColumnTally($0) } }

  /// The number of blocks that have rows.
  var usedBlockCount: Int { (rowCount + blockRowCount - 1) / blockRowCount }

  /// Adds the rows of a batch.
  mutating func update(_ batch: ScoredBatch) {
    let records = batch.records
    defer { rowCount += batch.count }
    guard !columns.isEmpty, records.width == columns.count else { return }
    while rowCount + batch.count > blockRowCount * ColumnTally.blockCount {
      blockRowCount *= 2
      for column in columns.indices { columns[column].joinBlocks() }
    }
    for column in columns.indices {
      columns[column].add(
        records, column: column, count: batch.count, from: rowCount, blockRowCount: blockRowCount)
    }
    noteUnseen(in: records, count: batch.count)
    for column in columns.indices where columns[column].hasNewExamples {
      columns[column].hasNewExamples = false
      for ordinal in columns[column].examples.flatMap(\.self) where ordinal >= rowCount {
        names[ordinal] = batch.id(at: ordinal - rowCount)
      }
    }
  }

  private mutating func noteUnseen(in records: borrowing RecordBatch, count: Int) {
    guard records.hasUnknownLevels else { return }
    for column in columns.indices {
      guard case .levels = columns[column].plan.content else { continue }
      for row in 0..<count {
        if let text = records.unknownLevel(row: row, column: column) { columns[column].note(unseen: text) }
      }
    }
  }
}

extension CheckedColumnPlan {
  /// Returns the plans of a model's columns; empty for images and series.
  static func plans(of detector: Detector) -> [CheckedColumnPlan] {
    let schema = detector.schema
    guard schema.shape.imageExtents == nil, !detector.scoresWindows else { return [] }
    return (0..<schema.width).map { column in
      let profile = detector.record.profile?.columns[column]
      guard let typed = schema.table?.used[column] else {
        return CheckedColumnPlan(
          numbers: schema.featureName(at: column), kind: ColumnKind.numeric.rawValue, profile, schema, column,
          range: schema.minima[column]...schema.maxima[column], cells: (schema.rowCount, 0))
      }
      let cells = (total: typed.cellCount, missing: typed.missingCount)
      if let counts = typed.encoding.levelCounts {
        return CheckedColumnPlan(
          name: typed.name, kind: typed.kind.rawValue,
          content: .levels(counts.levels.map(\.text), hasOthers: counts.otherCount > 0),
          counts: counts.levels.map(\.count) + [counts.otherCount], cellCount: cells.total,
          missingCount: cells.missing, trend: 0)
      }
      guard typed.holdsNumbers, let numbers = typed.numbers else {
        return CheckedColumnPlan(
          name: typed.name, kind: typed.kind.rawValue, content: .dates, counts: [], cellCount: cells.total,
          missingCount: cells.missing, trend: 0)
      }
      return CheckedColumnPlan(
        numbers: typed.name, kind: typed.kind.rawValue, profile, schema, column,
        range: numbers.least...max(numbers.least, numbers.largest), cells: cells)
    }
  }

  /// Creates the plan of a column of numbers; without a profile, only its range is known.
  private init(
    numbers name: String, kind: String, _ profile: ReferenceProfile.Column?, _ schema: Schema, _ column: Int,
    range: ClosedRange<Double>, cells: (total: Int, missing: Int)
  ) {
    let edges =
      profile?.edges.map { schema.number(ofInput: $0, column: column) }
      ?? [range.lowerBound.nextDown, range.upperBound]
    self.init(
      name: name, kind: kind, content: .numbers(edges: edges),
      counts: profile?.counts ?? [0, max(1, cells.total - cells.missing), 0], cellCount: cells.total,
      missingCount: cells.missing, trend: Double(profile?.trend ?? 0))
  }
}
