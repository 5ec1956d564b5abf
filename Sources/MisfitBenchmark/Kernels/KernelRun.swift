import Misfit
import MisfitReporting

/// The speed of each layer of the training cases alone, beside the processor's limit: the first thing to run
/// on a new machine.
struct KernelRun {
  /// All processors by default.
  var threadCount = WorkerPool.availableProcessorCount
  /// Whether one JSON object a line is printed.
  var isJSON = false

  static let help = """
    usage: misfit-benchmark kernels [--threads N] [--json]

    Prints the GFLOP/s of each layer of the training cases, forward and in training (forward, gradients of
    weights and input), with one thread and with all, and their share of the limit: the rate of products of
    matrices of 480 or 512 a side. Each thread computes its part of a batch on memory of its own, so that
    what is lost to waiting and sharing in a training is not in these figures. Takes less than 20 seconds.
    """

  /// Parses the arguments after `kernels`.
  ///
  /// - Throws: ``BenchmarkError`` of the kind `usage`.
  init(_ words: [String]) throws(BenchmarkError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "--json": isJSON = true
      case "--threads":
        guard let value = rest.popFirst() else { throw BenchmarkError(.usage("--threads needs a value")) }
        guard let count = Int(value), count >= 1 else {
          throw BenchmarkError(.usage("--threads cannot be \(value)"))
        }
        threadCount = count
      default: throw BenchmarkError(.usage("unknown argument \(word) of kernels"))
      }
    }
  }

  /// The rates of a layer.
  struct Figures {
    /// The extents of the kernel, and the rows of a batch.
    var layer: String
    /// Floating-point operations a second, forward and in training, by number of threads.
    var rates: [(threadCount: Int, forward: Double, training: Double)]
  }

  /// Measures all layers, and prints them.
  ///
  /// - Throws: the errors of the networks.
  func run() throws {
    let threadCounts = threadCount == 1 ? [1] : [1, threadCount]
    let limits = threadCounts.map { ArithmeticProbe.operationsPerSecond(threadCount: $0) }
    var all: [Figures] = []
    for shape in try Self.shapes() where !all.contains(where: { $0.layer == shape.name }) {
      let rates = try threadCounts.map { count in try Self.rates(shape, threadCount: count) }
      all.append(Figures(layer: shape.name, rates: rates))
    }
    if isJSON {
      printJSON(all, limits)
    } else {
      printTable(all, threadCounts, limits)
    }
  }

  /// A layer of a case.
  private struct Shape {
    var architecture: Architecture
    /// The index among the layers with weights.
    var index: Int
    var batchSize: Int
    var name: String
  }

  private static func shapes() throws -> [Shape] {
    try TrainingCase.published.compactMap { $0 as? TrainingCase }.flatMap { item -> [Shape] in
      let shape: SampleShape = item.rows == .random30 ? .row(30) : .image(height: 28, width: 28, channels: 1)
      let architecture = try item.architecture(shape)
      let network = try Network(architecture)
      return (0..<LayerProbe.layerCount(of: network)).map { index in
        let probe = LayerProbe(network, layer: index, rowCount: 1)
        let extents = probe.kernelExtents.map(String.init).joined(separator: " x ")
        let operations = NumberText.grouped(Int(probe.forwardOperations / 2))
        let name = "\(extents), \(operations) multiplications, batch \(item.batchSize)"
        return Shape(architecture: architecture, index: index, batchSize: item.batchSize, name: name)
      }
    }
  }

  private static func rates(
    _ shape: Shape, threadCount: Int
  ) throws -> (threadCount: Int, forward: Double, training: Double) {
    let rowCount = max(1, shape.batchSize / threadCount)
    let probes = try (0..<threadCount).map { _ in
      LayerProbe(try Network(shape.architecture), layer: shape.index, rowCount: rowCount)
    }
    let pool = NumericThread.pool(threadCount: threadCount)
    let forward = operationsPerSecond(probes, probes[0].forwardOperations, pool) { $0.forward() }
    let training = operationsPerSecond(probes, probes[0].trainingOperations, pool) { $0.train() }
    return (threadCount, forward, training)
  }

  private static let roundCount = 5
  private static let operationsPerRound = 4e8

  /// Returns the operations a second of all threads together, in the best of a few rounds.
  private static func operationsPerSecond(
    _ probes: [LayerProbe], _ operations: Double, _ pool: WorkerPool,
    _ body: @escaping @Sendable (LayerProbe) -> Void
  ) -> Double {
    // Long enough for a thread to start, and for the clock.
    let repetitions = Int(min(max(operationsPerRound / operations, 1), 2000))
    let round = {
      pool.run(shardCount: probes.count) { index in
        for _ in 0..<repetitions { body(probes[index]) }
      }
    }
    NumericThread.scope(round)
    let seconds = (0..<roundCount).map { _ in Stopwatch.time { NumericThread.scope(round) }.seconds }
    return operations * Double(repetitions * probes.count) / (seconds.min() ?? .infinity)
  }

  private func printTable(_ all: [Figures], _ threadCounts: [Int], _ limits: [Double]) {
    let groups = threadCounts.map { CountText.of($0, "thread") }
    for (group, limit) in zip(groups, limits) {
      print("limit, \(group): \(NumberText.fixed(limit * 1e-9, decimals: 0)) GFLOP/s")
    }
    let title = ["kernel"] + groups.flatMap { ["\($0): forward", "of limit", "training", "of limit"] }
    let rows = all.map { figures -> [String] in
      let cells = zip(figures.rates, limits).flatMap { rate, limit -> [String] in
        [rate.forward, rate.training].flatMap { rate -> [String] in
          [
            NumberText.fixed(rate * 1e-9, decimals: 1),
            "\(NumberText.fixed(rate / limit * 100, decimals: 0)) %",
          ]
        }
      }
      return [figures.layer] + cells
    }
    for line in TextTable.lines([title] + rows) { print(line) }
  }

  private func printJSON(_ all: [Figures], _ limits: [Double]) {
    for figures in all {
      for (rate, limit) in zip(figures.rates, limits) {
        let object: JSONValue = [
          "kernel": JSONValue(figures.layer), "threads": JSONValue(rate.threadCount),
          "forward_gflops": JSONValue(rate.forward * 1e-9),
          "training_gflops": JSONValue(rate.training * 1e-9), "limit_gflops": JSONValue(limit * 1e-9),
        ]
        print(JSONText.compact(object))
      }
    }
  }
}
