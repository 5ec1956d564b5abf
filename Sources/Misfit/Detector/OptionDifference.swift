import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitNetworks

/// An option of a resumed run that differs from the value the run began with.
package struct OptionDifference: Sendable, Hashable {
  /// The name of the option on the command line, without dashes.
  package var option: String
  /// The value given now, as text.
  package var given: String
  /// The value that the run began with, as text.
  package var kept: String

  /// The difference as text: `--epochs 100 (it began with 50)`.
  var text: String { "--\(option) \(given) (it began with \(kept))" }
}

/// Compares the options of a resumed run with those it began with.
///
/// An option counts as given if it is not the default, since a run continues with the options that it began
/// with. Threads, memory and the use of the scores may change, since they do not change what is learned.
struct ResumedOptions {
  let options: FitOptions
  let schema: Schema
  let training: TrainingRecord
  let architecture: Architecture
  /// The choices that the options would lead to for the data of the run.
  private let chosen: ModelChoices

  /// - Throws: ``ArchitectureError`` of the options given.
  init(_ options: FitOptions, _ record: ModelRecord, _ architecture: Architecture) throws(ArchitectureError) {
    self.options = options
    schema = record.schema
    training = record.training
    self.architecture = architecture
    chosen = try ModelChoices(
      options, schema: record.schema, targetSchema: record.targetSchema, rowCount: record.training.rowCount)
  }

  /// The options that differ from those that the run began with.
  var differences: [OptionDifference] { (layers + rules + steps + rows).compactMap(\.self) }

  private var layers: [OptionDifference?] {
    let new = chosen.architecture
    return [
      difference("architecture", isGiven: options.architecture != nil, new.text, architecture.text),
      difference("hidden", isGiven: options.hidden != nil, new.encoderWidths, architecture.encoderWidths),
      difference("decoder", isGiven: options.decoder != nil, new.decoderWidths, architecture.decoderWidths),
      difference(
        "activation", isGiven: options.activation != nil, new.firstActivation, architecture.firstActivation),
      difference(
        "output-activation", isGiven: options.outputActivation != nil, new.outputActivation.rawValue,
        architecture.outputActivation.rawValue),
      difference("tied", isGiven: options.isTied, new.tieText, architecture.tieText),
      difference(
        "initialization", isGiven: options.initialization != FitOptions().initialization,
        options.initialization.rawValue, training.initialization.rawValue),
    ]
  }

  private var rules: [OptionDifference?] {
    let (new, old) = (chosen.training, training.options)
    let usual = Optimizer(new.optimizer.kind)
    func number(_ value: Double) -> String { NumberText.significant(value, digits: 6) }
    return [
      difference("loss", isGiven: options.loss != nil, new.loss.rawValue, old.loss.rawValue),
      difference(
        "optimizer", isGiven: new.optimizer.kind != FitOptions().optimizer.kind, new.optimizer.kind.rawValue,
        old.optimizer.kind.rawValue),
      difference(
        "learning-rate", isGiven: new.optimizer.learningRate != usual.learningRate,
        number(new.optimizer.learningRate), number(old.optimizer.learningRate)),
      difference(
        "momentum", isGiven: new.optimizer.momentum != usual.momentum, number(new.optimizer.momentum),
        number(old.optimizer.momentum)),
      difference(
        "weight-decay", isGiven: new.optimizer.weightDecay != usual.weightDecay,
        number(new.optimizer.weightDecay), number(old.optimizer.weightDecay)),
      difference(
        "clip-norm", isGiven: options.clipNorm != nil, new.clipNorm.map(number), old.clipNorm.map(number)),
      difference("noise", isGiven: options.noise != nil, new.noise?.text, old.noise?.text),
    ] + penalties
  }

  private var penalties: [OptionDifference?] {
    func text(_ penalties: [CodePenalty], contractive: Bool) -> String? {
      let texts = penalties.filter { $0.isContractive == contractive }.map(\.text)
      return texts.isEmpty ? nil : texts.joined(separator: ", ")
    }
    return [("sparse", false), ("contractive", true)].map { option, contractive in
      let new = text(options.penalties, contractive: contractive)
      return difference(
        option, isGiven: new != nil, new, text(training.options.penalties, contractive: contractive))
    }
  }

  private var steps: [OptionDifference?] {
    let (new, old) = (chosen.training, training.options)
    func text(_ number: Int?) -> String? { number.map { String($0) } }
    return [
      difference("epochs", isGiven: options.epochs != nil, text(new.epochs), text(old.epochs)),
      difference("batch-size", isGiven: options.batchSize != nil, text(new.batchSize), text(old.batchSize)),
      difference(
        "patience", isGiven: options.patience != nil, text(new.earlyStopping?.patience),
        text(old.earlyStopping?.patience)),
      difference(
        "plateau", isGiven: options.plateauPatience != nil, text(new.plateau?.patience),
        text(old.plateau?.patience)),
      difference("seed", isGiven: options.seed != FitOptions().seed, String(new.seed), String(old.seed)),
    ]
  }

  private var rows: [OptionDifference?] {
    let rowCount = training.rowCount + training.validationRowCount
    let held = options.validationShare.map { TrainingData.heldOut($0, of: rowCount) }
    // Images are counted by their tiles, but held out as whole images.
    let isGiven = held != nil && options.validationSource == nil && schema.shape.imageExtents == nil
    return [
      difference(
        "scale", isGiven: options.scaling != .automatic, options.scaling.flagText, schema.scaling.flagText),
      difference(
        "validation", isGiven: isGiven, held.map(rowText),
        rowText(training.validationRowCount)),
    ]
  }

  private func rowText(_ count: Int) -> String { CountText.of(count, "row") }

  private func difference(
    _ option: String, isGiven: Bool, _ given: String?, _ kept: String?
  ) -> OptionDifference? {
    guard isGiven, given != kept else { return nil }
    return OptionDifference(option: option, given: given ?? "none", kept: kept ?? "none")
  }
}

extension Architecture {
  fileprivate var encoderWidths: String { widths(layers.prefix(codeLayer + 1)) }
  fileprivate var decoderWidths: String { widths(layers.dropFirst(codeLayer + 1).dropLast()) }
  fileprivate var firstActivation: String { layers.first?.activation?.rawValue ?? "none" }

  fileprivate var tieText: String {
    let isTied = layers.contains { $0.dense?.isTied == true }
    return isTied ? "layers" : "none"
  }

  private func widths(_ layers: ArraySlice<LayerSpecification>) -> String {
    layers.map { layer in layer.dense.map { String($0.units) } ?? layer.text }.joined(separator: ",")
  }
}

extension ScalingChoice {
  fileprivate var flagText: String { self == .minMax ? "min-max" : rawValue }
}

extension Noise {
  fileprivate var text: String {
    "\(kind.rawValue):\(NumberText.significant(amount, digits: 6))\(isKept ? ":kept" : "")"
  }
}

extension CodePenalty {
  fileprivate var isContractive: Bool { if case .contractive = self { true } else { false } }

  fileprivate var text: String {
    func number(_ value: Double) -> String { NumberText.significant(value, digits: 6) }
    return switch self {
    case .absolute(let weight): "l1:\(number(weight))"
    case .divergence(let weight, let target): "kl:\(number(weight)):\(number(target))"
    case .contractive(let weight): number(weight)
    }
  }
}
