import Foundation
import MisfitStreams
import Testing

/// Streams in a program that sees only what is public.
@Suite("Streams in a program")
struct StreamTests {
  private func load(_ index: Int) -> Double {
    20 + sin(Double(index) * 0.7) + cos(Double(index) * 0.31) + (index == 800 ? 40 : 0)
  }

  @Test("A watcher alarms, names its reason, and continues from its state")
  func watcher() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("misfit-\(UUID().uuidString).state").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let watcher = Watcher(columns: ["load"])
    for index in 0..<700 { #expect(try watcher.observe(StreamRow([load(index)])).event != .new) }
    try watcher.save(to: path)
    let (restored, _) = try Watcher.restored(from: path)
    var events: [Observation] = []
    for index in 700..<900 {
      let observation = try restored.observe(StreamRow([load(index)]))
      if observation.event == .new { events.append(observation) }
    }
    let event = try #require(events.first)
    #expect(event.row == 801 && event.column == "load" && event.value > 50 && event.expected < 30)
    #expect(event.reasons.contains { $0.statistic == .value })
  }

  @Test("The article's function alarms once, at the step")
  func article() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("misfit-\(UUID().uuidString).state").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rows = (0..<820).map { [load($0), 2 + 0.1 * sin(Double($0))] }
    #expect(try alarms(in: rows, state: path).count == 1)
    let (restored, _) = try Watcher.restored(from: path)
    #expect(restored.columns == ["cpu", "load"] && restored.rowCount == 820)
  }
}
