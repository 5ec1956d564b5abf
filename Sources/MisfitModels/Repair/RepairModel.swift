import MisfitCore
import MisfitKernels
import MisfitNetworks
import MisfitONNX

/// A network that repairs images, and one that judges where an image differs from its repair.
///
/// The reconstruction is the repair. The score of a pixel is the judge's output, from 0 to 1; that of an
/// image the largest of its pixels.
package struct RepairModel: RowModel {
  /// The network that repairs: [H, W, C] to [H, W, C].
  package let repair: Network
  /// The network that judges an image beside its repair: [H, W, 2C] to [H, W, 1].
  package let judge: Network

  /// Creates a model of two networks.
  ///
  /// - Precondition: the judge takes the repaired images beside the originals, and has a value a pixel.
  package init(repair: Network, judge: Network) {
    precondition(Self.fit(repair.architecture, judge.architecture), "a judge of what is repaired")
    self.repair = repair
    self.judge = judge
  }

  /// Returns whether a judge takes the images of a repairing network.
  package static func fit(_ repair: Architecture, _ judge: Architecture) -> Bool {
    guard let image = repair.inputShape.imageExtents, repair.targetShape == nil else { return false }
    let (height, width) = (image.height, image.width)
    return judge.inputShape == .image(height: height, width: width, channels: 2 * image.channels)
      && judge.targetShape == .image(height: height, width: width, channels: 1)
  }

  package var width: Int { repair.width }
  package var codeCount: Int { 0 }
  package var ownScore: OwnScore? { .pixels }
  package var description: ModelDescription {
    ModelDescription(.repair, networks: [repair.architecture, judge.architecture])
  }
  package var givesProbabilities: Bool { repair.architecture.outputActivation == .sigmoid }
  package var summary: String {
    "repair by \(repair.architecture.summary), judged by \(judge.architecture.summary)"
  }
  package var parameterCount: Int { repair.parameterCount + judge.parameterCount }
  package var tensors: [ModelTensor] {
    [(Self.repairPrefix, repair), (Self.judgePrefix, judge)].flatMap { prefix, network in
      network.tensors.map { ModelTensor(prefix + $0.name, $0.extents, network.parameters[$0.range]) }
    }
  }

  /// The prefix of the names of the repairing network's tensors.
  package static let repairPrefix = "repair."
  /// The prefix of the names of the judge's tensors.
  package static let judgePrefix = "judge."

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let rowsPerShard = min(repair.rowsPerShard, judge.rowsPerShard)
    return RowPlans(rowsPerShard: rowsPerShard) { capacity in
      RepairPlan(repair: repair, judge: judge, capacity: capacity)
    }
  }
}

/// The buffers of both networks.
private final class RepairPlan: RowPlan {
  private let repair: NetworkPass
  private let judge: NetworkPass
  private let width: Int
  private let channels: Int
  private let pixelCount: Int
  private let scores: FloatSlice
  private let noCode = FloatBuffer(count: 0).all

  init(repair: Network, judge: Network, capacity: Int) {
    self.repair = NetworkPass(repair, capacity: capacity)
    self.judge = NetworkPass(judge, capacity: capacity)
    width = repair.width
    pixelCount = judge.outputWidth
    channels = repair.width / judge.outputWidth
    scores = FloatBuffer(count: capacity).all
  }

  func input(rows: Int) -> FloatSlice { repair.input(rows: rows) }

  func reconstruct(_ shard: Range<Int>) {
    repair.forward(shard)
    func part(_ slice: FloatSlice, _ width: Int) -> FloatSlice {
      slice[shard.lowerBound * width..<shard.upperBound * width]
    }
    RepairedImages.interleave(
      part(repair.input(rows: shard.upperBound), width),
      part(repair.reconstruction(rows: shard.upperBound), width), channels: channels,
      into: part(judge.input(rows: shard.upperBound), 2 * width))
    judge.forward(shard)
    let maps = Rows(judge.reconstruction(rows: shard.upperBound), width: pixelCount)
    for row in shard {
      let map = maps[row].span
      var largest: Float = 0
      for index in map.indices { largest = map[index].isNaN || map[index] > largest ? map[index] : largest }
      scores[row] = largest
    }
  }

  func result(rows: Int) -> RowResult {
    var result = RowResult(
      input: repair.input(rows: rows), code: noCode, reconstruction: repair.reconstruction(rows: rows),
      scores: scores[0..<rows])
    result.pixelScores = judge.reconstruction(rows: rows)
    return result
  }
}

extension RepairModel {
  package func graph(_ input: GraphRows) -> RowGraph {
    let rows = input.value
    let repaired = repair.graph(rows)
    let (pixels, channels) = (judge.outputWidth, repair.width / judge.outputWidth)
    func images(_ value: GraphValue) -> GraphValue { value.reshaped([-1, pixels, channels]) }
    let pairs = rows.graph.concatenate([images(rows), images(repaired)], axis: 2)
    let map = judge.graph(pairs.reshaped([-1, 2 * repair.width]))
    return RowGraph(input: rows, reconstruction: repaired, score: map.maximum(axis: 1).atLeast(0))
  }
}
