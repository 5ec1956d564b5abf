import MisfitCore

extension TableProfile {
  /// The table that a model sees; nil where its columns are taken as they stand.
  ///
  /// - Throws: ``IngestError`` for kinds of columns that are not there, and where no column is left.
  func table(
    options: TypingOptions, scaling: ScalingChoice, hasIndicators: Bool = true
  ) throws(IngestError) -> TableSchema? {
    guard let decided = try decided(options: options, scaling: scaling, hasIndicators: hasIndicators) else {
      return nil
    }
    let isAmongNumbers = holdsNumbers(options, scaling)
    guard decided.contains(where: { $0.isUsed && (isAmongNumbers || !$0.isConstant) }) else {
      throw IngestError(.nothingToLearnFrom(decided.map(\.uselessText)), at: InputPosition(source: source))
    }
    return TableSchema(
      columns: decided, missingWords: options.allMissingWords, placeholderWords: options.allPlaceholderWords)
  }

  /// What the columns are; nil where all of them are numbers without a missing cell, a decimal comma or a few wild values that hide the
  /// others, and nobody says otherwise: such a table is taken as it stands.
  ///
  /// - Throws: ``IngestError`` for kinds of columns that are not there.
  func decided(
    options: TypingOptions, scaling: ScalingChoice, hasIndicators: Bool = true
  ) throws(IngestError) -> [TableColumn]? {
    guard rowCount > 0 else {
      throw IngestError(.tooFewRows(0, needed: 1), at: InputPosition(source: source))
    }
    try checkNames(options)
    // One column at a time: what decides on it takes far more memory than the decision.
    let isAmongNumbers = isAmongNumbers(options, scaling)
    if holdsNumbers(options, scaling), isOrdinary(options, scaling) {
      try checkRanges { _ in true }
      return nil
    }
    let decided = columns.indices.map { index in
      var column = decision(index, options, scaling, isAmongNumbers: isAmongNumbers).column
      column.hasIndicator = column.hasIndicator && hasIndicators
      return column
    }
    try checkRanges { decided[$0].isUsed && decided[$0].number != nil }
    return decided
  }

  /// Refuses columns of numbers whose variance is no double, among those that are learned from.
  private func checkRanges(_ isLearned: (Int) -> Bool) throws(IngestError) {
    for index in columns.indices where isLearned(index) && !columns[index].hasFiniteMoments {
      let place = InputPosition(source: source, column: layout.featureName(at: index))
      throw IngestError(.rangeTooLarge, at: place)
    }
  }

  /// Whether all columns are numbers and nobody says otherwise.
  private func holdsNumbers(_ options: TypingOptions, _ scaling: ScalingChoice) -> Bool {
    options.isEmpty && !scaling.needsQuantiles && isPlain
      && columns.allSatisfy { $0.numberCount == $0.cellCount }
  }

  /// Whether the columns of a table of numbers are all used as they are, or none is.
  private func isOrdinary(_ options: TypingOptions, _ scaling: ScalingChoice) -> Bool {
    var (isPlain, hasUsed, isSpoiled) = (true, false, false)
    for index in columns.indices {
      let decision = decision(index, options, scaling, isAmongNumbers: true)
      let kind = decision.decideAmongNumbers()?.0
      isPlain = isPlain && kind == nil
      hasUsed = hasUsed || kind?.isUsed ?? true
      isSpoiled = isSpoiled || decision.isSpoiled
      // Nothing but the numbers of the records is something to learn from, too.
      if !isPlain && hasUsed || isSpoiled && scaling == .automatic { return false }
    }
    return true
  }

  /// Whether the columns keep to numbers where nothing else is asked for.
  func isAmongNumbers(_ options: TypingOptions, _ scaling: ScalingChoice) -> Bool {
    !isText || holdsNumbers(options, scaling)
  }

  /// What is decided on a column; see ``isAmongNumbers(_:_:)``.
  func decision(
    _ index: Int, _ options: TypingOptions, _ scaling: ScalingChoice, isAmongNumbers: Bool
  ) -> ColumnDecision {
    let name = layout.featureName(at: index)
    return ColumnDecision(
      name: name, profile: columns[index], options: options, scaling: scaling,
      notation: notation(index), isAmongNumbers: isAmongNumbers, isText: isText,
      isUnnamed: layout.namesAreGiven && (name == FeatureName.ofColumn(index) || name == "Unnamed: 0"),
      isFirstWithoutName: !layout.namesAreGiven && index == 0, tableOrder: dateOrder,
      takesUnreadAsMissing: policy == .missing)
  }

  private func checkNames(_ options: TypingOptions) throws(IngestError) {
    let unknown = options.kinds.keys.sorted().filter { !layout.columns.contains($0) }
    guard !unknown.isEmpty else { return }
    let names = unknown.map {
      IngestError.UnknownName(name: $0, nearest: NearestSpelling.of($0, among: layout.columns))
    }
    throw IngestError(
      .unknownColumns(names, option: .columnKind, hasHeader: layout.namesAreGiven),
      at: InputPosition(source: source))
  }
}

extension TableColumn {
  /// That and why the column is left out: `"id" is left out as identifier: 30 different texts in 30 cells`.
  public var leftOutText: String { "\"\(name)\" is left out as \(kind.rawValue): \(reason)" }

  /// Why nothing can be learned from it.
  fileprivate var uselessText: String {
    isUsed ? "\"\(name)\" is constant: \(reason)" : leftOutText
  }

  /// `"load" has values far from most: they are bent in, so that they do not hide the rest`.
  public var bentText: String {
    "\"\(name)\" has values far from most: they are bent in, so that they do not hide the rest"
  }
}

extension ScalingChoice {
  /// Whether the scaling is learned from quantiles.
  var needsQuantiles: Bool { self == .robust || self == .quantileNormal }
}

extension Schema {
  /// The schema of a table whose columns are decided.
  init(_ table: TableSchema, layout: RecordLayout, scaling: ScalingChoice, rowCount: Int) {
    let used = table.used
    self.init(
      shape: .row(used.count), columnNames: used.map(\.name), namesAreGiven: layout.namesAreGiven,
      scaling: scaling == .automatic ? .standard : scaling, rowCount: rowCount,
      means: used.map { $0.numbers?.mean ?? 0 },
      standardDeviations: used.map { $0.numbers?.deviation ?? 0 },
      minima: used.map { $0.numbers?.least ?? 0 },
      maxima: used.map { $0.numbers?.largest ?? 0 },
      offsets: used.map { $0.number?.offset ?? 0 }, scales: used.map { $0.number?.scale ?? 1 },
      preparation: nil,
      table: table)
  }

  /// The inputs of a model: those of the columns, or as many as there are values.
  public var inputShape: Shape { table.map { .row($0.inputCount) } ?? shape }

  /// The number of inputs.
  public var inputCount: Int { inputShape.elementCount }

  /// The columns whose far values are bent in though nobody asked for it.
  public var bentColumns: [TableColumn] {
    scaling == .robust ? [] : table?.used.filter { $0.number?.bend != nil } ?? []
  }

  /// The inputs of a column.
  public func inputs(of column: Int) -> Range<Int> { table?.inputs(of: column) ?? column..<column + 1 }

  /// What a model's inputs say of a column, in its own units.
  ///
  /// Shapes: `inputs` [E].
  public func cell(of inputs: Span<Float>, column: Int) -> CellValue {
    guard let table else { return .number(decode(inputs[column], column: column)) }
    return TableEncoder(table: table).decode(inputs, column: column)
  }

  /// A record's value for people; `text` is that of a level that training did not have.
  public func cell(ofValue value: Double, text: String? = nil, column: Int) -> CellValue {
    guard let table else { return value.isNaN ? .missing : .number(value) }
    return TableEncoder(table: table).cell(value, text: text, column: column)
  }

  /// Whether a missing cell of a column is nothing special: training had some.
  public func expectsMissing(_ column: Int) -> Bool { (table?.used[column].missingCount ?? 0) > 0 }

  /// The share of a column's cells, the missing left out, that have a level; nil for other cells, and for levels that
  /// training did not count one by one.
  public func share(of cell: CellValue, column: Int) -> Double? {
    guard case .level(let text) = cell, let column = table?.used[column],
      let level = column.levels.first(where: { $0.text == text }), column.cellCount > column.missingCount
    else { return nil }
    return Double(level.count) / Double(column.cellCount - column.missingCount)
  }

  /// Whether training had no such cell in a column: a missing one where each had a value, or a level of which there was
  /// none.
  public func isNew(_ cell: CellValue, column: Int) -> Bool {
    switch cell {
    case .missing: return !expectsMissing(column)
    case .level(let text):
      guard let column = table?.used[column], column.otherCount == 0 else { return false }
      return !column.levels.contains { $0.text == text }
    case .number, .date: return false
    }
  }

  /// The input of a missing cell of a table of numbers: a deviation beyond the largest value of training, and at least
  /// four from the mean.
  func missingInput(_ column: Int) -> Float {
    let deviation = standardDeviations[column]
    let step = deviation.isNormal ? deviation : scales[column].magnitude
    return encode(max(maxima[column] + step, means[column] + TableEncoder.surprise * step), column: column)
  }
}
