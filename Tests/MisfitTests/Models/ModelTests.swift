import Foundation
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Models")
struct ModelTests {
  /// Every choice that can be made, small enough for a debug build.
  static let choices: [ModelChoice] = [
    .autoencoder, .ensemble, .principalComponents, .local, .neighbors, .global, .automatic,
  ]

  private func options(_ model: ModelChoice) -> FitOptions {
    var options = SmallData.options(epochs: 2, hidden: [model == .ensemble ? 5 : 2])
    options.model = model
    return options
  }

  private func detector(_ model: ModelChoice, rows: Int = 60) throws -> Detector {
    try Detector.fit(SmallData.source(rows: rows), options: options(model))
  }

  @Test("A saved and loaded model scores to the same bits", arguments: choices)
  func roundTrip(model: ModelChoice) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("model.misfit")
    let detector = try detector(model)
    try detector.save(path)
    let loaded = try Detector.load(path)
    #expect(loaded.kind == detector.kind && loaded.model.summary == detector.model.summary)
    #expect(loaded.calibration == detector.calibration && loaded.record.model == detector.record.model)
    let samples = try detector.score(SmallData.source(seed: 8)).largest(60)
    #expect(try loaded.score(SmallData.source(seed: 8)).largest(60) == samples)
    #expect(samples.allSatisfy { $0.score.isFinite })
    // The same file again: nothing is lost on the way.
    try loaded.save(folder.file("again.misfit"))
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: path))
        == Data(contentsOf: URL(fileURLWithPath: folder.file("again.misfit"))))
  }

  @Test("Threads change no score", arguments: choices)
  func threads(model: ModelChoice) throws {
    var results: [[Double]] = []
    for count in [1, 3] {
      var options = options(model)
      options.run.threadCount = count
      let detector = try Detector.fit(SmallData.source(), options: options)
      var scoring = try detector.score(SmallData.source(seed: 9))
      scoring.threadCount = count
      results.append(try scoring.scores())
    }
    #expect(results[0] == results[1])
  }

  @Test("Batches of any size give the same scores and reasons", arguments: choices)
  func batches(model: ModelChoice) throws {
    let detector = try detector(model)
    var scoring = try detector.score(SmallData.source(seed: 3))
    let expected = try scoring.largest(60)
    scoring.batchCapacity = 7
    #expect(try scoring.largest(60) == expected)
  }

  @Test("The shares of the reasons add up to 1", arguments: choices)
  func shares(model: ModelChoice) throws {
    for sample in try detector(model).score(SmallData.source(seed: 4)).largest(10) {
      #expect(abs(sample.reasons.reduce(0) { $0 + $1.share } - 1) < 1e-4)
      #expect(sample.reasons.allSatisfy { $0.value.number?.isFinite ?? false })
      #expect(sample.reasons.allSatisfy { $0.expected.number?.isFinite ?? false })
    }
  }

  @Test(
    "The anomalous column of a row in a correlated table is the first reason",
    arguments: [ModelChoice.local, .neighbors, .principalComponents])
  func plantedColumn(model: ModelChoice) throws {
    var options = options(model)
    options.components = .count(1)
    let detector = try Detector.fit(SmallData.source(rows: 200), options: options)
    // Rows on the line, but for one column that is a fifth of its range off.
    let rows = (0..<20).map { step -> [Double] in
      let base = 0.2 + 0.03 * Double(step)
      return [base, 2 * base + (step < 10 ? 0.6 : 0), 30 - 10 * base + (step < 10 ? 0 : 3)]
    }
    let source = try MemorySource(rows: rows, columns: ["a", "b", "c"])
    let samples = try detector.score(source).largest(20).sorted { $0.record < $1.record }
    let right = samples.count { $0.reasons.first?.feature == ($0.record <= 10 ? "b" : "c") }
    #expect(right >= 19)
    #expect(samples.allSatisfy { ($0.percentile ?? 0) > 95 })
  }

  @Test(
    "By default a table and whole images have a local model, and a table that is scored itself a global one")
  func automatic() throws {
    var options = FitOptions()
    #expect(try Detector.fit(SmallData.source(), options: options).kind == .local)
    #expect(try options.modelChoice(for: DigitsSource()) == .local)
    options.rows.areScored = true
    #expect(try Detector.fit(SmallData.source(), options: options).kind == .global)
    #expect(try options.modelChoice(for: DigitsSource()) == .local)
  }

  @Test("An option that only networks have selects a network", arguments: 0..<8)
  func networkOptions(_ index: Int) throws {
    let changes: [(inout FitOptions) -> Void] = [
      { $0.network.hidden = [2] }, { $0.network.architecture = "dense 2 || dense 3" },
      { $0.training.epochs = 3 }, { $0.training.loss = .mixed },
      { $0.training.noise = Noise(.masking, amount: 0.1) },
      { $0.training.optimizer = Optimizer(.adadelta) }, { $0.network.isTied = true },
      { $0.scores.measure = .negativeLogLikelihood },
    ]
    var options = FitOptions()
    changes[index](&options)
    #expect(try options.modelChoice(for: SmallData.source()) == .autoencoder)
    options.model = .principalComponents
    #expect(try options.modelChoice(for: SmallData.source()) == .principalComponents)
  }

  @Test("Models of neighbors hold no row out, and are calibrated leave-one-out")
  func leaveOneOut() throws {
    let detector = try detector(.local)
    #expect(detector.calibration.origin == .leaveOneOut && detector.calibration.measure == .relative)
    #expect(detector.training.validationRowCount == 0 && detector.calibration.scores.count == 60)
    var options = options(.local)
    options.rows.validationShare = 0.5
    let held = try Detector.fit(SmallData.source(), options: options)
    #expect(held.calibration.origin == .validation && held.calibration.scores.count == 30)
  }

  @Test("An error measure other than the model's own score can be requested")
  func otherError() throws {
    var options = options(.local)
    options.scores.measure = .meanAbsolute
    let detector = try Detector.fit(SmallData.source(), options: options)
    #expect(detector.calibration.measure == .reconstruction(.meanAbsolute))
    let sample = try #require(try detector.score(SmallData.source()).largest(1).first)
    let differences = zip(sample.input, sample.reconstruction).map { abs(Double($0) - Double($1)) }
    #expect(abs(sample.score - differences.reduce(0, +) / 3) < 1e-6)
  }

  @Test("An ensemble's networks differ from each other")
  func ensemble() throws {
    let detector = try detector(.ensemble)
    #expect(detector.network.architecture.summary == "3-20-3")
    #expect(detector.training.memberCount == 4 && detector.training.epochs.count == 2)
    let kernel = detector.network.parameters[detector.network.tensors[0].range].array
    let columns = (0..<20).map { unit in (0..<3).map { kernel[$0 * 20 + unit] } }
    #expect(Set(columns).count == 20)
  }

  @Test("An ensemble's output is the mean of its networks'")
  func mean() throws {
    let architecture = try Architecture.dense(inputShape: .row(3), hidden: [5], activation: .tanh)
    let members = try (0..<3).map { try Network(architecture, seed: UInt64($0)) }
    // Biases begin at 0, which would hide how they are joined.
    for network in members { network.parameters[network.tensors[3].range].fill(with: network.parameters[0]) }
    let outputs = members.map(output)
    let joined = output(of: try EnsembleFit.join(members))
    for column in 0..<3 {
      let mean = outputs.reduce(0) { $0 + $1[column] } / 3
      #expect(abs(joined[column] - mean) < 1e-6)
    }
  }

  /// Returns the output of a network for one row.
  private func output(of network: Network) -> [Float] {
    let output = FloatBuffer(count: 3).all
    ForwardPlan(network).run(
      rowCount: 1, on: NumericThread.pool(threadCount: 1), prepare: { _ in },
      load: { $1.copy(from: [0.3, -1.2, 0.7]) },
      finish: { output.copy(from: $1.reconstruction) }, conclude: { _ in })
    return output.array
  }

  @Test("Only a network's training can be resumed", arguments: [ModelChoice.local, .ensemble])
  func resume(model: ModelChoice) throws {
    var options = options(model)
    options.run.resumes = true
    #expect(throws: FitError(.notResumable(model))) {
      try Detector.fit(SmallData.source(), options: options)
    }
  }

  @Test(
    "5 % anomalies among the training rows cost less than 0.02 of the area under the curve",
    arguments: [(ModelChoice.global, nil), (.local, nil), (.local, 0.1)])
  func contamination(model: ModelChoice, share: Double?) throws {
    let clean = try areaUnderROC(model, trimmedShare: share, plantedShare: 0)
    let dirty = try areaUnderROC(model, trimmedShare: share, plantedShare: 0.05)
    #expect(clean > 0.97 && dirty > clean - 0.02, "\(clean), then \(dirty)")
  }

  @Test("They cost distances to neighbors more than 0.1, since anomalies mask each other")
  func excuses() throws {
    let clean = try areaUnderROC(.neighbors, trimmedShare: nil, plantedShare: 0)
    let dirty = try areaUnderROC(.neighbors, trimmedShare: nil, plantedShare: 0.05)
    #expect(clean > 0.97 && dirty < clean - 0.1, "\(clean), then \(dirty)")
  }

  /// Returns the AUROC of a model for rows off the line, when a share of its training rows is off it, too.
  private func areaUnderROC(
    _ model: ModelChoice, trimmedShare: Double?, plantedShare: Double
  ) throws -> Double {
    var generator = SeededGenerator(seed: 12)
    func row(odd: Bool) -> [Double] {
      // Odd rows keep close company.
      let base = odd ? 0.5 + 0.02 * generator.nextUnitDouble() : generator.nextUnitDouble()
      let noise = (0..<3).map { _ in 0.05 * generator.nextUnitDouble() }
      return [base + noise[0], 2 * base + noise[1] + (odd ? 2.5 : 0), 30 - 10 * base + noise[2]]
    }
    let count = 400
    let learned = (0..<count).map { row(odd: Double($0) < plantedShare * Double(count)) }
    let scored = (0..<100).map { row(odd: $0 < 10) }
    var options = options(model)
    options.neighbors.trimmedShare = trimmedShare
    let detector = try Detector.fit(MemorySource(rows: learned), options: options)
    let errors = try detector.score(MemorySource(rows: scored)).scores()
    return Evaluation(scores: errors, isAnomaly: (0..<100).map { $0 < 10 }).areaUnderROC ?? 0
  }
}
