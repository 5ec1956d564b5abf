import MisfitCore

/// Decides the kind of a column and its encoding.
struct ColumnDecision {
  let name: String
  private(set) var profile: ColumnProfile
  let options: TypingOptions
  let scaling: ScalingChoice
  let notation: ColumnNotation
  /// Whether all columns are numbers and remain so: 0 and 1 are then not levels, and numbers that count
  /// records are not names.
  let isAmongNumbers: Bool
  /// Whether the values are cells of a text, whose columns can be left out; otherwise they are elements of an
  /// array.
  let isText: Bool
  /// Whether the header has no name for the column, as for the index that data frames write.
  let isUnnamed: Bool
  /// Whether the column is the first of a table without a header.
  let isFirstWithoutName: Bool
  /// The order of the dates of another column, used for dates here that do not determine theirs.
  let tableOrder: TableDateOrder?
  /// Whether cells that are not of the column's kind are read as missing.
  let takesUnreadAsMissing: Bool
  /// A sample of the numbers, ascending.
  let sorted: [Double]
  let levels: LevelTable
  /// The dates; nil if the column has none.
  private(set) var dates: DateFinding?
  /// Whether placeholders were read as missing cells.
  private let isWithoutPlaceholders: Bool

  init(
    name: String, profile: ColumnProfile, options: TypingOptions, scaling: ScalingChoice,
    notation: ColumnNotation = ColumnNotation(), isAmongNumbers: Bool = false,
    isText: Bool = true, isUnnamed: Bool = false, isFirstWithoutName: Bool = false,
    tableOrder: TableDateOrder? = nil, takesUnreadAsMissing: Bool = false
  ) {
    var profile = profile
    isWithoutPlaceholders = Self.holdsValues(profile, as: options.kinds[name])
    if isWithoutPlaceholders { profile.setAsidePlaceholders(options.allPlaceholderWords) }
    self.name = name
    self.options = options
    self.scaling = scaling
    self.notation = notation
    self.isAmongNumbers = isAmongNumbers
    self.isText = isText
    self.isUnnamed = isUnnamed
    self.isFirstWithoutName = isFirstWithoutName
    self.tableOrder = tableOrder
    self.takesUnreadAsMissing = takesUnreadAsMissing
    sorted = profile.sample.sorted
    levels = profile.levels
    self.profile = profile
    dates = findDates()
  }

  /// Returns whether a column contains numbers or dates apart from placeholders.
  private static func holdsValues(_ profile: ColumnProfile, as kind: ColumnKind?) -> Bool {
    switch kind {
    case .numeric, .count, .datetime, .boolean: return true
    case .some: return false
    case nil:
      let rest = profile.presentCount - profile.placeholderCount
      let dateCount = max(profile.dayFirst.count, profile.monthFirst.count, profile.yearFirst.count)
      return rest > 0 && (profile.numberCount * 2 >= rest || dateCount * 10 >= rest * 9)
    }
  }

  /// Texts with more words than this on average are sentences.
  private static let wordsOfSentences = 4.0
  /// Fewer different texts than this are levels, however rare each is.
  static let fewLevels = 50

  var column: TableColumn {
    let (kind, reason) = decide()
    let spread = kind == .datetime ? dates.map { DateSpread($0.profile) } : nil
    var column = TableColumn(
      name: name, reason: reason, cellCount: profile.cellCount,
      missingCount: profile.missingCount + (spread?.sentinelCount(of: dates?.readCount ?? 0) ?? 0),
      distinctCount: profile.distinctCount, encoding: encoding(as: kind, spread))
    if kind != .datetime { column.numbers = figures }
    if isWithoutPlaceholders { column.placeholdersAreMissing = true }
    column.unreadNumbers = notation.problem
    let unread = unreadCount(as: kind)
    if unread > 0 {
      column.unreadCount = unread
      if takesUnreadAsMissing { column.missingCount += unread }
    }
    column.remark = remark(on: column)
    column.hasIndicator = kind.isUsed && column.missingCount > 0
    return column
  }

  private func encoding(as kind: ColumnKind, _ spread: DateSpread?) -> ColumnEncoding {
    switch kind {
    case .numeric, .count:
      let isCount = kind == .count
      return .number(
        NumberCells(
          encoding: numberEncoding(isCount: isCount), notation: notation.notation, isCount: isCount,
          sentinels: profile.sentinels))
    case .boolean: return .boolean(BooleanCells(counts: booleanCounts))
    case .categorical: return .categorical(LevelCells(counts: levelCounts))
    case .datetime: return .date(dateCells(spread))
    case .identifier, .constant, .text: return .omitted(as: kind, counts(atMost: 3))
    }
  }

  /// Returns the number of cells that are not of the column's kind.
  private func unreadCount(as kind: ColumnKind) -> Int {
    switch kind {
    case .numeric, .count: profile.textCount
    case .datetime: profile.presentCount - (dates?.readCount ?? 0)
    case .boolean, .categorical, .identifier, .constant, .text: 0
    }
  }

  // MARK: The kind

  private func decide() -> (ColumnKind, MessageText) {
    if isAmongNumbers {
      if let special = decideAmongNumbers() { return special }
      return (.numeric, "every value is a number\(isSpoiled ? ", a few of them far from all others" : "")")
    }
    if let kind = options.kinds[name] {
      guard kind != .boolean || levels.count == 2 else {
        return (.categorical, "\(.columnKind) is boolean, but there are \(levels.count) levels")
      }
      let isEmpty = (kind == .numeric || kind == .count) && profile.numberCount == 0
      return (kind, isEmpty ? "set by \(.columnKind), but no cell is a number" : "set by \(.columnKind)")
    }
    let present = profile.presentCount
    guard present > 0 else { return (.constant, "no cell has a value") }
    if isConstant { return decideConstant() }
    if let codes = decideCodes() { return codes }
    if profile.numberCount * 2 >= present {
      return decideDates() ?? decideIndex(fewest: 3) ?? decideNumbers()
    }
    if let dates = decideDates() { return dates }
    let (kind, reason) = decideTexts()
    return (kind, notation.problem.map { "\(reason); \($0)" } ?? reason)
  }

  /// Whether every cell is the same.
  private var isConstant: Bool { profile.missingCount == 0 && profile.distinctCount == 1 }

  /// A constant says nothing about the training rows; but another value in it is an anomaly.
  private func decideConstant() -> (ColumnKind, MessageText) {
    let reason: MessageText = "every cell is \(shown(levels.count > 0 ? levels.string(0) : ""))"
    if let codes = decideCodes() { return (codes.0, reason) }
    if profile.numberCount > 0 { return (decideDates()?.0 ?? decideNumbers().0, reason) }
    return (decideDates()?.0 ?? .categorical, reason)
  }

  private func decideNumbers() -> (ColumnKind, MessageText) {
    let all = profile.textCount == 0 ? "every value is" : "nearly every value is"
    if profile.textCount == 0, profile.countsAll, profile.distinctCount == 2, profile.least == 0,
      profile.largest == 1
    {
      return (.boolean, "every value is 0 or 1")
    }
    let isWhole = profile.integerCount == profile.numberCount
    var written = notation.notation
    if isWhole { written.hasDecimalComma = false }
    let rest = "\(written.text)\(unreadText)\(tailText)"
    if isWhole, profile.least >= 0 { return (.count, "\(all) a whole number of at least 0\(rest)") }
    return (.numeric, "\(all) a number\(rest)")
  }

  /// The most frequent texts among numbers.
  private var unreadText: String {
    guard profile.textCount > 0 else { return "" }
    var texts: [String] = []
    for level in levels.ranked where texts.count < 3 {
      let text = levels.string(level)
      if notation.notation.value(of: Array(text.utf8).span) == nil { texts.append(shown(text)) }
    }
    return ", but not " + texts.joined(separator: ", ")
  }

  private var tailText: String { isHeavyTailed ? ", some of them far from most" : "" }

  func decideTexts() -> (ColumnKind, MessageText) {
    let distinct = profile.distinctCount
    let present = profile.presentCount
    let words = Double(profile.blankCount) / Double(max(1, profile.textCount)) + 1
    let count: MessageText =
      "\(NumberText.grouped(distinct)) different texts in \(NumberText.grouped(present)) cells"
    let isNearlyUnique = present >= 3 && distinct * 20 >= present * 19
    let isRepeatedSeldom = distinct > Self.fewLevels && distinct * 3 > present
    if isNearlyUnique || isRepeatedSeldom {
      return words >= Self.wordsOfSentences
        ? (.text, "\(count), and they are sentences") : (.identifier, count)
    }
    if words >= Self.wordsOfSentences, distinct > 5, distinct * 10 > present {
      return (.text, "\(count), and they are sentences")
    }
    if distinct == 2, levels.count == 2, BooleanText.pair(levels.string(0), levels.string(1)) != nil {
      return (.boolean, "every value is \(shown(levels.string(0))) or \(shown(levels.string(1)))")
    }
    return (.categorical, distinct == 1 ? "one text, and missing cells" : count)
  }

  func shown(_ text: String) -> String {
    let line = String(text.prefix(40).map { $0.isNewline || $0 == "\t" ? " " : $0 })
    return text.count > 40 ? "\"\(line)...\"" : "\"\(line)\""
  }

  // MARK: Levels

  /// Returns the most frequent levels.
  private func counts(atMost limit: Int) -> LevelCounts {
    let known = levels.ranked.prefix(limit).map {
      ColumnLevel(text: levels.string($0), count: levels.counts[$0])
    }
    return LevelCounts(
      levels: known, otherCount: max(0, profile.presentCount - known.reduce(0) { $0 + $1.count }))
  }

  private var levelCounts: LevelCounts {
    var counts = counts(atMost: max(1, options.maximumLevelCount))
    if counts.levels.isEmpty { counts.levels = [ColumnLevel(text: "", count: 0)] }
    return counts
  }

  /// The level for no, then the one for yes; the more frequent level first if they have no such meaning.
  private var booleanCounts: LevelCounts {
    var counts = counts(atMost: 2)
    let pair = BooleanText.pair(counts.levels[0].text, counts.levels[1].text)
    if let pair, pair.no != counts.levels[0].text { counts.levels.swapAt(0, 1) }
    return counts
  }

  // MARK: Numbers

  private var figures: NumberFigures? {
    // Numbers of hundreds of digits have no finite moments.
    guard profile.numberCount > 0, !sorted.isEmpty, profile.hasFiniteMoments else { return nil }
    return NumberFigures(
      mean: profile.mean, deviation: deviation, least: profile.least,
      lowerQuartile: SortedValues.quantile(0.25, sorted), median: SortedValues.quantile(0.5, sorted),
      upperQuartile: SortedValues.quantile(0.75, sorted), largest: profile.largest)
  }

  private var deviation: Double {
    (profile.squares / Double(max(1, profile.numberCount))).squareRoot()
  }

  /// The standard deviation of the normal distribution with these quartiles; with these wider quantiles if
  /// the quartiles are equal.
  private var robustScale: Double {
    for (share, width) in [(0.25, 1.349), (0.05, 3.29)] {
      let range = SortedValues.quantile(1 - share, sorted) - SortedValues.quantile(share, sorted)
      if (range / width).isNormal { return range / width }
    }
    return deviation.isNormal ? deviation : 1
  }

  /// Whether one value in two hundred is further from the median than eight robust deviations; a normal
  /// distribution has none there, an exponential one has one in six hundred.
  private var isHeavyTailed: Bool {
    if isSpoiled { return true }
    guard sorted.count >= 20, !isAmongNumbers else { return false }
    let median = SortedValues.quantile(0.5, sorted)
    let reach = max(
      SortedValues.quantile(0.995, sorted) - median, median - SortedValues.quantile(0.005, sorted))
    return reach > 8 * robustScale
  }

  /// Whether a few extreme values dominate the standard deviation: it is four times that of the numbers
  /// without one in two hundred at either end.
  ///
  /// Measured on 22 ADBench tables, trained on normal rows: log-compressing the extreme values of such
  /// columns keeps mean AUROC and average precision at 0.910 / 0.742; doing so in all heavy-tailed columns
  /// costs a hundredth of the latter.
  var isSpoiled: Bool {
    guard sorted.count >= 20 else { return false }
    let cut = max(1, sorted.count / 200)
    let kept = sorted[cut..<sorted.count - cut]
    let mean = kept.reduce(0, +) / Double(kept.count)
    let spread = (kept.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(kept.count)).squareRoot()
    return spread.isNormal && deviation > 4 * spread
  }

  private func numberEncoding(isCount: Bool) -> NumberEncoding {
    guard !sorted.isEmpty else { return NumberEncoding(offset: 0, scale: 1) }
    var encoding: NumberEncoding
    switch scaling {
    case .none: encoding = NumberEncoding(offset: 0, scale: 1)
    case .minMax: encoding = linear(offset: profile.least, scale: profile.largest - profile.least)
    case .standard: encoding = standard
    case .robust: encoding = robust
    case .quantileNormal:
      encoding = standard
      encoding.knots = QuantileKnots(sorted: sorted)
    case .automatic:
      encoding = !isHeavyTailed ? standard : isCount ? logarithmic : robust
    }
    let isLinear = scaling == .none || scaling == .minMax
    let spread = isLinear ? deviation / encoding.scale : 1
    encoding.center = isLinear ? encoding.encode(profile.mean) : 0
    encoding.far = Schema.bounded(
      max(encoding.encode(profile.largest) + spread, encoding.center + TableEncoder.surprise * spread))
    return encoding
  }

  private func linear(offset: Double, scale: Double) -> NumberEncoding {
    NumberEncoding(offset: offset, scale: scale.isNormal ? scale : 1)
  }

  private var standard: NumberEncoding { linear(offset: profile.mean, scale: deviation) }

  private var robust: NumberEncoding {
    var encoding = linear(offset: SortedValues.quantile(0.5, sorted), scale: robustScale)
    encoding.knee = NumberEncoding.usualKnee
    return encoding
  }

  private var logarithmic: NumberEncoding {
    let logarithms = sorted.map { Mathematics.log1p(max($0, 0)) }
    let count = Double(logarithms.count)
    let mean = logarithms.reduce(0, +) / count
    let squares = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    var encoding = linear(offset: mean, scale: (squares / count).squareRoot())
    encoding.isLogarithmic = true
    return encoding
  }
}
