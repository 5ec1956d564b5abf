import Testing

@testable import MisfitCore

@Suite("Nearest spelling")
struct NearestSpellingTests {
  @Test(
    "counts typing errors",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("fit", "fit", 0), ("fti", "fit", 1), ("fitt", "fit", 1),
      ("kitten", "sitting", 3), ("ca", "abc", 3), ("epohcs", "epochs", 1),
    ])
  func distances(_ a: String, _ b: String, _ distance: Int) {
    #expect(NearestSpelling.distance(Array(a), Array(b)) == distance)
  }

  @Test(
    "finds the intended word",
    arguments: [
      ("--epoch", "--epochs"), ("--EPOCHS", "--epochs"), ("--val", "--validation"), ("--hiden", "--hidden"),
      ("--learning_rate", "--learning-rate"),
    ])
  func nearest(_ typed: String, _ meant: String) {
    let names = ["--epochs", "--hidden", "--validation", "--learning-rate", "--loss"]
    #expect(NearestSpelling.of(typed, among: names) == meant)
  }

  @Test("is nil if nothing is similar", arguments: ["--zzz", "--e", "", "--", "-x", "--momentum"])
  func none(_ typed: String) {
    #expect(NearestSpelling.of(typed, among: ["--epochs", "--hidden", "--validation", "--top"]) == nil)
  }

  @Test("is the first of equally similar ones")
  func ties() { #expect(NearestSpelling.of("bat", among: ["cat", "rat"]) == "cat") }
}
