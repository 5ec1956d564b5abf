import MisfitCore
import MisfitKernels
import MisfitNetworks

/// An autoencoder as one model among others.
package struct NetworkModel: RowModel {
  /// The autoencoder.
  package let network: Network

  /// Takes a network.
  package init(_ network: Network) { self.network = network }

  package var width: Int { network.width }
  package var outputWidth: Int { network.outputWidth }
  package var codeCount: Int { network.architecture.codeCount }
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
    precondition(codes.count % codeCount == 0, "whole codes")
    let rowCount = codes.count / codeCount
    let outputs = FloatBuffer(count: rowCount * network.outputWidth).all
    let capacity = min(network.rowsPerShard, max(rowCount, 1))
    let pass = NetworkPass(network, capacity: capacity)
    for start in stride(from: 0, to: rowCount, by: capacity) {
      let count = min(capacity, rowCount - start)
      pass.code(rows: count).copy(from: codes[start * codeCount..<(start + count) * codeCount])
      pass.decode(rows: count)
      outputs[start * network.outputWidth..<(start + count) * network.outputWidth].copy(
        from: pass.reconstruction(rows: count))
    }
    return outputs
  }
}

/// A network's own buffers, behind the protocol.
private final class NetworkPlan: RowPlan {
  private let pass: NetworkPass

  init(_ pass: NetworkPass) { self.pass = pass }

  func input(rows: Int) -> FloatSlice { pass.input(rows: rows) }

  func rebuild(_ shard: Range<Int>) { pass.forward(shard) }

  func result(rows: Int) -> RowResult {
    RowResult(
      input: pass.input(rows: rows), code: pass.code(rows: rows),
      reconstruction: pass.reconstruction(rows: rows))
  }
}
