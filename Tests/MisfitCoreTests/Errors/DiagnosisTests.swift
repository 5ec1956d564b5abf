import MisfitCore
import Testing

@Suite struct DiagnosisTests {
  @Test("a position has the form of compiler messages")
  func positions() {
    #expect(InputPosition(source: "a.csv").description == "a.csv")
    #expect(InputPosition(source: "a.csv", line: 12).description == "a.csv:12")
    #expect(InputPosition(source: "a.csv", byteOffset: 90, line: 12, record: 11).description == "a.csv:12")
    #expect(InputPosition(source: "a.idx", record: 3).description == "a.idx: record 3")
    #expect(InputPosition(source: "a.npy", byteOffset: 0).description == "a.npy: byte 0")
    #expect(
      InputPosition(source: "a.csv", line: 12, column: "pressure").description
        == "a.csv:12: column \"pressure\"")
    #expect(
      InputPosition(source: "standard input", column: "x").description == "standard input: column \"x\"")
  }

  @Test("a diagnosis has the position, the problem and, on its own line, the remedy")
  func sentences() {
    #expect(Diagnosis("nothing to do").description == "nothing to do")
    #expect(
      Diagnosis("no number", at: InputPosition(source: "a.csv", line: 2)).description == "a.csv:2: no number")
    #expect(
      Diagnosis("no number", at: InputPosition(source: "a.csv"), remedy: "give one").description
        == "a.csv: no number\n  give one")
    #expect(Diagnosis("no number", remedy: "give one").description == "no number\n  give one")
  }

  @Test("an error's description is its diagnosis")
  func errors() {
    struct Sample: DiagnosableError { var diagnosis: Diagnosis { Diagnosis("bad", remedy: "good") } }
    #expect("\(Sample())" == "bad\n  good")
  }
}
