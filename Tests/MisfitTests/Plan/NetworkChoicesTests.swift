import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Options that a fit chooses")
struct NetworkChoicesTests {
  private static func schema(columns: Int, uniform: Bool) throws -> Schema {
    let row: (Int) -> String = { index in
      (0..<columns).map { uniform ? "\(Double(($0 + index) % 7) / 7)" : "\(($0 + index) % 7 * 10)" }
        .joined(separator: ",") + "\n"
    }
    let source = try CSVSource(text: (0..<9).map(row).joined())
    return try TrainingData.load(source).schema
  }

  /// The plan of an autoencoder, and the choices that the options left open.
  private static func plan(
    _ options: FitOptions = FitOptions(), columns: Int = 3, uniform: Bool = false, rowCount: Int = 9
  ) throws -> (architecture: Architecture, training: TrainingOptions, choices: [Choice]) {
    let schema = try schema(columns: columns, uniform: uniform)
    let input = PlanInput(
      options: options, schema: schema, targetSchema: nil, rowCount: rowCount, heldOutRowCount: 0,
      scaling: schema.scaling)
    let (plan, choices) = try ModelChoice.autoencoder.family.plan(input)
    return (try #require(plan.architecture), try #require(plan.training), choices)
  }

  @Test(
    "A funnel has no empty layer and none wider than the sample, and the last is the narrowest",
    arguments: [1, 2, 3, 4, 5, 30, 784, 2000])
  func widths(columns: Int) throws {
    let choices = try Self.plan(columns: columns)
    let hidden = NetworkChoices.hidden(width: columns, values: columns)
    #expect(hidden.allSatisfy { $0 >= 1 && $0 <= columns })
    #expect(hidden == hidden.sorted(by: >) && Set(hidden).count == hidden.count)
    #expect(columns == 1 || choices.architecture.codeCount < columns)
    #expect(choices.architecture.codeCount <= 32)
    #expect(choices.architecture.inputShape.elementCount == columns)
    #expect(throws: Never.self) { try choices.architecture.check() }
    let expected = [1: "1-1-1", 2: "2-2-1-2-2", 30: "30-20-8-20-30", 784: "784-128-32-128-784"][columns]
    if let expected { #expect(choices.architecture.summary == expected) }
  }

  @Test(
    "Batches and epochs suit any number of rows", arguments: [2, 3, 100, 569, 60_000, 10_000_000, 1 << 40])
  func rows(count: Int) throws {
    let training = try Self.plan(rowCount: count).training
    #expect((8...128).contains(training.batchSize) && training.batchSize.nonzeroBitCount == 1)
    #expect((5...200).contains(training.epochs))
    #expect(training.earlyStopping != nil)
    if count >= 10_000_000 { #expect(training.batchSize == 128 && training.epochs == 5) }
    if count == 2 { #expect(training.batchSize == 8 && training.epochs == 200) }
  }

  @Test("Data in [0, 1] selects a sigmoid and cross-entropy, other data neither")
  func unitInterval() throws {
    let unit = try Self.plan(uniform: true)
    #expect(unit.architecture.outputActivation == .sigmoid)
    #expect(unit.training.loss == .binaryCrossEntropy)
    let other = try Self.plan()
    #expect(other.architecture.outputActivation == .linear)
    #expect(other.training.loss == .meanSquaredError)
  }

  @Test("Given options are kept, and not reported as a choice")
  func given() throws {
    var options = FitOptions()
    options.network.hidden = [7, 3]
    options.network.decoder = [4]
    options.network.activation = .elu
    options.network.outputActivation = .linear
    options.training.loss = .meanAbsoluteError
    options.training.epochs = 3
    options.training.batchSize = 5
    let choices = try Self.plan(options, columns: 5, uniform: true)
    #expect(choices.architecture.summary == "5-7-3-4-5")
    #expect(choices.architecture.outputActivation == .linear)
    #expect(choices.training.loss == .meanAbsoluteError)
    #expect(choices.training.epochs == 3 && choices.training.batchSize == 5)
    #expect(choices.training.earlyStopping == nil, "a number of epochs is run to its end")
    #expect(choices.choices.isEmpty)
  }

  @Test("Each chosen option is reported once")
  func reported() throws {
    let choices = try Self.plan(columns: 5, uniform: true).choices
    let expected: [OptionName] = [
      .hidden, .outputActivation, .activation, .loss, .batchSize, .epochs, .patience,
    ]
    #expect(choices.map(\.option) == expected)
    #expect(choices.allSatisfy { !$0.value.isEmpty && !$0.reason.isEmpty })
  }

  @Test("Layers without units are an error")
  func noUnits() throws {
    for hidden in [[], [0], [3, -1], [Int.max, Int.max]] {
      var options = SmallData.options()
      options.network.hidden = hidden
      #expect(throws: ArchitectureError.self) { try Detector.fit(SmallData.source(), options: options) }
    }
  }

  @Test("Constant columns are learned, and another value in one is anomalous")
  func constant() throws {
    let rows = (1...60).map { "\($0 % 7),5,\($0 % 7 * 2)\n" }.joined()
    let detector = try Detector.fit(CSVSource(text: "a,k,b\n" + rows), options: SmallData.options(epochs: 9))
    #expect(detector.network.parameters.array.allSatisfy { $0.isFinite })
    #expect(detector.schema.constantColumnNames == ["k"])
    let worst = try detector.score(CSVSource(text: "a,k,b\n1,5,2\n1,9,2\n")).largest(1)
    #expect(worst.first?.id == "2" && worst.first?.reasons.first?.feature == "k")
    let all = try Detector.fit(
      CSVSource(text: "a,b\n" + String(repeating: "3,4\n", count: 9)), options: SmallData.options())
    #expect(try all.score(CSVSource(text: "a,b\n3,4\n")).scores().allSatisfy { $0.isFinite })
  }

  @Test("Two rows of one column are enough, one row is an error")
  func tiny() throws {
    let detector = try Detector.fit(CSVSource(text: "a\n1\n2\n"), options: SmallData.options(hidden: [1]))
    #expect(try detector.score(CSVSource(text: "a\n1\n2\n")).scores().count == 2)
    #expect(throws: IngestError.self) {
      try Detector.fit(CSVSource(text: "a\n1\n"), options: SmallData.options())
    }
  }
}
