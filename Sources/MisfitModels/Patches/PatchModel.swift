import MisfitCore
import MisfitKernels
import MisfitNetworks
import MisfitONNX

/// A model of the patches of images: an autoencoder, and the patches that are common in normal images.
///
/// The two see different defects. A ragged edge has a large reconstruction error, and is as far from the
/// common patches as many normal places; a missing piece of a smooth line is reconstructed as well as any
/// line, and is far from all that has been seen.
///
/// The score of a pixel is the sum of its squared error, the mean of its channels, and of the distance of
/// its patch to the nearest common one, each by its weight. The larger of both would find as much in clean
/// data; where anomalies are among the learned images, the sum finds more.
package struct PatchModel: RowModel {
  /// The weights of both parts of a pixel's score.
  package struct Weights: Sendable, Hashable {
    /// The weight of the squared error.
    package var error: Float
    /// The weight of the distance to the nearest common patch.
    package var distance: Float

    /// Creates weights.
    package init(error: Float, distance: Float) {
      self.error = error
      self.distance = distance
    }
  }

  /// The autoencoder.
  package let network: Network
  /// The common patches.
  package let codebook: PatchCodebook
  /// The weights of both parts of a pixel's score.
  package let weights: Weights

  /// Creates a model.
  package init(_ network: Network, _ codebook: PatchCodebook, weights: Weights) {
    self.network = network
    self.codebook = codebook
    self.weights = weights
  }

  package var width: Int { network.width }
  package var codeCount: Int { network.architecture.codeCount }
  package var ownScore: OwnScore? { .patches }
  package var description: ModelDescription {
    ModelDescription(.patches, networks: [network.architecture])
  }
  package var givesProbabilities: Bool { network.architecture.outputActivation == .sigmoid }
  package var summary: String {
    "\(network.architecture.summary), and \(codebook.centers.count) common patches"
  }
  package var parameterCount: Int { network.parameterCount + codebook.centers.rows.slice.count }
  package var tensors: [ModelTensor] {
    func numbers(_ name: String, _ values: [Float]) -> ModelTensor {
      ModelTensor(name, [values.count], FloatBuffer(values).all)
    }
    let features = codebook.features
    return network.tensors.map {
      ModelTensor(Self.networkPrefix + $0.name, $0.extents, network.parameters[$0.range])
    } + [
      ModelTensor(
        Self.centersName, [codebook.centers.count, codebook.centers.width], codebook.centers.rows.slice),
      numbers(Self.featuresName, [features.contrastFloor, features.brightnessScale]),
      numbers(Self.weightsName, [weights.error, weights.distance]),
    ]
  }

  /// The prefix of the names of the network's tensors.
  package static let networkPrefix = "network."
  /// The name of the tensor of centers: [K, F].
  package static let centersName = "centers"
  /// The name of the tensor of the features' numbers: the contrast floor, the brightness scale.
  package static let featuresName = "features"
  /// The name of the tensor of weights: of the error, of the distance.
  package static let weightsName = "weights"

  package func decoded(_ codes: FloatSlice) -> FloatSlice? { NetworkModel(network).decoded(codes) }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let rounded = network.roundedWeights(for: precision)
    let rowsPerShard = min(network.rowsPerShard, RowShards.rowLimit)
    return RowPlans(rowsPerShard: rowsPerShard) { capacity in
      PatchPlan(self, NetworkPass(network, capacity: capacity, weights: rounded), rowsPerShard, capacity)
    }
  }
}

/// The buffers that take patches through a ``PatchModel``.
private final class PatchPlan: RowPlan {
  private let model: PatchModel
  private let pass: NetworkPass
  private let step: PatchFeatureStep
  private let features: Rows
  private let pixels: Rows
  private let scores: FloatSlice
  private let channels: Int

  init(_ model: PatchModel, _ pass: NetworkPass, _ rowsPerShard: Int, _ capacity: Int) {
    self.model = model
    self.pass = pass
    channels = model.network.architecture.inputShape.imageExtents?.channels ?? 1
    let shardCapacity = min(rowsPerShard, capacity)
    step = PatchFeatureStep(model.codebook.features, rowCapacity: shardCapacity)
    features = Rows(count: shardCapacity, width: model.codebook.features.count)
    pixels = Rows(count: capacity, width: model.width / channels)
    scores = FloatBuffer(count: capacity).all
  }

  func input(rows: Int) -> FloatSlice { pass.input(rows: rows) }

  func reconstruct(_ shard: Range<Int>) {
    pass.forward(shard)
    let inputs = Rows(pass.input(rows: shard.upperBound), width: model.width)
    let outputs = Rows(pass.reconstruction(rows: shard.upperBound), width: model.width)
    let found = features[0..<shard.count]
    step.write(inputs[shard], to: found)
    let centers = model.codebook.centers
    let (weights, kernels) = (model.weights, VectorKernels.current)
    let factor = weights.error / Float(channels)
    for (row, center) in zip(shard, model.codebook.packedCenters.nearest(to: found)) {
      let distance = SquaredDistance.between(found[row - shard.lowerBound], centers[Int(center)]).squareRoot()
      scores[row] = kernels.pixelErrors(
        of: inputs[row], from: outputs[row], base: weights.distance * Float(distance), factor: factor,
        into: pixels[row])
    }
  }

  func result(rows: Int) -> RowResult {
    var result = RowResult(
      input: pass.input(rows: rows), code: pass.code(rows: rows),
      reconstruction: pass.reconstruction(rows: rows), scores: scores[0..<rows])
    result.pixelScores = pixels[0..<rows].slice
    return result
  }
}

extension PatchModel {
  package func graph(_ input: GraphRows) -> RowGraph {
    let (rows, graph) = (input.value, input.graph)
    let reconstruction = network.graph(rows)
    let channels = network.architecture.inputShape.imageExtents?.channels ?? 1
    let features = codebook.features
    let (cells, brightness) = features.graphWeights
    let mean = rows.mean(axis: 1)
    let deviation = ((rows - mean).square.mean(axis: 1)).squareRoot
    let contrast = (rows - mean) / (deviation + Double(features.contrastFloor))
    let found = graph.concatenate(
      [
        contrast.matMul(graph.matrix(cells, width: cells.count / width, name: "cells")),
        rows.matMul(graph.matrix(brightness, width: channels, name: "brightness")),
      ], axis: 1)
    let centers = codebook.centers
    let transposed = (0..<centers.width).flatMap { column in
      centers.rows.indices.map { centers.rows[$0][column] }
    }
    let products = found.matMul(graph.matrix(transposed, width: centers.count, name: "centers"))
    let squares = graph.row(
      centers.rows.indices.map { row in
        centers.rows[row].array.reduce(0) { $0 + Double($1) * Double($1) }
      })
    let nearest = (products * 2 - squares).maximum(axis: 1)
    let distance = (found.square.sum(axis: 1) - nearest).atLeast(0).squareRoot
    let pixels = (rows - reconstruction).square.reshaped([-1, width / channels, channels]).mean(axis: 2)
      .reshaped([-1, width / channels])
    let score = pixels.maximum(axis: 1) * Double(weights.error) + distance * Double(weights.distance)
    return RowGraph(input: rows, reconstruction: reconstruction, score: score)
  }
}
