import Misfit
import Testing
import _TestSupport

@Suite("Columns that a model was fitted with")
struct TrainingColumnsTests {
  private let folder: TemporaryFolder
  private let detector: Detector

  init() throws {
    folder = try TemporaryFolder()
    let rows = (1...30).map { "p\($0),\($0 % 7),\($0 % 5),\($0 % 2 == 0 ? "good" : "bad")" }
    let path = try folder.write("patient,a,b,state\n\(rows.joined(separator: "\n"))\n", to: "train.csv")
    var input = SourceOptions()
    input.idColumn = "patient"
    input.labelColumn = "state"
    var options = FitOptions()
    options.training.epochs = 1
    detector = try Detector.fit(CSVSource(path, options: input), options: options)
  }

  @Test("ids and labels are found in other data without naming them again, also after saving")
  func areRemembered() throws {
    let path = folder.file("model.misfit")
    try detector.save(path)
    let data = try folder.write("b,state,patient,a\n1,good,x9,2\n", to: "new.csv")
    let loaded = try Detector.load(path)
    let sample = try #require(try loaded.score(loaded.open(data)).largest(1).first)
    #expect(sample.id == "x9")
    #expect(sample.label == "good")
  }

  @Test("data without them is scored, too")
  func mayBeMissing() throws {
    let data = try folder.write("a,b\n1,2\n", to: "bare.csv")
    let sample = try #require(try detector.score(detector.open(data)).largest(1).first)
    #expect(sample.id == "1")
    #expect(sample.label == nil)
  }

  @Test("a column that the caller names has precedence")
  func namedColumnWins() throws {
    var options = SourceOptions()
    options.idColumn = "state"
    let data = try folder.write("a,b,state,patient\n1,2,good,x1\n", to: "other.csv")
    let sample = try #require(try detector.score(detector.open(data, options: options)).largest(1).first)
    #expect(sample.id == "good")
    #expect(sample.label == nil)
  }
}
