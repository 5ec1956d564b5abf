import MisfitIngest
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Columns of a model in a source")
struct ColumnMatchingTests {
  private let detector: Detector
  private let reference: [Double]

  init() throws {
    detector = try SmallData.detector()
    reference = try detector.score(SmallData.source()).scores()
  }

  /// The same rows with columns in another order, one further column, and no id.
  private static let rearranged = SmallData.correlated(rows: 60, columns: ["c", "extra", "a", "b"])

  @Test("Reordered and additional columns do not change scores, opened for the model or not")
  func reordered() throws {
    let source = try CSVSource(text: Self.rearranged, options: SmallData.ids)
    #expect(try detector.score(source).scores() == reference)
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.rearranged, to: "rearranged.csv")
    let opened = try detector.open(path, options: SmallData.ids)
    #expect(try detector.score(opened).scores() == reference)
    let worst = try #require(detector.score(source).largest(1).first)
    #expect(Set(worst.reasons.map(\.feature)) == ["a", "b", "c"])
  }

  @Test("Missing columns are an error that lists them all")
  func missing() throws {
    let text = SmallData.correlated(rows: 5, columns: ["a", "bb", "d"])
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "missing.csv")
    let source = try CSVSource(text: text, options: SmallData.ids)
    for attempt in [
      { _ = try detector.score(source) }, { _ = try detector.open(path, options: SmallData.ids) },
    ] {
      let error = #expect(throws: IngestError.self) { try attempt() }
      guard case .missingColumns(let columns)? = error?.kind else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(columns.map(\.name) == ["b", "c"])
    }
  }

  @Test("Columns without names are matched by position, and must be as many")
  func unnamed() throws {
    let rows = SmallData.correlated(rows: 60).split(separator: "\n").dropFirst()
    let plain = rows.map { $0.drop { $0 != "," }.dropFirst() }.joined(separator: "\n")
    #expect(try detector.score(CSVSource(text: plain)).scores() == reference)
    #expect(throws: IngestError.self) { try detector.score(CSVSource(text: "1,2\n3,4\n")) }
  }

  @Test("A model of columns without names matches named ones by position")
  func modelWithoutNames() throws {
    let rows = SmallData.correlated(rows: 60).split(separator: "\n").dropFirst()
    let plain = rows.map { $0.drop { $0 != "," }.dropFirst() }.joined(separator: "\n")
    let unnamed = try Detector.fit(CSVSource(text: plain), options: SmallData.options())
    let folder = try TemporaryFolder()
    let path = try folder.write("p,q,r\n" + plain + "\n", to: "named.csv")
    let expected = try unnamed.score(CSVSource(text: plain)).scores()
    #expect(try unnamed.score(unnamed.open(path)).scores() == expected)
  }

  @Test("A validation file's columns are found by their names, too")
  func validationFile() throws {
    var options = SmallData.options()
    options.rows.validationSource = try SmallData.source(seed: 9)
    let straight = try Detector.fit(SmallData.source(), options: options)
    options.rows.validationSource = try CSVSource(
      text: SmallData.correlated(rows: 60, seed: 9, columns: ["c", "a", "b"]), options: SmallData.ids)
    let rearranged = try Detector.fit(SmallData.source(), options: options)
    #expect(straight.training.validationLoss != nil)
    #expect(straight.training.validationLoss == rearranged.training.validationLoss)
  }

  @Test("Columns of rows in memory are found by their names, and missing ones are an error")
  func memory() throws {
    let rows = (0..<40).map { [Double($0), Double($0 * $0 % 17)] }
    let detector = try Detector.fit(
      MemorySource(rows: rows, columns: ["x", "y"]), options: SmallData.options())
    let expected = try detector.score(MemorySource(rows: rows, columns: ["x", "y"])).scores()
    let swapped = try MemorySource(rows: rows.map { [0, $0[1], $0[0]] }, columns: ["z", "y", "x"])
    #expect(try detector.score(swapped).scores() == expected)
    #expect(try detector.score(MemorySource(rows: rows)).scores() == expected, "without names as they stand")
    let error = #expect(throws: IngestError.self) {
      _ = try detector.score(MemorySource(rows: rows, columns: ["x", "q"]))
    }
    guard case .missingColumns(let names)? = error?.kind else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(names.map(\.name) == ["y"])
  }
}
