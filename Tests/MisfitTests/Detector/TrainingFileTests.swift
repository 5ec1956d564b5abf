import MisfitIngest
import Testing
import _TestSupport

@testable import Misfit

@Suite("The file that a model was fitted on")
struct TrainingFileTests {
  @Test("is known by its bytes under any name, and no other file is taken for it")
  func known() throws {
    let folder = try TemporaryFolder()
    let text = SmallData.correlated(rows: 60)
    let path = try folder.write(text, to: "train.csv")
    var options = SmallData.options()
    options.model = .local
    try Detector.fit(CSVSource(path, options: SmallData.ids), options: options).save(folder.file("m.misfit"))
    let detector = try Detector.load(folder.file("m.misfit"))
    #expect(detector.wasFitted(on: path))
    #expect(try detector.wasFitted(on: folder.write(text, to: "copy.csv")))
    #expect(try !detector.wasFitted(on: folder.write(text + "x,1,2,3\n", to: "other.csv")))
    #expect(try !detector.wasFitted(on: folder.write("a,b,c\n1,2,3\n", to: "train.csv")))
    #expect(!detector.wasFitted(on: folder.file("absent.csv")) && !detector.wasFitted(on: "-"))
  }
}
