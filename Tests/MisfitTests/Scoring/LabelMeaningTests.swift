import Testing

@testable import Misfit

@Suite("The label of an anomaly")
struct LabelMeaningTests {
  @Test(
    "A word for normal is never the anomaly, whichever is rarer",
    arguments: [
      ("good", "defect"), ("normal", "scratch"), ("OK", "NG"), ("0", "1"), ("0.0", "1.0"),
      ("benign", "malignant"),
      ("negative", "positive"), ("inlier", "outlier"), ("pass", "fail"), ("False", "True"), ("no", "yes"),
      ("normal.", "smurf."), ("no defect", "defect"), ("Non-fraud", "fraud"), ("ok", "not ok"),
      ("ham", "spam"),
      ("normal", "abnormal"), ("control", "patient"),
    ])
  func words(normal: String, anomaly: String) {
    for (first, second) in [(5, 5), (1, 9), (9, 1)] {
      #expect(LabelMeaning.rarer(of: [(normal, first), (anomaly, second)]) == anomaly)
      #expect(LabelMeaning.rarer(of: [(anomaly, first), (normal, second)]) == anomaly)
    }
  }

  @Test("The rarer of two neutral words is the anomaly, and none if they are equally frequent")
  func counts() {
    #expect(LabelMeaning.rarer(of: [("a", 3), ("b", 9)]) == "a")
    #expect(LabelMeaning.rarer(of: [("-1", 3), ("1", 9)]) == "-1")
    #expect(LabelMeaning.rarer(of: [("1", 9), ("2", 3)]) == "2")
    #expect(LabelMeaning.rarer(of: [("a", 9), ("b", 9)]) == nil)
    #expect(LabelMeaning.rarer(of: [("good", 9), ("ok", 3)]) == nil)
    #expect(LabelMeaning.rarer(of: [("a", 1), ("b", 2), ("c", 3)]) == nil)
  }

  @Test("among several labels the only word for normal decides, and a number is the name of a class")
  func several() {
    #expect(LabelMeaning.onlyNormal(among: ["good", "scratch", "hole"]) == "good")
    #expect(LabelMeaning.onlyNormal(among: ["good", "ok", "hole"]) == nil)
    #expect(LabelMeaning.onlyNormal(among: ["a", "b", "c"]) == nil)
    #expect(LabelMeaning.onlyNormal(among: (0..<10).map(String.init)) == nil)
  }

  @Test("A missing label is no class, and none may mean without a defect")
  func missing() {
    for label in ["", " ", "NA", "n/a", "NaN", "null", "?", " #N/A"] {
      #expect(LabelMeaning.isMissing(label), "\(label)")
    }
    for label in ["none", "0", "nan-tes", "missing bolt", "a"] { #expect(!LabelMeaning.isMissing(label)) }
  }
}
