import Foundation
import Misfit
import Testing

/// Rows about a line in space, the last of them far from it.
private func rows(_ count: Int = 120) -> [[Float]] {
  (0..<count).map { index in
    let x = Float(index % 31) / 31
    return [x, 2 * x + 0.01 * Float(index % 7), index == count - 1 ? 40 : 1 - x]
  }
}

private let columns = ["load", "flow", "heat"]

@Suite("The library's tasks")
struct LibraryTaskTests {
  @Test("The article shows the code that is tested")
  func sameText() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    func text(_ path: String) throws -> String {
      try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
    let tasks = try text("Tests/LibraryTests/LibraryTasks.swift").components(separatedBy: "// Task: ")
      .dropFirst()
    let article = try text("Sources/Misfit/Misfit.docc/LibraryTasks.md")
    #expect(tasks.count >= 15)
    for task in tasks {
      let lines = task.split(separator: "\n", maxSplits: 1)
      let code = lines[1].trimmingCharacters(in: .newlines)
      #expect(article.contains("## \(lines[0])\n"), "the article lacks \(lines[0])")
      #expect(article.contains("```swift\n\(code)\n```"), "the article has other code for \(lines[0])")
    }
  }

  @Test("Rows in memory are learned, saved, loaded and scored one by one")
  func rowsInMemory() async throws {
    let detector = try fitOnRows(rows())
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("misfit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("a.misfit").path
    try detector.save(path)
    let loaded = try Detector.load(path)
    #expect(try exportForRuntimes(loaded, to: folder.appendingPathComponent("a.onnx").path) == ["rows"])
    let source = try MemorySource(rows: rows(), columns: columns)
    let worst = try worstRows(of: source, by: loaded)
    #expect(worst.first?.record == 120)
    #expect(worst.first?.reasons.first?.feature == "heat")
    let one = try loaded.score(rows()[119])
    #expect(one.score == worst.first?.score)
    #expect(
      try loaded.score(["heat": 40, "load": Double(rows()[119][0]), "flow": Double(rows()[119][1])]).score
        == one.score)
    #expect(try discoveries(in: source, by: loaded).allSatisfy { $0.pValue ?? 1 < 0.1 })
    let flagged = try loaded.score(source).flagging(by: .contamination(1 / 120)).largest(5)
    #expect(flagged.filter { $0.isFlagged == true }.map(\.record) == [120])
    let stream = AsyncStream { continuation in
      for row in rows() { continuation.yield(row) }
      continuation.finish()
    }
    let alarms = try await alarms(in: stream, by: loaded)
    #expect(alarms.last?.id == "120")
  }

  @Test("A row of another width is an error with its number")
  func otherWidth() async throws {
    let detector = try fitOnRows(rows())
    let stream = AsyncStream<[Float]> { continuation in
      continuation.yield([0, 0, 1])
      continuation.yield([0, 0])
      continuation.finish()
    }
    var samples = 0
    do {
      for try await _ in detector.scores(of: stream) { samples += 1 }
      Issue.record("two values were scored by a detector of three columns")
    } catch let error as any MisfitError {
      #expect(samples == 1)
      #expect(error.position?.record == 2)
    }
  }

  @Test("Records in memory are a table with kinds of columns and missing cells")
  func records() throws {
    let records: [[String: CellValue]] = (0..<80).map { index in
      var record: [String: CellValue] = [
        "host": index % 2 == 0 ? "a \"quoted\", b" : "NA", "load": .number(Double(index % 9) + 0.5),
      ]
      if index % 10 == 0 { record["load"] = nil }
      return record
    }
    let detector = try Detector.fit(CSVSource(records: records))
    let usual = try detector.score(["host": "NA", "load": 3.5])
    let unseen = try detector.score(["host": "c", "load": 3.5])
    let far = try detector.score(["host": "NA", "load": 4_000])
    #expect(usual.score < unseen.score)
    #expect(usual.score < far.score)
    #expect(far.reasons.first?.feature == "load")
    #expect(try detector.score(["host": "NA"] as [String: CellValue]).score.isFinite)
  }

  @Test("Records of numbers are a table of numbers")
  func numberRecords() throws {
    let table = rows().map { row in
      Dictionary(uniqueKeysWithValues: zip(columns, row.map { Double($0) }))
    }
    let detector = try fitOnRecords(table)
    #expect(try worstRows(of: CSVSource(records: table), by: detector).first?.record == 120)
  }

  @Test("A network reports its epochs and learns from a custom source")
  func network() throws {
    let options = FitOptions(
      model: .autoencoder, network: .init(hidden: [2]), training: .init(epochs: 2),
      run: .init(threadCount: 1))
    var epochs: [Int] = []
    let detector = try Detector.fit(Sines(), options: options) { progress in
      if case .epoch(let epoch, _, _) = progress { epochs.append(epoch) }
    }
    #expect(epochs == [1, 2])
    #expect(try detector.score(Sines()).scores().count == 1_000)
  }

  @Test("A fit that is requested to stop throws an error")
  func stops() throws {
    do {
      _ = try Detector.fit(
        Sines(), options: FitOptions(model: .autoencoder, training: .init(epochs: 5)), shouldStop: { true })
      Issue.record("the fit went on")
    } catch let error as any MisfitError {
      #expect(error.problem == "stopped")
    }
  }

  @Test("Errors have a problem, a position and a remedy")
  func errors() throws {
    do {
      _ = try Detector.fit(CSVSource(text: "a,b\n1,2\n3\n", name: "t.csv"))
      Issue.record("a record without its second field was read")
    } catch let error as any MisfitError {
      #expect(error.position?.line == 3)
      #expect(error.remedy != nil)
    }
  }

  @Test("Numbers are ranked, summarized and compared without a model")
  func numbers() throws {
    let (old, new) = ([0.2, 0.9, 0.4, 0.3], [0.1, 0.7, 0.2, 0.3])
    #expect(largestErrors(old) == [1, 2, 3])
    #expect(summary(of: old).median == 0.35)
    #expect(summary(of: old).histogram?.count == 4)
    #expect(try winRate(of: old, over: new) == 0.125)
  }

  @Test("Batches of a stream are the scores of the source, in order")
  func batches() async throws {
    let detector = try fitOnRows(rows())
    let source = try MemorySource(rows: rows(), columns: columns)
    var scores: [Double] = []
    for try await batch in try detector.scores(of: source) { scores += batch.scores }
    #expect(try scores == detector.score(source).scores())
  }

  // In a process of its own, which an alarm ends: tasks without a thread would wait for ever.
  @Test("Streams that wait for their source do not hold up other tasks")
  func waitingStreams() async {
    await #expect(processExitsWith: .success) {
      alarm(60)
      let detector = try Detector.fit(Sines())
      let gate = Gate()
      try await withThrowingTaskGroup(of: Int.self) { group in
        // More streams than Swift has threads for tasks; all wait until a task of its own opens the gate.
        for _ in 0..<4 * ProcessInfo.processInfo.activeProcessorCount {
          group.addTask {
            var count = 0
            for try await batch in try detector.scores(of: GatedSines(gate: gate)) { count += batch.count }
            return count
          }
        }
        group.addTask {
          while gate.waitingCount < 2 { await Task.yield() }
          gate.open()
          return 1_000
        }
        for try await count in group where count != 1_000 { exit(1) }
      }
    }
  }
}

/// A gate that readers wait at until it is opened.
private final class Gate: @unchecked Sendable {
  private let condition = NSCondition()
  private var isOpen = false
  private var waiting = 0

  var waitingCount: Int { condition.withLock { waiting } }

  func pass() {
    condition.withLock {
      waiting += 1
      while !isOpen { condition.wait() }
    }
  }

  func open() {
    condition.withLock {
      isOpen = true
      condition.broadcast()
    }
  }
}

/// The rows of ``Sines``, once a gate is open.
private struct GatedSines: RecordSource {
  let gate: Gate
  var name: String { Sines().name }
  var layout: RecordLayout { Sines().layout }

  func makeReader() -> any RecordReader {
    gate.pass()
    return Sines().makeReader()
  }
}
