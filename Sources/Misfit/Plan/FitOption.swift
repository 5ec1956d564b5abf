import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitNetworks

/// An option that decides what a network learns: whether it is set, and how a resumed run compares it.
///
/// The one list of these options: what asks for a network, what other families refuse, and what a resumed run
/// may not change follow from it.
package struct FitOption: Sendable {
  /// The name of the option.
  package let name: OptionName
  /// Whether only networks have the option.
  package let isOfNetworks: Bool
  /// Returns whether the option has another value than its default.
  package let isSet: @Sendable (FitOptions) -> Bool
  /// Returns the value in a plan, as text; nil if the values of two plans are not compared.
  let text: (@Sendable (FitPlan) -> String?)?
  /// Copies the option to those of the trainer; nil if its value depends on the data.
  let apply: Application?

  /// A function that copies an option to those of the trainer.
  typealias Application =
    @Sendable (_ options: FitOptions.Training, _ training: inout TrainingOptions) -> Void

  private init(
    _ name: OptionName, isOfNetworks: Bool = true, isSet: @escaping @Sendable (FitOptions) -> Bool,
    text: (@Sendable (FitPlan) -> String?)? = nil, apply: Application? = nil
  ) {
    self.name = name
    self.isOfNetworks = isOfNetworks
    self.isSet = isSet
    self.text = text
    self.apply = apply
  }

  /// An option of the layers.
  private static func layers(
    _ name: OptionName, isSet: @escaping @Sendable (FitOptions) -> Bool,
    _ text: @escaping @Sendable (Architecture) -> String
  ) -> FitOption {
    FitOption(name, isSet: isSet) { $0.architecture.map(text) }
  }

  /// An option of the training.
  ///
  /// `apply` copies it to the options of the trainer; ``NetworkChoices`` resolves options whose value depends
  /// on the data.
  private static func training(
    _ name: OptionName, isSet: @escaping @Sendable (FitOptions.Training) -> Bool,
    _ text: @escaping @Sendable (TrainingOptions) -> String?, apply: Application? = nil
  ) -> FitOption {
    FitOption(name, isSet: { isSet($0.training) }, text: { $0.training.flatMap(text) }, apply: apply)
  }

  /// All options.
  package static let all: [FitOption] = layerOptions + variantOptions + trainingOptions + rowOptions

  private static let layerOptions: [FitOption] = [
    layers(.architecture, isSet: { $0.network.architecture != nil }) { $0.text },
    layers(.isTied, isSet: { $0.network.isTied }) { $0.tieText },
    layers(.hidden, isSet: { $0.network.hidden != nil }) { $0.encoderWidths },
    layers(.decoder, isSet: { $0.network.decoder != nil }) { $0.decoderWidths },
    layers(.activation, isSet: { $0.network.activation != nil }) { $0.firstActivation },
    layers(.outputActivation, isSet: { $0.network.outputActivation != nil }) { $0.outputActivation.rawValue },
    FitOption(.initialization, isSet: { $0.network.initialization != .glorot }) {
      $0.initialization?.rawValue
    },
  ]

  private static let variantOptions: [FitOption] = [
    training(.noise, isSet: { $0.noise != nil }) { $0.noise?.text },
    training(.sparsity, isSet: { $0.penalties.contains { !$0.isContractive } }) {
      CodePenalty.text($0.penalties.filter { !$0.isContractive })
    } apply: {
      $1.penalties = $0.penalties
    },
    training(.contraction, isSet: { $0.penalties.contains { $0.isContractive } }) {
      CodePenalty.text($0.penalties.filter { $0.isContractive })
    },
    // Not compared: a processor without bf16 has trained in f32.
    FitOption(
      .precision, isSet: { $0.training.precision != .float32 }, apply: { $1.precision = $0.precision }),
  ]

  private static let trainingOptions: [FitOption] = [
    training(.loss, isSet: { $0.loss != nil }) { $0.loss.rawValue },
    training(.optimizer, isSet: { $0.optimizer.kind != Optimizer().kind }) {
      $0.optimizer.kind.rawValue
    } apply: {
      $1.optimizer = $0.optimizer
    },
    training(.learningRate, isSet: { $0.optimizer.hasOwn(\.learningRate) }) {
      number($0.optimizer.learningRate)
    },
    training(.momentum, isSet: { $0.optimizer.hasOwn(\.momentum) }) { number($0.optimizer.momentum) },
    training(.weightDecay, isSet: { $0.optimizer.hasOwn(\.weightDecay) }) {
      number($0.optimizer.weightDecay)
    },
    training(.clipNorm, isSet: { $0.clipNorm != nil }) {
      $0.clipNorm.map(number)
    } apply: {
      $1.clipNorm = $0.clipNorm
    },
    training(.epochs, isSet: { $0.epochs != nil }) { String($0.epochs) },
    // Not compared: a resumed run may have another time.
    FitOption(
      .timeLimit, isSet: { $0.training.timeLimitSeconds != nil },
      apply: { $1.timeLimitSeconds = $0.timeLimitSeconds }),
    training(.batchSize, isSet: { $0.batchSize != nil }) { String($0.batchSize) },
    training(.patience, isSet: { $0.patience != nil }) { $0.earlyStopping.map { String($0.patience) } },
    training(.plateauPatience, isSet: { $0.plateauPatience != nil }) {
      $0.plateau.map { String($0.patience) }
    } apply: { options, training in
      training.plateau = options.plateauPatience.map { .init(patience: $0) }
    },
    training(.shardCount, isSet: { $0.shardCount != nil }) {
      $0.shardCount.map(String.init)
    } apply: {
      $1.shardCount = $0.shardCount
    },
  ]

  /// Options of any family that decide what is learned.
  private static let rowOptions: [FitOption] = [
    FitOption(.seed, isOfNetworks: false, isSet: { $0.seed != FitOptions().seed }) { String($0.seed) },
    FitOption(.scaling, isOfNetworks: false, isSet: { $0.scaling != .automatic }) { $0.scaling.name },
    FitOption(
      .validation, isOfNetworks: false,
      isSet: { $0.rows.validationShare != nil && $0.rows.validationSource == nil }
    ) { $0.heldOutRowCount.map { CountText.of($0, "row") } },
  ]

  private static func number(_ value: Double) -> String { NumberText.significant(value, digits: 6) }
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

extension Optimizer {
  /// Whether a parameter differs from the default of this kind of optimizer.
  fileprivate func hasOwn(_ parameter: KeyPath<Optimizer, Double>) -> Bool {
    self[keyPath: parameter] != Optimizer(kind)[keyPath: parameter]
  }
}

extension ScalingChoice {
  fileprivate var name: String { self == .minMax ? "min-max" : rawValue }
}

extension Noise {
  fileprivate var text: String {
    "\(kind.rawValue):\(NumberText.significant(amount, digits: 6))\(isKept ? ":kept" : "")"
  }
}

extension CodePenalty {
  /// The penalties as they are given; nil for none.
  fileprivate static func text(_ penalties: [CodePenalty]) -> String? {
    penalties.isEmpty ? nil : penalties.map(\.text).joined(separator: ", ")
  }

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
