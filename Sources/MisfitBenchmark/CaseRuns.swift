import Misfit

/// The runs of one case, alone or interleaved with its peers.
struct CaseRuns {
  private let item: any BenchmarkCase
  private let setting: CaseSetting
  private let program: String
  private let runCount: Int
  /// All of our measurements.
  private(set) var measurements: [Measurement] = []
  /// The pairs with each peer that ran.
  private(set) var pairs: [PeerPairs] = []

  init(item: any BenchmarkCase, setting: CaseSetting, program: String, runCount: Int) {
    self.item = item
    self.setting = setting
    self.program = program
    self.runCount = runCount
  }

  /// Runs everything and returns whether all peers ran.
  ///
  /// - Throws: ``BenchmarkError`` if a case of ours fails; a peer that fails is reported and skipped.
  mutating func run(against runner: PeerRunner?) throws -> Bool {
    let peers = runner == nil ? [] : item.peers
    var allRan = true
    if let runner { for peer in peers { allRan = succeeds({ try runner.prepare(peer, setting) }) && allRan } }
    _ = try HiddenCommand.prepare(item.name, setting).run(program, name: item.name)
    if let runner { for peer in peers { allRan = try run(in: turn(with: peer, runner)) && allRan } }
    while measurements.count < runCount { try measure() }
    try Self.checkSameBits(measurements)
    return allRan
  }

  /// Checks that runs with the same seed have the same losses, to the last bit.
  ///
  /// - Throws: ``BenchmarkError``.
  static func checkSameBits(_ measurements: [Measurement]) throws(BenchmarkError) {
    let losses = Set(measurements.map { [$0.trainLoss, $0.validationLoss] })
    guard losses.count <= 1 else {
      throw BenchmarkError(.wrongAnswer("runs with the same seed give different losses"))
    }
  }

  private typealias Turn = (peer: Peer, run: () throws -> PeerRun)

  private func turn(with peer: Peer, _ runner: PeerRunner) -> Turn {
    (peer, { [item, setting] in try runner.run(peer, caseName: item.name, setting) })
  }

  /// Runs A B A B; returns false if the peer fails.
  private mutating func run(in turn: Turn) throws -> Bool {
    var taken = PeerPairs(caseName: item.name, peerName: turn.peer.name)
    for _ in 0..<runCount {
      let ours = try measure()
      do { taken.append(ours: ours, peer: try turn.run()) } catch {
        Report.note("\(error)")
        return false
      }
    }
    pairs.append(taken)
    return true
  }

  /// Runs ours once and returns the median of its times.
  @discardableResult
  private mutating func measure() throws -> Double {
    let run = try HiddenCommand.measure(item.name, setting).measurement(program, name: item.name)
    measurements.append(run)
    return Statistics.median(run.seconds)
  }

  private func succeeds(_ body: () throws -> Void) -> Bool {
    do { try body() } catch {
      Report.note("\(error)")
      return false
    }
    return true
  }
}
