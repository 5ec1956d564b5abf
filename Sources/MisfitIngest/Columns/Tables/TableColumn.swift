import MisfitCore

/// A column of a table, with its kind and encoding and the reasons for them.
package struct TableColumn: Sendable, Hashable {
  /// The name of the column.
  package var name: String
  /// The reason for the kind, as a sentence without a period.
  package var reason: MessageText
  /// The number of cells, including missing ones.
  package var cellCount: Int
  /// The number of missing cells.
  package var missingCount: Int
  /// The estimated number of different values.
  package var distinctCount: Int
  /// The encoding of its cells.
  package var encoding: ColumnEncoding
  /// The statistics of its numbers, whatever its kind; nil for dates, and if there are none.
  package var numbers: NumberFigures?
  /// The reason why cells that may be numbers are read as texts, as a part of a sentence; nil if there are
  /// none.
  package var unreadNumbers: MessageText?
  /// Whether it has an input that indicates missing cells.
  package var hasIndicator = false
  /// Whether ``TypingOptions/placeholderWords`` mean "no value" in it; nil if they do not.
  package var placeholdersAreMissing: Bool?
  /// The number of cells that are not of the column's kind; nil if there are none.
  package var unreadCount: Int?
  /// A remark on the interpretation of its cells if another one is possible, as a sentence without a period.
  package var remark: MessageText?

  /// The share of missing cells.
  package var missingShare: Double { cellCount == 0 ? 0 : Double(missingCount) / Double(cellCount) }

  /// Whether every cell had the same value.
  package var isConstant: Bool { missingCount == 0 && distinctCount == 1 }

  /// The number of cells that are not missing.
  package var presentCount: Int { cellCount - missingCount }

  /// The kind of its cells.
  package var kind: ColumnKind { encoding.kind }

  /// Whether models use the column.
  package var isUsed: Bool { kind.isUsed }

  /// The number of inputs for the value, without the indicator.
  package var valueWidth: Int { encoding.cells?.inputCount ?? 0 }

  /// The number of inputs.
  package var width: Int { valueWidth + (hasIndicator ? 1 : 0) }

  /// The inputs of a missing cell, including the indicator.
  var missingInputs: [Float] {
    guard let cells = encoding.cells else { return [] }
    let isExpected = missingCount > 0
    if isExpected, !hasIndicator { return Array(repeating: .nan, count: valueWidth) }
    let inputs = isExpected ? cells.neutralInputs(of: self) : cells.unseenInputs(of: self)
    return inputs + (hasIndicator ? [isExpected ? 1 : 0] : [])
  }
}

/// The parts of the encoding, where the kind is of no interest.
extension TableColumn {
  /// The encoding of numbers; nil for other kinds.
  package var number: NumberEncoding? {
    if case .number(let cells) = encoding { cells.encoding } else { nil }
  }

  /// Whether the cells are numbers.
  package var holdsNumbers: Bool { if case .number = encoding { true } else { false } }

  /// The notation of numbers; the plain one for other kinds.
  package var notation: NumberNotation {
    if case .number(let cells) = encoding { cells.notation } else { NumberNotation() }
  }

  /// The numbers that mean "no value"; empty for other kinds.
  package var sentinels: [Double] {
    if case .number(let cells) = encoding { cells.sentinels } else { [] }
  }

  /// The dates; nil for other kinds.
  package var dates: DateCells? { if case .date(let cells) = encoding { cells } else { nil } }

  /// The levels with an input of their own, or the most frequent texts of a column that is left out.
  package var levels: [ColumnLevel] { encoding.levelCounts?.levels ?? [] }
}

/// Statistics of a column's numbers, without missing cells.
package struct NumberFigures: Sendable, Hashable, Codable {
  /// The mean.
  package var mean: Double
  /// The population standard deviation.
  package var deviation: Double
  /// The minimum.
  package var least: Double
  /// The first quartile; of a sample if there are more than 8,192 numbers, like the next two.
  package var lowerQuartile: Double
  /// The median.
  package var median: Double
  /// The third quartile.
  package var upperQuartile: Double
  /// The maximum.
  package var largest: Double
}
