import Misfit
import Testing
import _TestSupport

@testable import MisfitBenchmark

@Suite("Peers run in turn")
struct PeerTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A shell script in Python's place: what is run is `sh FOLDER/torch_peer.py ...`.
  private func runner(_ script: String) throws -> PeerRunner {
    _ = try folder.write(script, to: "torch_peer.py")
    return PeerRunner(folder: folder.path, python: "sh")
  }

  private var setting: CaseSetting {
    var setting = CaseSetting()
    setting.workFolder = folder.path
    setting.threadCount = 2
    return setting
  }

  @Test("The figures are read from the JSON line, whatever else is printed")
  func figures() throws {
    let runner = try runner(
      """
      echo warning: something >&2
      echo "{\\"case\\":\\"$1\\",\\"epoch_seconds\\":$5.5,\\"peak_rss_mb\\":2}"
      """)
    let run = try runner.run(.torch(), caseName: "mnist-32", setting)
    #expect(run.seconds == 2.5)  // the fifth argument is the number of threads
    #expect(run.peakMemoryBytes == 2 << 20)
    #expect(try runner.run(.torch(threadCount: 1), caseName: "mnist-32", setting).seconds == 1.5)
  }

  @Test(
    "A peer that fails, or prints nothing, is an error", arguments: ["exit 3", "echo hello", "echo '{}'"])
  func failure(_ script: String) throws {
    let runner = try runner(script)
    #expect(throws: BenchmarkError.self) { try runner.run(.torch(), caseName: "mnist-32", setting) }
  }

  @Test("Ratios are taken pair by pair, and then their median")
  func ratios() {
    var pairs = PeerPairs(caseName: "a", peerName: "b")
    for (ours, peer) in [(1.0, 5.0), (2, 6), (1, 4)] {
      pairs.append(ours: ours, peer: PeerRun(seconds: peer, peakMemoryBytes: nil))
    }
    #expect(pairs.ratios == [5, 3, 4] && pairs.medianRatio == 4)
    #expect(pairs.row[4] == "5.0 3.0 4.0")
    #expect(pairs.json["peerPeakMemoryBytes"] == .null)
  }
}
