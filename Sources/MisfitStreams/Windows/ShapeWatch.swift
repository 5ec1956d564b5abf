/// The shape of the last values of one column, compared with that of its first ones.
struct ShapeWatch {
  /// What was found in one row.
  struct Finding {
    var decision: WindowAlarm.Decision
    /// The value that was expected.
    var expected: Double
  }

  private(set) var model: ShapeModel?
  private(set) var alarm = WindowAlarm()
  /// The number of values seen.
  private(set) var valueCount = 0
  private(set) var age = WindowAge()
  /// The number of values at which distances are trusted: before, windows share values with known ones.
  private(set) var trustedCount = 0
  /// The last values, at least ``capacity`` of them if there were as many, and whether they were anomalous.
  private var values: [Double] = []
  private var isExcluded: [Bool] = []
  private let learnedCount: Int

  /// The ratio that alarms: with 2 to 3, the alarms on the given series of the Numenta benchmark that the
  /// columns do not have are few and about half of them right.
  static let ratio = 2.0
  /// The distance in deviations that counts as none.
  private static let leastDistance = 1e-3

  init(learnedCount: Int) { self.learnedCount = learnedCount }

  /// The number of last values that are kept.
  private var capacity: Int { learnedCount + ShapeModel.lengthLimit + 1 }

  /// The state, for storage.
  var latest: (values: [Double], isExcluded: [Bool]) {
    (Array(values.suffix(capacity)), Array(isExcluded.suffix(capacity)))
  }

  /// Creates a watch in a stored state.
  init(
    learnedCount: Int, model: ShapeModel?, alarm: WindowAlarm, valueCount: Int, age: WindowAge,
    trustedCount: Int, values: [Double], isExcluded: [Bool]
  ) {
    self.learnedCount = learnedCount
    self.model = model
    self.alarm = alarm
    self.valueCount = valueCount
    self.age = age
    self.trustedCount = trustedCount
    self.values = values
    self.isExcluded = isExcluded
  }

  /// Scores a value, and learns if it is time to.
  ///
  /// `wants` returns whether a deviation from the expected value may alarm. A window that holds an alarm of
  /// the column, `rowsSinceAlarm` ago, does not alarm again.
  mutating func observe(
    _ value: Double, named name: String, at seconds: Double, isOver: Bool, canAlarm: Bool, isNormal: Bool,
    rowsSinceAlarm: Int, _ decision: AlarmDecision, wants: (Double) -> Bool
  ) -> Finding? {
    append(value)
    var finding: Finding?
    if let length = model?.length, values.count > length {
      // The first products follow from no earlier ones.
      let isExact = valueCount == age.row + 1 || valueCount % length == 0
      if let match = model?.match(values[(values.count - length - 1)...], isExact: isExact),
        valueCount > trustedCount
      {
        let circumstances = WindowAlarm.Circumstances(
          ratio: Self.ratio, budget: decision.budget, leastDistance: Self.leastDistance,
          quietRowCount: length,
          quietTime: decision.options.quietTime,
          canAlarm: canAlarm && rowsSinceAlarm >= length && wants(value - match.expected))
        let found = alarm.judge(match.distance, row: valueCount, at: seconds, circumstances) {
          let reason = WindowReason(column: name, value: value, expected: match.expected, share: 1)
          return isNormal || decision.windows.isNormal("shape", [reason])
        }
        finding = Finding(decision: found, expected: match.expected)
      }
    }
    isExcluded.append(isOver || finding?.decision.isOver == true)
    learnIfDue(at: seconds, decision.windows)
    return finding
  }

  private mutating func append(_ value: Double) {
    valueCount += 1
    values.append(value)
    guard values.count > 2 * capacity else { return }
    values.removeFirst(values.count - capacity)
    isExcluded.removeFirst(isExcluded.count - capacity + 1)
  }

  private mutating func learnIfDue(at seconds: Double, _ decision: WindowDecision) {
    if model == nil {
      guard valueCount >= learnedCount,
        valueCount % max(learnedCount / 4, 1) == 0 || valueCount == learnedCount
      else { return }
      learn(dropping: 0, at: seconds, decision)
      if let model { trustedCount = valueCount + model.length }
    } else if decision.isDue(since: age, row: valueCount, seconds: seconds) {
      // Windows of the next rows share no value with the ones that are learned.
      learn(dropping: ShapeModel.lengthLimit, at: seconds, decision)
      age = WindowAge(row: valueCount, seconds: seconds, refreshCount: decision.refreshCount)
    }
  }

  private mutating func learn(dropping dropped: Int, at seconds: Double, _ decision: WindowDecision) {
    let end = values.count - dropped
    guard end >= learnedCount else { return }
    let range = end - learnedCount..<end
    guard let learned = ShapeModel(Array(values[range]), isExcluded: Array(isExcluded[range])) else { return }
    model = learned
    age = WindowAge(row: valueCount, seconds: seconds, refreshCount: decision.refreshCount)
  }
}
