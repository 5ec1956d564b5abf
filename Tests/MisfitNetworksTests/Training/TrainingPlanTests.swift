import MisfitCore
import MisfitKernels
import Testing
import _AllocationCounting
import _TestSupport

@testable import MisfitNetworks

@Suite struct TrainingPlanTests {
  @Test(
    "a step allocates nothing, on one thread or several", arguments: PlanKind.allCases, [1, 2])
  func allocations(_ kind: PlanKind, _ threadCount: Int) throws {
    guard misfit_counts_allocations() == 1 else { return }
    let rowCount = 128
    let isSmall = kind == .small
    let network = try Network(
      .dense(inputShape: .row(isSmall ? 30 : 600), hidden: [isSmall ? 2 : 40]), seed: 1)
    let rows = FixedRows.random(rows: rowCount, width: network.width, seed: 3)
    rows.beginEpoch(1, shuffled: true)
    let plan = try kind.plan(
      network, .meanSquaredError, rowCount: rowCount, pool: WorkerPool(threadCount: threadCount))
    let step = OptimizerStep.adam(stepSize: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay: 0)
    func run(_ count: Int, clipNorm: Double?) {
      for _ in 0..<count {
        _ = plan.step(on: rows, range: 0..<rowCount, epoch: 1, optimizerStep: step, clipNorm: clipNorm)
      }
    }
    for clipNorm in [nil, 0.01] {
      run(1, clipNorm: clipNorm)
      let before = misfit_allocation_count()
      run(isSmall ? 100 : 10, clipNorm: clipNorm)
      #expect(misfit_allocation_count() == before)
    }
  }

  @Test("the allocation counter counts")
  func counting() {
    guard misfit_counts_allocations() == 1 else { return }
    let before = misfit_allocation_count()
    let buffer = FloatBuffer(count: 1000)
    #expect(misfit_allocation_count() > before)
    #expect(buffer.count == 1000)
  }
}
