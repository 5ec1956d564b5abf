/// The meaning of a label's word: normal or anomalous.
package enum LabelMeaning {
  case normal
  case anomaly

  private static let normalWords: Set = [
    "good", "normal", "ok", "okay", "0", "0.0", "00", "benign", "negative", "neg", "inlier", "inliers",
    "pass", "passed",
    "false", "no", "none", "healthy", "clean", "fine", "valid", "legit", "legitimate", "genuine", "safe",
    "regular", "ordinary", "typical", "usual", "accept", "accepted", "control", "intact", "working", "ham",
    "nominal", "success", "alive", "undamaged", "correct", "baseline", "nofault", "noerror",
  ]
  private static let anomalyWords: Set = [
    "bad", "anomaly", "anomalies", "anomalous", "outlier", "outliers", "defect", "defective", "defects",
    "faulty",
    "fault", "fail", "failed", "failure", "fraud", "fraudulent", "malignant", "attack", "attacks",
    "intrusion",
    "error", "broken", "damaged", "ng", "notok", "nok", "reject",
    "rejected", "invalid", "abnormal", "unusual", "malicious", "spam", "sick", "ill", "disease", "diseased",
    "novelty",
  ]
  private static let negations: Set = ["no", "not", "non", "without"]

  /// The words of a label that is missing; `none` is not among them, since it also means "no defect".
  private static let missingWords: Set = ["", "na", "n/a", "nan", "null", "nil", "?", "<na>", "#n/a", "\\n"]

  /// Returns whether a label is missing: it is no class.
  package static func isMissing(_ label: String) -> Bool {
    let words = label.split(whereSeparator: \.isWhitespace)
    return words.count <= 1 && missingWords.contains(words.first?.lowercased() ?? "")
  }

  /// Creates the meaning of a label; nil if its word does not decide.
  package init?(of label: String) {
    let words = label.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "." }
      .map { word in word.last == "." ? String(word.dropLast()) : String(word) }
    // The minus is a sign, not a separator; -1 and 1 are used with both meanings.
    guard !words.isEmpty, !label.contains("-1") else { return nil }
    if let meaning = Self.meaning(of: words.joined()) {
      self = meaning
    } else if words.count > 1, Self.negations.contains(words[0]), let meaning = Self.meaning(of: words[1]) {
      self = meaning == .normal ? .anomaly : .normal
    } else if let meaning = Self.meaning(of: words[0]) {
      self = meaning
    } else {
      return nil
    }
  }

  private static func meaning(of word: String) -> LabelMeaning? {
    normalWords.contains(word) ? .normal : anomalyWords.contains(word) ? .anomaly : nil
  }

  /// Returns the only one of several labels whose word means normal; nil if none or several do.
  ///
  /// A number is the name of a class there: `0` means normal beside `1`, not among ten digits.
  package static func onlyNormal(among labels: [String]) -> String? {
    let normal = labels.filter { Double($0) == nil && LabelMeaning(of: $0) == .normal }
    return normal.count == 1 ? normal[0] : nil
  }

  /// Returns the label of anomalies among two: the one whose word says so, else the rarer.
  ///
  /// Nil if both words mean normal, if the labels are equally frequent and no word decides, and for any other
  /// number of labels.
  package static func rarer(of counts: [(label: String, count: Int)]) -> String? {
    guard counts.count == 2 else { return nil }
    let meanings = counts.map { LabelMeaning(of: $0.label) }
    switch (meanings[0], meanings[1]) {
    case (.normal, .normal): return nil
    case (.normal, _): return counts[1].label
    case (_, .normal): return counts[0].label
    case (.anomaly, nil): return counts[0].label
    case (nil, .anomaly): return counts[1].label
    default: break
    }
    guard counts[0].count != counts[1].count else { return nil }
    return counts[1].count < counts[0].count ? counts[1].label : counts[0].label
  }
}
