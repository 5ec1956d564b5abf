import Foundation
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitReporting
import Testing
import _TestSupport

@testable import Misfit

/// The models of Tests/Golden/Models, which `golden.py models` wrote with the builds of their time.
@Suite("Model files of earlier builds")
struct KeptModelTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Golden/Models").path

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".misfit") }.map { String($0.dropLast(7)) }.sorted()

  @Test("exist for every family")
  func complete() throws {
    let kinds = try Self.names.map { try Detector.load("\(Self.folder)/\($0).misfit").kind }
    #expect(
      Set(kinds) == [.autoencoder, .principalComponents, .local, .neighbors, .global]
        && Self.names.count >= 20)
  }

  @Test("load and score to the same bits, reasons included", arguments: names)
  func scores(_ name: String) throws {
    let detector = try Detector.load("\(Self.folder)/\(name).misfit")
    let data = name.split(separator: "-")[0]
    let wild = "\(Self.folder)/\(data)-wild.\(data == "images" ? "idx" : "csv")"
    let source = try detector.open(wild, options: SourceOptions())
    let output = try TemporaryFolder()
    let path = output.file("scores.csv")
    let table = try ScoreTable(path, layout: source.layout, reasonCount: data == "images" ? 0 : 3)
    var scoring = try detector.score(source)
    scoring.threadCount = 2
    try scoring.forEachBatch { try table.write($0) }
    try table.finish()
    let written = try String(contentsOfFile: path, encoding: .utf8)
    let kept = try String(contentsOfFile: "\(Self.folder)/\(name).csv", encoding: .utf8)
    // Products and convolutions have other last bits at the other levels.
    if VectorKernels.current.level == .avx512 {
      #expect(written == kept)
    } else {
      expectClose(cells(written), cells(kept))
    }
  }

  private func cells(_ text: String) -> [String] {
    text.split(separator: "\n").flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map(
      String.init)
  }

  private func expectClose(_ written: [String], _ kept: [String]) {
    #expect(written.count == kept.count)
    for (a, b) in zip(written, kept) where a != b {
      guard let x = Double(a), let y = Double(b) else {
        Issue.record("\(a), not \(b)")
        continue
      }
      #expect(abs(x - y) <= 1e-4 + 1e-3 * max(abs(x), abs(y)))
    }
  }
}
