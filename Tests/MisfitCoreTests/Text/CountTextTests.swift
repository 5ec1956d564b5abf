import MisfitCore
import Testing

@Suite("Counts in sentences") struct CountTextTests {
  @Test("have a plural unless they are 1", arguments: [(0, "0 rows"), (1, "1 row"), (2000, "2,000 rows")])
  func count(count: Int, expected: String) { #expect(CountText.of(count, "row") == expected) }
}
