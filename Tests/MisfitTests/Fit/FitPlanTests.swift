import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("The plan of a fit")
struct FitPlanTests {
  @Test("is reported once, and saved in the model", arguments: [ModelChoice.autoencoder])
  func saved(_ model: ModelChoice) throws {
    var options = SmallData.options(epochs: 2)
    options.model = model
    var plans: [FitPlan] = []
    let detector = try Detector.fit(SmallData.source(), options: options) { event in
      if case .planned(let plan, _) = event { plans.append(plan) }
    }
    #expect(plans == [detector.training.plan])
    let folder = try TemporaryFolder()
    try detector.save(folder.file("m.misfit"))
    #expect(try [Detector.load(folder.file("m.misfit")).training.plan] == plans)
  }

  @Test("differs from another one in the options that are set")
  func differences() throws {
    let options = SmallData.options(epochs: 2)
    let detector = try Detector.fit(SmallData.source(), options: options)
    let begun = detector.training.plan
    var other = options
    (other.training.clipNorm, other.rows.validationShare) = (0.5, 0.5)
    let family = ModelChoice.autoencoder.family
    let plan = try family.plan(PlanInput(other, dataOf: detector.record)).plan
    #expect(plan.differences(from: begun, other).map(\.option) == [.clipNorm, .validation])
    #expect(plan.differences(from: begun, options).isEmpty, "an option that is not set is not compared")
  }
}
