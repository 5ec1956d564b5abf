import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("The plan of a fit")
struct FitPlanTests {
  @Test(
    "is reported once, and saved in the model",
    arguments: ModelChoice.allCases.filter { ![.automatic, .repair, .patches].contains($0) })
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
    // The layers of the members are not stored apart from those of their mean.
    if model == .ensemble { plans[0].architecture = nil }
    #expect(try [Detector.load(folder.file("m.misfit")).training.plan] == plans)
  }

  @Test(
    "has no training options for a model that is not trained, nor does its record",
    arguments: [ModelChoice.principalComponents, .local, .neighbors, .global, .wide])
  func solved(_ model: ModelChoice) throws {
    var options = SmallData.options(epochs: 2)
    options.model = model
    let folder = try TemporaryFolder()
    let path = folder.file("m.misfit")
    try Detector.fit(SmallData.source(), options: options).save(path)
    let file = try SafeTensors(readingFrom: path)
    #expect(file.metadata["misfit.version"] == "3")
    let record = try #require(file.metadata["misfit.model"])
    for key in ["options", "optimizer", "initialization", "epochs", "threadCount", "fitSeconds"] {
      #expect(!record.contains("\"\(key)\""), "\(key)")
    }
    #expect(try Detector.load(path).training.plan.training == nil)
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
