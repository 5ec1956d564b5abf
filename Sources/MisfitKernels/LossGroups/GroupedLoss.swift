import CVectorKernels
import MisfitCore

/// The loss of rows whose outputs belong to groups, and the cost of each group.
///
/// Shapes: rows of E values for D groups.
@safe package final class GroupedLoss: @unchecked Sendable {
  /// The groups of a row: D of them.
  package let groups: [LossGroup]
  /// The number of values of a row, E.
  package let width: Int
  /// The weight of each output's squared difference or, at the first output of any other group, of its cost:
  /// [E].
  private let factors: FloatSlice
  private let descriptions: UnsafeMutableBufferPointer<misfit_group>

  /// Creates the loss of rows of `width` values.
  ///
  /// - Precondition: at least one group; no group is empty or outside the row; a binary one has one output.
  package convenience init(_ groups: [LossGroup], width: Int) {
    let factors = FloatBuffer(count: width).all
    for group in groups {
      for output in group.outputs { factors[output] = Float(group.factor) }
    }
    // A squared difference is twice its value in nats.
    self.init(
      groups, factors: factors,
      markedCosts: groups.map { $0.markedCost * ($0.kind == .squares ? 2 : $0.factor) })
  }

  /// Creates a loss with other factors, [E], and other costs of marked groups, [D].
  private init(_ groups: [LossGroup], factors: FloatSlice, markedCosts: [Double]) {
    precondition(!groups.isEmpty, "the row has no groups")
    width = factors.count
    for group in groups {
      precondition(
        !group.outputs.isEmpty && group.outputs.lowerBound >= 0 && group.outputs.upperBound <= factors.count
          && group.mask.map { (0..<factors.count).contains($0) } ?? true
          && (group.kind != .binary || group.outputs.count == 1), "the group does not fit the row")
    }
    self.groups = groups
    self.factors = factors
    let descriptions = UnsafeMutableBufferPointer<misfit_group>.allocate(capacity: groups.count)
    for (index, group) in groups.enumerated() {
      unsafe descriptions.initializeElement(
        at: index,
        to: misfit_group(
          start: group.outputs.lowerBound, count: group.outputs.count, mask: group.mask ?? -1,
          kind: Int32(group.kind.code.rawValue), mark: group.mark ?? .nan,
          marked_cost: Float(markedCosts[index])))
    }
    unsafe self.descriptions = descriptions
  }

  deinit { unsafe descriptions.deallocate() }

  /// Returns a loss whose costs are negative log-likelihoods in nats, without the term of normal densities
  /// that depends only on the variance.
  ///
  /// Squares are those of values that are normal around the outputs, with the given variances [E], at least
  /// ``leastVariance``.
  ///
  /// - Precondition: as many variances as values.
  package func inNats(variances: [Double]) -> GroupedLoss {
    precondition(variances.count == width, "not one variance per value")
    let factors = FloatBuffer(count: width).all
    for group in groups {
      for output in group.outputs {
        factors[output] = group.kind == .squares ? Float(0.5 / max(variances[output], Self.leastVariance)) : 1
      }
    }
    return GroupedLoss(groups, factors: factors, markedCosts: groups.map(\.markedCost))
  }

  /// The lower bound of the variance in a likelihood: about the rounding error of 24-bit numbers of size 1.
  package static let leastVariance = 1e-8

  /// Calls `body` with the groups in the form of the kernels.
  private func withKernelGroups<Result>(_ body: (inout misfit_groups) -> Result) -> Result {
    guard let start = unsafe UnsafePointer(descriptions.baseAddress) else {
      preconditionFailure("the row has no groups")
    }
    var list = unsafe misfit_groups(
      groups: start, count: groups.count, width: width, factors: UnsafePointer(factors.pointer))
    return unsafe body(&list)
  }

  /// Returns the sum of the costs of all groups of rows, and computes `scale` times its gradient with respect
  /// to `sums`, which it may overwrite.
  ///
  /// Shapes: all [R, E].
  ///
  /// - Precondition: whole rows, the same number of each.
  package func loss(
    of sums: FloatSlice, against target: FloatSlice, gradient: FloatSlice?, scale: Float,
    kernels: VectorKernels = .current
  ) -> Float {
    let rows = rowCount(of: sums, target)
    precondition(
      gradient.map { $0.count == sums.count } ?? true, "the gradient has another count than the sums")
    return unsafe withKernelGroups {
      unsafe kernels.table.group_loss(
        &$0, sums.pointer, target.pointer, gradient?.pointer, rows, scale)
    }
  }

  /// Computes the costs of the groups of rows, and replaces the sums by the values of the groups.
  ///
  /// The values are √2 times the probability of a binary output, the probabilities of a softmax, and the
  /// target's masks.
  ///
  /// Shapes: `sums`, `target` [R, E]; `costs` [R, D], 0 for masked groups.
  ///
  /// - Precondition: whole rows, the same number of each.
  package func costs(
    of sums: FloatSlice, against target: FloatSlice, into costs: FloatSlice, kernels: VectorKernels = .current
  ) {
    let rows = rowCount(of: sums, target)
    precondition(costs.count >= rows * groups.count, "too few costs for the groups")
    unsafe withKernelGroups {
      unsafe kernels.table.group_costs(&$0, sums.pointer, target.pointer, rows, costs.pointer)
    }
  }

  private func rowCount(of sums: FloatSlice, _ target: FloatSlice) -> Int {
    precondition(sums.count == target.count && sums.count % width == 0, "not the same number of whole rows")
    return sums.count / width
  }
}

extension LossGroup.Kind {
  var code: misfit_group_kind {
    switch self {
    case .squares: MISFIT_SQUARES
    case .binary: MISFIT_BINARY
    case .softmax: MISFIT_SOFTMAX
    }
  }
}
