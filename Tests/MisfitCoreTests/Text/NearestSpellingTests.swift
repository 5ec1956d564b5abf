import MisfitCore
import Testing

@Suite("The nearest spelling")
struct NearestSpellingTests {
  @Test(
    "distances of known pairs",
    arguments: [
      ("kitten", "sitting", 3), ("", "abc", 3), ("abc", "abc", 0), ("ab", "ba", 1), ("ca", "abc", 3),
      ("flaw", "lawn", 2),
    ])
  func distance(_ first: String, _ second: String, _ expected: Int) {
    #expect(NearestSpelling.distance(Array(first), Array(second)) == expected)
    #expect(NearestSpelling.distance(Array(second), Array(first)) == expected)
  }

  @Test(
    "the nearest word is found, or none that is near enough",
    arguments: [
      ("presure", "pressure"), ("PRESSURE", "pressure"), ("tmep", "temp"), ("x", "y"), ("flowing", nil),
      ("", nil),
    ] as [(String, String?)])
  func nearest(_ word: String, _ expected: String?) {
    #expect(NearestSpelling.of(word, among: ["pressure", "temp", "y", "flow"]) == expected)
  }

  @Test("the first of two equals wins")
  func ties() { #expect(NearestSpelling.of("bat", among: ["cat", "hat"]) == "cat") }
}
