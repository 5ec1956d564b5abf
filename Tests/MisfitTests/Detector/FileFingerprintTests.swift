import MisfitIngest
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("The file that a model was fitted on")
struct FileFingerprintTests {
  @Test("is recognized by its bytes under any name, unlike other files")
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

  @Test("several files are recognized by a folder, a pattern or a list, but not a single one of them")
  func several() throws {
    let folder = try TemporaryFolder()
    let lines = SmallData.correlated(rows: 60).split(separator: "\n").map { $0 + "\n" }
    let header = String(lines[0])
    let first = try folder.write(header + lines[1..<30].joined(), to: "1.csv")
    let second = try folder.write(header + lines[30...].joined(), to: "2.csv")
    var options = SmallData.options()
    options.model = .local
    let source = try DataSource.open("\(folder.path)", options: SmallData.ids)
    let detector = try Detector.fit(source, options: options)
    #expect(detector.wasFitted(on: ["\(folder.path)"]))
    #expect(detector.wasFitted(on: ["\(folder.path)/?.csv"]))
    #expect(detector.wasFitted(on: [first, second]))
    #expect(!detector.wasFitted(on: [first]) && !detector.wasFitted(on: [second, first]))
    let single = try Detector.fit(CSVSource(first, options: SmallData.ids), options: options)
    #expect(single.wasFitted(on: [second, first]) && !single.wasFitted(on: [second]))
  }
}
