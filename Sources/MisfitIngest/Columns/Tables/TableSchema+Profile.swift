import MisfitCore

extension TableProfile {
  /// Returns the table that a model uses; nil if its columns are used as they are.
  ///
  /// - Throws: ``IngestError`` for kinds of columns that do not exist, and if no column is left.
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

  /// Returns the columns; nil if all of them are numbers without a missing cell, a decimal comma or a few
  /// extreme values that hide the others, and the user chose nothing: such a table is used as it is.
  ///
  /// - Throws: ``IngestError`` for kinds of columns that do not exist.
  func decided(
    options: TypingOptions, scaling: ScalingChoice, hasIndicators: Bool = true
  ) throws(IngestError) -> [TableColumn]? {
    guard rowCount > 0 else {
      throw IngestError(.tooFewRows(0, needed: 1), at: InputPosition(source: source))
    }
    try checkNames(options)
    // One column at a time: deciding takes far more memory than the decision.
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
    try checkRanges { decided[$0].number != nil }
    return decided
  }

  /// Refuses columns of numbers whose variance is not finite, among those that are learned from.
  private func checkRanges(_ isLearned: (Int) -> Bool) throws(IngestError) {
    for index in columns.indices where isLearned(index) && !columns[index].hasFiniteMoments {
      let place = InputPosition(source: source, column: layout.featureName(at: index))
      throw IngestError(.rangeTooLarge, at: place)
    }
  }

  /// Returns whether all columns are numbers and the user chose nothing else.
  private func holdsNumbers(_ options: TypingOptions, _ scaling: ScalingChoice) -> Bool {
    options.isEmpty && !scaling.needsQuantiles && isPlain
      && columns.allSatisfy { $0.numberCount == $0.cellCount }
  }

  /// Returns whether the columns of a table of numbers are all used as they are, or none is.
  private func isOrdinary(_ options: TypingOptions, _ scaling: ScalingChoice) -> Bool {
    var (isPlain, hasUsed, isSpoiled) = (true, false, false)
    for index in columns.indices {
      let decision = decision(index, options, scaling, isAmongNumbers: true)
      let kind = decision.decideAmongNumbers()?.0
      isPlain = isPlain && kind == nil
      hasUsed = hasUsed || kind?.isUsed ?? true
      isSpoiled = isSpoiled || decision.isSpoiled
      // If there are no columns but the numbers of the records, they are learned from.
      if !isPlain && hasUsed || isSpoiled && scaling == .automatic { return false }
    }
    return true
  }

  /// Returns whether the columns stay numbers unless the user chose otherwise.
  func isAmongNumbers(_ options: TypingOptions, _ scaling: ScalingChoice) -> Bool {
    !isText || holdsNumbers(options, scaling)
  }

  /// Returns the decision on a column; see ``isAmongNumbers(_:_:)``.
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
  /// The reason why the column is left out: `"id" is left out as identifier: 30 different texts in 30 cells`.
  package var leftOutText: MessageText { "\"\(name)\" is left out as \(kind.rawValue): \(reason)" }

  /// The reason why nothing can be learned from it.
  fileprivate var uselessText: MessageText {
    isUsed ? "\"\(name)\" is constant: \(reason)" : leftOutText
  }

  /// `"load" has extreme values, which are log-compressed so that they do not hide the rest`.
  package var compressionText: String {
    "\"\(name)\" has extreme values, which are log-compressed so that they do not hide the rest"
  }
}

extension ScalingChoice {
  /// Whether the scaling needs quantiles.
  var needsQuantiles: Bool { self == .robust || self == .quantileNormal }
}

extension Schema {
  /// Makes the schema of a table whose columns are decided.
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

  /// The shape of a model's inputs: those of the columns, or the shape of a sample.
  package var inputShape: SampleShape { table.map { .row($0.inputCount) } ?? shape }

  /// The number of inputs.
  package var inputCount: Int { inputShape.elementCount }

  /// The columns whose extreme values are log-compressed although robust scaling was not chosen.
  package var compressedColumns: [TableColumn] {
    scaling == .robust ? [] : table?.used.filter { $0.number?.knee != nil } ?? []
  }

  /// Returns the inputs of a column.
  package func inputs(of column: Int) -> Range<Int> { table?.inputs(of: column) ?? column..<column + 1 }

  /// Returns the cell of a column in a model's inputs, in its own units.
  ///
  /// Shapes: `inputs` [E].
  package func cell(of inputs: Span<Float>, column: Int) -> CellValue {
    guard let table else { return .number(decode(inputs[column], column: column)) }
    return table.used[column].encoding.cells?.decode(inputs, at: table.starts[column]) ?? .missing
  }

  /// Returns a record's value for users; `text` is that of a level unseen in training.
  package func cell(ofValue value: Double, text: String? = nil, column: Int) -> CellValue {
    if value.isNaN { return .missing }
    return table?.used[column].encoding.cells?.cell(value, text: text) ?? .number(value)
  }

  /// Returns whether missing cells of a column are normal: training had some.
  package func expectsMissing(_ column: Int) -> Bool { (table?.used[column].missingCount ?? 0) > 0 }

  /// Returns the share of a level among the present cells of its column; nil for other cells, and for levels
  /// that training did not count.
  package func share(of cell: CellValue, column: Int) -> Double? {
    guard case .level(let text) = cell, let column = table?.used[column],
      let level = column.levels.first(where: { $0.text == text }), column.presentCount > 0
    else { return nil }
    return Double(level.count) / Double(column.presentCount)
  }

  /// Returns whether a cell is unseen in training: a missing one in a column that had none, or an unseen
  /// level.
  package func isNew(_ cell: CellValue, column: Int) -> Bool {
    switch cell {
    case .missing: return !expectsMissing(column)
    case .level(let text):
      guard let counts = table?.used[column].encoding.levelCounts else { return false }
      return counts.otherCount == 0 && !counts.levels.contains { $0.text == text }
    case .number, .date: return false
    }
  }

  /// Returns the input of a missing cell of a table of numbers: one deviation beyond the largest training
  /// value, and at least four from the mean.
  func missingInput(_ column: Int) -> Float {
    let deviation = standardDeviations[column]
    let step = deviation.isNormal ? deviation : scales[column].magnitude
    return encode(max(maxima[column] + step, means[column] + TableEncoder.surprise * step), column: column)
  }
}
