/// The meaning of a label's word: normal or anomalous.
enum LabelMeaning {
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

  /// Creates the meaning of a label; nil if its word does not decide.
  init?(of label: String) {
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
}
