import Misfit
import Testing

@testable import MisfitBenchmark

@Suite("Measuring the kernels of each layer")
struct KernelRunTests {
  @Test("A network has a probe for each layer with weights, and counts its operations", arguments: [1, 7])
  func probes(rowCount: Int) throws {
    let network = try Network(Architecture.dense(inputShape: .row(5), hidden: [3]))
    let probes = (0..<LayerProbe.layerCount(of: network)).map {
      LayerProbe(network, layer: $0, rowCount: rowCount)
    }
    #expect(probes.map(\.kernelExtents) == [[5, 3], [3, 5]])
    #expect(probes.map(\.forwardOperations) == [Double(30 * rowCount), Double(30 * rowCount)])
    // The first layer needs no gradient of its input.
    #expect(probes.map(\.trainingOperations) == [Double(60 * rowCount), Double(90 * rowCount)])
    for probe in probes { probe.train() }
  }

  @Test("Unknown arguments are errors", arguments: [["--threads", "0"], ["--threads"], ["case"]])
  func arguments(_ words: [String]) {
    #expect(throws: BenchmarkError.self) { try KernelRun(words) }
  }
}
