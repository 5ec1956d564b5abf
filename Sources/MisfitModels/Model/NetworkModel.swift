import MisfitCore
import MisfitNetworks

/// An autoencoder as one model among others.
public struct NetworkModel: RowModel {
  /// The autoencoder.
  public let network: Network

  /// Takes a network.
  public init(_ network: Network) { self.network = network }

  public var width: Int { network.width }
  public var codeCount: Int { network.architecture.codeCount }
  public var hasOwnScore: Bool { false }
  public var summary: String { network.architecture.summary }
  public var parameterCount: Int { network.parameterCount }
  public var tensors: [ModelTensor] {
    network.tensors.map { ModelTensor($0.name, $0.extents, network.parameters[$0.range]) }
  }

  public func makePlan(rowsWereLearned: Bool) -> any RowPlan { NetworkPlan(plan: ForwardPlan(network)) }
}

/// A network's own plan, behind the protocol.
private struct NetworkPlan: RowPlan {
  let plan: ForwardPlan

  var rowsPerShard: Int { plan.rowsPerShard }
  var rowsPerBlock: Int { plan.rowsPerBlock }

  func run(
    rowCount: Int, on pool: WorkerPool, prepare: (Range<Int>) throws -> Void,
    load: (Range<Int>, FloatSlice) -> Void, finish: (Range<Int>, RowResult) -> Void,
    conclude: (Range<Int>) throws -> Void
  ) rethrows {
    try plan.run(
      rowCount: rowCount, on: pool, prepare: prepare, load: load,
      finish: { range, result in
        finish(
          range,
          RowResult(input: result.input, code: result.code, reconstruction: result.reconstruction))
      }, conclude: conclude)
  }
}
