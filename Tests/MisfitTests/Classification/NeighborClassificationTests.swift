import Foundation
import MisfitReporting
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Classification by neighbors")
struct NeighborClassificationTests {
  private struct Expected: Decodable {
    var train, test: [[Double]]
    var trainLabels, testLabels, found, classes: [String]
    var votes: [Int]
    var tied: [Bool]
    var confusion: [[Int]]
  }

  private func fixture() throws -> Expected {
    try Fixture.json("classification.json", as: Expected.self)
  }

  private func source(_ rows: [[Double]], _ labels: [String], name: String = "rows") throws -> MemorySource {
    try MemorySource(rows: rows, labels: labels, name: name)
  }

  private func options(_ neighbors: Int = 4, threads: Int = 2) -> NeighborClassification.Options {
    var options = NeighborClassification.Options()
    options.neighborCount = neighbors
    options.threadCount = threads
    return options
  }

  @Test(
    "Classes, votes and confusion are scikit-learn's on standardized columns, ties included",
    arguments: [1, 3])
  func oracle(threads: Int) throws {
    let expected = try fixture()
    let result = try NeighborClassification.run(
      train: source(expected.train, expected.trainLabels), test: source(expected.test, expected.testLabels),
      options: options(threads: threads))
    #expect(result.classes == expected.classes)
    #expect(result.predictions.map { result.classes[$0.found] } == expected.found)
    #expect(result.predictions.map(\.votes) == expected.votes)
    #expect(result.confusion.counts == expected.confusion)
    #expect(expected.tied.contains(true))
    let right = zip(expected.found, expected.testLabels).count { $0 == $1 }
    #expect(result.accuracy == Double(right) / 40)
    #expect(result.trainingCount == 90 && result.width == 3 && result.neighborCount == 4)
    #expect(result.memoryBytes > 90 * 4 * 4 && result.searchSeconds > 0 && result.encodingSeconds > 0)
  }

  @Test("Labels that are numbers come first, sorted by value")
  func order() {
    #expect(LabelOrder.sorted(["b", "10", "9", "a", "-1", "nan"]) == ["-1", "9", "10", "a", "b", "nan"])
  }

  @Test("More test samples than a block holds are classified in order")
  func many() throws {
    let rows = (0..<10_000).map { [Double($0 % 7)] }
    let labels = rows.map { "\(Int($0[0]))" }
    let result = try NeighborClassification.run(
      train: source(Array(rows.prefix(700)), Array(labels.prefix(700))), test: source(rows, labels),
      options: options(1))
    #expect(result.accuracy == 1 && result.predictions.count == 10_000)
    #expect(result.predictions[9999].id == "10000")
    #expect(result.predictions.map(\.actual) == rows.map { Int($0[0]) })
  }

  @Test("The codes of a detector are compared, and a detector without codes is refused")
  func codes() throws {
    let table = try SmallData.source(rows: 60)
    let rows = try rows(of: table)
    let labels = rows.map { $0[0] < 0.5 ? "low" : "high" }
    let labelled = try MemorySource(rows: rows, columns: ["a", "b", "c"], labels: labels)
    var options = options(3)
    options.detector = try Detector.fit(table, options: SmallData.options(epochs: 30))
    let result = try NeighborClassification.run(train: labelled, test: labelled, options: options)
    #expect(result.width == 2 && result.representation == "2 values of the code")
    #expect(try #require(result.accuracy) > 0.9)
    var neighbors = SmallData.options()
    neighbors.model = .neighbors
    options.detector = try Detector.fit(table, options: neighbors)
    let error = #expect(throws: ClassificationError.self) {
      try NeighborClassification.run(train: labelled, test: labelled, options: options)
    }
    #expect(error?.kind == .noCode(.neighbors))
  }

  private func rows(of source: any RecordSource) throws -> [[Double]] {
    var rows: [[Double]] = []
    try source.forEachBatch { batch in
      for row in 0..<batch.rowCount {
        rows.append((0..<batch.width).map { batch.value(row: row, column: $0) })
      }
    }
    return rows
  }

  @Test("A source without labels, an unknown label and too many classes are reported with their position")
  func errors() throws {
    let good = try source([[0], [1]], ["a", "b"], name: "train.csv")
    let bare = try MemorySource(rows: [[0]], name: "bare.csv")
    let strange = try source([[0], [1]], ["a", "c"], name: "test.csv")
    func error(_ train: any RecordSource, _ test: any RecordSource) -> ClassificationError? {
      #expect(throws: ClassificationError.self) {
        try NeighborClassification.run(train: train, test: test, options: options(1))
      }
    }
    #expect(error(bare, good)?.kind == .noLabels)
    #expect(error(good, bare)?.position?.source == "bare.csv")
    let unknown = error(good, strange)
    #expect(unknown?.kind == .unknownLabel("c"))
    #expect(unknown?.position == InputPosition(source: "test.csv", record: 2))
    let names = try source((0..<1001).map { [Double($0)] }, (0..<1001).map { "row \($0)" })
    #expect(error(names, names)?.kind == .tooManyClasses(limit: 1000))
  }

  @Test("Training samples above the memory limit, and test samples of another shape, are errors")
  func limits() throws {
    let good = try source([[0], [1]], ["a", "b"])
    var small = options(1)
    small.memoryLimitBytes = 31
    let error = #expect(throws: ClassificationError.self) {
      try NeighborClassification.run(train: good, test: good, options: small)
    }
    #expect(error?.kind == .tooLarge(neededBytes: 32, limitBytes: 31))
    let wide = try source([[0, 1]], ["a"])
    #expect(throws: IngestError.self) {
      try NeighborClassification.run(train: good, test: wide, options: options(1))
    }
  }

  @Test("The files of the report contain the predictions and the matrix")
  func report() throws {
    let folder = try TemporaryFolder()
    let train = try source([[0], [1], [9], [10]], ["no", "no", "y,es", "y,es"])
    let test = try source([[0.4], [9.5], [1.2]], ["no", "y,es", "y,es"])
    let result = try NeighborClassification.run(train: train, test: test, options: options(1))
    try ClassificationReport(result).write(to: folder.path)
    #expect(
      try text(folder, "predictions.csv") == """
        id,label,predicted,votes,right
        1,no,no,1,1
        2,"y,es","y,es",1,1
        3,"y,es",no,1,0

        """)
    #expect(try text(folder, "confusion-matrix.csv") == "label,no,\"y,es\"\nno,1,0\n\"y,es\",1,1\n")
    let object = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: folder.file("summary.json"))))
    let json = try #require(object as? [String: Any])
    #expect(json["samples"] as? Int == 3 && json["confusion"] as? [[Int]] == [[1, 0], [1, 1]])
    #expect(((json["classes"] as? [[String: Any]])?.last)?["recall"] as? Double == 0.5)
    #expect(try PNGDecoder.image(ofFile: folder.file("confusion-matrix.png")).width > 200)
    #expect(try text(folder, "confusion-matrix.svg").contains("<svg"))
  }

  private func text(_ folder: TemporaryFolder, _ name: String) throws -> String {
    try String(contentsOfFile: folder.file(name), encoding: .utf8)
  }
}
