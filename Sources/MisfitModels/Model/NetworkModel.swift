import MisfitCore
import MisfitKernels
import MisfitNetworks

/// An autoencoder as a model of rows.
package struct NetworkModel: RowModel {
  /// The autoencoder.
  package let network: Network

  /// Creates a model of a network.
  package init(_ network: Network) { self.network = network }

  package var width: Int { network.width }
  package var outputWidth: Int { network.outputWidth }
  package var codeCount: Int { network.architecture.codeCount }
  package var ownScore: OwnScore? { nil }
  package var description: ModelDescription {
    ModelDescription(.autoencoder, architecture: network.architecture)
  }
  package var givesProbabilities: Bool { network.architecture.outputActivation == .sigmoid }
  package var summary: String { network.architecture.summary }
  package var parameterCount: Int { network.parameterCount }
  package var tensors: [ModelTensor] {
    network.tensors.map { ModelTensor($0.name, $0.extents, network.parameters[$0.range]) }
  }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let (network, weights) = (network, network.roundedWeights(for: precision))
    return RowPlans(rowsPerShard: network.rowsPerShard) { capacity in
      NetworkPlan(NetworkPass(network, capacity: capacity, weights: weights))
    }
  }
}

extension NetworkModel {
  package func decoded(_ codes: FloatSlice) -> FloatSlice? {
    guard network.decodesCodes else { return nil }
    let codes = Rows(codes, width: codeCount)
    let outputs = Rows(count: codes.count, width: network.outputWidth)
    let capacity = min(network.rowsPerShard, max(codes.count, 1))
    let pass = NetworkPass(network, capacity: capacity)
    for start in stride(from: 0, to: codes.count, by: capacity) {
      let rows = start..<min(start + capacity, codes.count)
      pass.code(rows: rows.count).copy(from: codes[rows].slice)
      pass.decode(rows: rows.count)
      outputs[rows].slice.copy(from: pass.reconstruction(rows: rows.count))
    }
    return outputs.slice
  }
}

/// The buffers of a network.
private final class NetworkPlan: RowPlan {
  private let pass: NetworkPass

  init(_ pass: NetworkPass) { self.pass = pass }

  func input(rows: Int) -> FloatSlice { pass.input(rows: rows) }

  func reconstruct(_ shard: Range<Int>) { pass.forward(shard) }

  func result(rows: Int) -> RowResult {
    RowResult(
      input: pass.input(rows: rows), code: pass.code(rows: rows),
      reconstruction: pass.reconstruction(rows: rows))
  }
}
