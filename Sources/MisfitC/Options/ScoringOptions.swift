import Misfit

/// Options of a scoring.
struct ScoringOptions {
  /// The rule that flags samples.
  var rule = DecisionRule.modelThreshold
  /// The number of threads; it does not change the result.
  var threadCount: Int?
  /// The precision of the factors of matrix products.
  var precision = Precision.float32

  /// Reads options from JSON.
  ///
  /// - Throws: ``InterfaceError`` for an unknown name, or a value of no use.
  init(json: OptionValue?) throws(InterfaceError) {
    var reader = try OptionReader(json)
    let rule = try reader.group("flag") { group throws(InterfaceError) in try Self.rule(&group) }
    if let rule { self.rule = rule }
    threadCount = try reader.integer("threadCount", 1...4_096)
    if let precision = try reader.choice("precision", Precision.self) { self.precision = precision }
    try reader.finish()
  }

  private static func rule(_ group: inout OptionReader) throws(InterfaceError) -> DecisionRule {
    var rules: [DecisionRule] = []
    if let rate = try group.share("falseAlarmRate") { rules.append(.falseAlarmRate(rate)) }
    if let rate = try group.share("falseDiscoveryRate") { rules.append(.falseDiscoveryRate(rate)) }
    if let quantile = try group.share("quantile") { rules.append(.quantile(quantile)) }
    if let share = try group.share("contamination") { rules.append(.contamination(share)) }
    if let value = try group.number("threshold") { rules.append(.threshold(value)) }
    guard rules.count == 1 else {
      throw InterfaceError(
        .option, "`flag` has \(rules.count) rules", remedy: "give one, as in {\"falseAlarmRate\": 0.01}")
    }
    return rules[0]
  }
}
