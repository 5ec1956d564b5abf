import Misfit
import MisfitReporting

/// The results of a run, for people or for programs.
struct Report {
  private let writesJSON: Bool
  private var figures: [CaseFigures] = []
  private var pairs: [PeerPairs] = []

  init(writesJSON: Bool) { self.writesJSON = writesJSON }

  /// Adds a case; its lines for programs are printed at once, and the most important figures for people.
  mutating func add(_ figures: CaseFigures, _ pairs: [PeerPairs]) {
    self.figures.append(figures)
    self.pairs += pairs
    guard writesJSON else { return Self.note(Self.progress(figures, pairs)) }
    for object in [figures.json] + pairs.map(\.json) { print(JSONText.compact(.object(object))) }
  }

  /// Prints a growth curve.
  func add(_ growth: GrowthFigures) {
    let lines = writesJSON ? growth.json.map { JSONText.compact(.object($0)) } : growth.lines
    for line in lines { print(line) }
  }

  /// The table for people.
  func finish() {
    guard !writesJSON, !figures.isEmpty else { return }
    for line in TextTable.lines([Self.titles] + figures.map(Self.row)) { print(line) }
    guard !pairs.isEmpty else { return }
    print("\nInterleaved with peers: speed-up over each")
    for line in TextTable.lines([PeerPairs.titles] + pairs.map(\.row)) { print(line) }
  }

  /// Returns the figures so far, so that an interrupted long run was not in vain.
  private static func progress(_ figures: CaseFigures, _ pairs: [PeerPairs]) -> String {
    let seconds = NumberText.significant(figures.medianSeconds, digits: 3)
    let ratios = pairs.map { ", \(NumberText.fixed($0.medianRatio, decimals: 2)) times \($0.peerName)" }
    return "  \(seconds) s" + ratios.joined()
  }

  private static let titles = [
    "case", "seconds", "least", "samples/s", "GFLOP/s", "MB/s", "of limit", "peak memory", "val loss",
  ]

  private static func row(_ figures: CaseFigures) -> [String] {
    [
      figures.name, NumberText.significant(figures.medianSeconds, digits: 3),
      NumberText.significant(figures.leastSeconds, digits: 3),
      figures.samplesPerSecond.map { NumberText.grouped(Int($0)) } ?? "",
      figures.operationsPerSecond.map { NumberText.fixed($0 / 1e9, decimals: 1) } ?? "",
      figures.bytesPerSecond.map { NumberText.fixed($0 / 1e6, decimals: 0) } ?? "",
      figures.shareOfLimit.map { NumberText.fixed($0 * 100, decimals: 1) + " %" } ?? "",
      figures.peakMemoryBytes.map(NumberText.bytes) ?? "",
      figures.runs.first?.validationLoss.map { NumberText.significant($0, digits: 5) } ?? "",
    ]
  }

  /// Prints a message for people, apart from the results.
  static func note(_ text: String) { try? ByteFile.standardError.write(text + "\n") }
}
