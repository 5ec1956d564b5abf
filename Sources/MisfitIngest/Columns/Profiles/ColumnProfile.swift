import MisfitCore

/// Statistics of the dates of a column, read in one order of day and month.
struct DateProfile: Sendable {
  private(set) var variance = RunningVariance()
  var least = Double.infinity
  var largest = -Double.infinity
  var hasTime = false
  /// Bits of the days of the week and of the months that occur.
  var weekdays: UInt8 = 0
  var months: UInt16 = 0
  private(set) var sample = ValueSample()
  /// The periods that its cells name; with nil for days and times.
  private(set) var periods: Set<DatePeriod?> = []
  /// The number of dates that are later, or earlier, than the one before.
  private var ascentCount = 0
  private var descentCount = 0
  private var first = 0.0
  private var last = 0.0

  var count: Int { variance.count }
  var mean: Double { variance.mean }
  var squares: Double { variance.squares }

  /// Whether the records are in the order of these dates or in reverse; one step in twenty may differ.
  var isSequence: Bool {
    let steps = ascentCount + descentCount
    return steps >= 8 && min(ascentCount, descentCount) * 20 <= steps
  }

  private mutating func step(from earlier: Double, to later: Double) {
    if later > earlier { ascentCount += 1 }
    if later < earlier { descentCount += 1 }
  }

  mutating func add(_ seconds: Double, hasTime: Bool, period: DatePeriod? = nil, record: Int) {
    if periods.count < 2 { periods.insert(period) }
    sample.add(seconds, record: record)
    if count == 0 { first = seconds } else { step(from: last, to: seconds) }
    last = seconds
    variance.add(seconds)
    least = min(least, seconds)
    largest = max(largest, seconds)
    let day = Int((seconds / CalendarDate.secondsPerDay).rounded(.down))
    if hasTime, seconds != Double(day) * CalendarDate.secondsPerDay { self.hasTime = true }
    weekdays |= 1 << UInt8(((day % 7) + 7) % 7)
    months |= 1 << UInt16(CalendarDate.civil(day).month)
  }

  mutating func merge(_ other: DateProfile) {
    guard other.count > 0 else { return }
    if count == 0 { first = other.first } else { step(from: last, to: other.first) }
    last = other.last
    ascentCount += other.ascentCount
    descentCount += other.descentCount
    variance.merge(other.variance)
    least = min(least, other.least)
    largest = max(largest, other.largest)
    hasTime = hasTime || other.hasTime
    sample.merge(other.sample)
    weekdays |= other.weekdays
    months |= other.months
    periods.formUnion(other.periods)
  }
}

/// Statistics of a column from which its kind is decided, in bounded memory.
///
/// Parts are merged in the order of the records.
struct ColumnProfile: Sendable {
  private(set) var cellCount = 0
  private(set) var missingCount = 0
  private(set) var variance = RunningVariance()
  private(set) var integerCount = 0
  private(set) var least = Double.infinity
  private(set) var largest = -Double.infinity
  private(set) var sample = ValueSample()
  private var texts: LevelTable
  private var numbers = LevelTable()
  /// Whether each different number was counted; false if there were too many.
  private(set) var countsNumbers = true
  private(set) var distinct = DistinctCounter()
  private(set) var dayFirst = DateProfile()
  private(set) var monthFirst = DateProfile()
  private(set) var yearFirst = DateProfile()
  private(set) var digits = DigitProfile()
  /// The number of cells of ``TypingOptions/placeholderWords``, counted among the texts until
  /// ``setAsidePlaceholders(_:)``.
  private(set) var placeholderCount = 0
  /// The words that were read as "no value".
  private(set) var missingTexts: LevelTable?
  /// The notation of its numbers.
  private(set) var evidence = NumberEvidence()
  private(set) var textByteCount = 0
  private(set) var blankCount = 0
  private var firstNumber = 0.0
  private var lastNumber = 0.0
  /// Whether each number is the one before it plus 1.
  private var isRunning = true
  /// Whether each number is larger than the one before it.
  private(set) var isRising = true
  /// The number of dates whose day and month only an order distinguishes.
  private(set) var orderedDateCount = 0
  private let keepsNumbers: Bool
  /// The numbers that are read as "no value".
  private(set) var sentinels: [Double] = []

  /// The number of cells that are numbers.
  var numberCount: Int { variance.count }
  var mean: Double { variance.mean }
  var squares: Double { variance.squares }

  /// The number of different texts that are counted one by one.
  static let levelCapacity = 1 << 15
  private static let numberCapacity = 1000

  /// Makes an empty profile; `keepsNumbers` counts each number as a text, too, however many there are.
  init(keepsNumbers: Bool, sentinels: [Double] = []) {
    self.keepsNumbers = keepsNumbers
    self.sentinels = sentinels
    texts = LevelTable(capacity: Self.levelCapacity)
  }

  var presentCount: Int { cellCount - missingCount }
  var textCount: Int { presentCount - numberCount }
  var isRunningNumber: Bool {
    isRunning && numberCount == cellCount && cellCount >= 3 && integerCount == cellCount
  }

  /// Whether the mean, the variance and the range of the numbers are finite.
  var hasFiniteMoments: Bool {
    numberCount == 0 || (mean.isFinite && squares.isFinite && (largest - least).isFinite)
  }

  /// Whether the numbers are all whole numbers from the least to the largest, each once, in any order; the
  /// least is 0 or 1.
  ///
  /// Determined from the range, the mean and the variance, (n² - 1) / 12, which hardly any other numbers
  /// have.
  var isPermutation: Bool {
    let count = Double(cellCount)
    guard numberCount == cellCount, integerCount == cellCount, cellCount >= 3, least == 0 || least == 1,
      largest - least == count - 1
    else { return false }
    let variance = (count * count - 1) / 12
    return (mean - (least + largest) / 2).magnitude <= 1e-9 * count
      && (squares / count - variance).magnitude <= 1e-9 * variance
  }

  /// The number of different texts and numbers; exact if each was counted.
  var distinctCount: Int { countsAll ? texts.count + numbers.count : min(distinct.estimate, presentCount) }

  /// Whether each different cell was counted.
  var countsAll: Bool { countsNumbers && !texts.hasForgotten }

  /// Adds a cell without surrounding blanks; `number` is its value if it is a number.
  mutating func add(_ cell: Span<UInt8>, number: Double?, record: Int, words: CellWords) {
    cellCount += 1
    if let number, !sentinels.isEmpty, sentinels.contains(number) {
      isRunning = false
      missingCount += 1
      note(missing: cell, times: 1)
      return
    }
    if let number {
      digits.add(cell, isBelowLast: numberCount > 0 && number < lastNumber)
      evidence.add(cell)
      add(number: number, record: record)
      count(cell)
      return
    }
    isRunning = false
    if words.missing.contain(cell) {
      missingCount += 1
      if !cell.isEmpty { note(missing: cell, times: 1) }
      return
    }
    if words.placeholders.containsWord(cell) { placeholderCount += 1 }
    evidence.add(cell)
    distinct.add(texts.add(cell))
    textByteCount += cell.count
    for index in cell.indices where cell[index] == 32 { blankCount += 1 }
    addDate(cell, record: record)
  }

  private mutating func note(missing cell: Span<UInt8>, times: Int) {
    missingTexts = missingTexts ?? LevelTable(capacity: 256)
    missingTexts?.add(cell, times: times)
  }

  private mutating func addDate(_ cell: Span<UInt8>, record: Int) {
    guard DateText.canBeDate(cell) else { return }
    let date = DateText.read(cell, order: .dayFirst)
    let period = date == nil ? nil : DatePeriod(cell)
    if let (seconds, hasTime) = date {
      dayFirst.add(seconds, hasTime: hasTime, period: period, record: record)
    }
    guard DateText.needsOrder(cell) else {
      if let (seconds, hasTime) = date {
        monthFirst.add(seconds, hasTime: hasTime, period: period, record: record)
      }
      return
    }
    orderedDateCount += 1
    if let (seconds, hasTime) = DateText.read(cell, order: .monthFirst) {
      monthFirst.add(seconds, hasTime: hasTime, record: record)
    }
    if let (seconds, hasTime) = DateText.read(cell, order: .yearFirst) {
      yearFirst.add(seconds, hasTime: hasTime, record: record)
    }
  }

  /// Counts placeholders as missing cells, as in columns of numbers and dates.
  mutating func setAsidePlaceholders(_ words: MissingWords) {
    guard placeholderCount > 0 else { return }
    var kept = LevelTable(capacity: Self.levelCapacity)
    for index in 0..<texts.count {
      let text = texts.text(index)
      if words.containsWord(text.span) {
        note(missing: text.span, times: texts.counts[index])
      } else {
        kept.add(text.span, times: texts.counts[index])
      }
    }
    kept.keep(lostCount: texts.lostCount)
    texts = kept
    missingCount += placeholderCount
    placeholderCount = 0
  }

  /// Counts cells with a number as missing, for dates that mean "no date".
  mutating func setAside(missing count: Int) { missingCount += count }

  /// Counts a number as a text.
  private mutating func count(_ cell: Span<UInt8>) {
    if keepsNumbers {
      texts.add(cell)
    } else if countsNumbers {
      numbers.add(cell)
      if numbers.count > Self.numberCapacity { stopCounting() }
    }
  }

  private mutating func stopCounting() {
    countsNumbers = false
    numbers.removeAll()
  }

  /// Adds a number.
  mutating func add(number value: Double, record: Int) {
    variance.add(value)
    let previous = lastNumber
    if numberCount == 1 {
      firstNumber = value
    } else if value != previous + 1 {
      isRunning = false
      if value <= previous { isRising = false }
    }
    lastNumber = value
    if value.magnitude < 1e15, value == value.rounded() { integerCount += 1 }
    least = min(least, value)
    largest = max(largest, value)
    sample.add(value, record: record)
    distinct.add(CellText.mixed(value.bitPattern))
  }

  /// Adds a number of an array, which has no text to count it by.
  mutating func addCell(number value: Double, record: Int) {
    cellCount += 1
    countsNumbers = false
    add(number: value, record: record)
  }

  mutating func merge(_ other: ColumnProfile) {
    guard other.cellCount > 0 else { return }
    digits.merge(
      other.digits, isBelowLast: numberCount > 0 && other.numberCount > 0 && other.firstNumber < lastNumber)
    mergeNumbers(other)
    cellCount += other.cellCount
    missingCount += other.missingCount
    sample.merge(other.sample)
    texts.merge(other.texts)
    if countsNumbers, other.countsNumbers {
      numbers.merge(other.numbers)
      if numbers.count > Self.numberCapacity { stopCounting() }
    } else {
      stopCounting()
    }
    distinct.merge(other.distinct)
    dayFirst.merge(other.dayFirst)
    monthFirst.merge(other.monthFirst)
    yearFirst.merge(other.yearFirst)
    orderedDateCount += other.orderedDateCount
    placeholderCount += other.placeholderCount
    if let texts = other.missingTexts {
      for index in 0..<texts.count { note(missing: texts.text(index).span, times: texts.counts[index]) }
    }
    evidence.merge(other.evidence)
    textByteCount += other.textByteCount
    blankCount += other.blankCount
  }

  private mutating func mergeNumbers(_ other: ColumnProfile) {
    isRunning = isRunning && other.isRunning && (cellCount == 0 || other.firstNumber == lastNumber + 1)
    guard other.numberCount > 0 else { return }
    isRising = isRising && other.isRising && (numberCount == 0 || other.firstNumber > lastNumber)
    lastNumber = other.lastNumber
    if numberCount == 0 { firstNumber = other.firstNumber }
    variance.merge(other.variance)
    integerCount += other.integerCount
    least = min(least, other.least)
    largest = max(largest, other.largest)
  }

  /// Whether ``levels`` has every number, as required for a column of codes.
  var hasAllLevels: Bool { countsNumbers || keepsNumbers }

  /// All texts, and the numbers if each was counted.
  var levels: LevelTable {
    var all = texts
    all.merge(numbers)
    return all
  }
}
