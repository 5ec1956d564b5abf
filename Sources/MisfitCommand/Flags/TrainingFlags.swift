import Misfit

/// How a model is trained; what is not given is chosen from the data, and the choice is told.
struct TrainingFlags: FlagSet {
  var architecture: String?
  var decoder: [Int] = []
  var isTied = false
  var noise: Noise?
  var sparsity: CodePenalty?
  var contraction: Double?
  var activation: Activation?
  var outputActivation: Activation?
  var initialization = Initialization.glorot
  var loss: Loss?
  var optimizer = Optimizer.Kind.adam
  var learningRate: Double?
  var momentum: Double?
  var weightDecay: Double?
  var clipNorm: Double?
  var precision = Precision.float32
  var epochs: Int?
  var batchSize: Int?
  var patience: Int?
  var plateau: Int?
  var validation: ShareOrFile?
  var scaling = ScalingChoice.automatic
  var seed: UInt64 = 42
  var memoryLimitBytes: Int?
  var measure: ScoreMeasure?
  var quantile: Double?
  var calibration: CalibrationMethod?

  private static let chosen = "chosen from the data"

  static var arguments: [Argument<TrainingFlags>] {
    Group("Network") {
      Flag(
        "--architecture LAYERS", \.architecture, .architecture, otherwise: "dense layers of --hidden",
        help:
          "The layers, as in \"conv 16 3 relu | pool 2 || up 2 | conv 1 3 sigmoid\" with || after the code, or one of dense, deep, conv, conv-bn."
      )
      Flag(
        "--decoder WIDTHS", \.decoder, .counts, otherwise: "mirrors the encoder",
        help: "The widths of the decoder's hidden layers, from the code on.")
      Flag(
        "--activation NAME", \.activation, .choice, otherwise: chosen,
        help: "The activation of the hidden layers.")
      Flag(
        "--output-activation NAME", \.outputActivation, .choice, otherwise: chosen,
        help: "The activation of the last layer.")
      Flag("--initialization NAME", \.initialization, .choice, help: "What the weights are drawn from.")
      Switch(
        "--tied", \.isTied,
        help: "Give the decoder's dense layers the kernels of those they mirror, turned over.")
    }
    Group("Variants") {
      Flag(
        "--noise KIND:AMOUNT", \.noise, .noise, otherwise: "none",
        help:
          "Denoising: learn from rows with noise to give them back without. gaussian:0.5 has this standard deviation (clipped where the data lies in [0, 1]); masking:0.3 and salt-and-pepper:0.1 change this share of the values. Noise is new in each epoch; :kept behind the amount gives a row the same each time."
      )
      Flag(
        "--sparse PENALTY", \.sparsity, .sparsity, otherwise: "none",
        help:
          "Keep the code near 0: l1:WEIGHT penalises absolute values, kl:WEIGHT:TARGET the divergence of a unit's mean from a target, for a sigmoid code."
      )
      Flag(
        "--contractive WEIGHT", \.contraction, .number(above: 0), otherwise: "none",
        help:
          "Penalise the code's derivatives with respect to the input; for an encoder of one dense layer with sigmoid or relu."
      )
    }
    Group("Training") {
      Flag(
        "--loss NAME", \.loss, .choice, otherwise: chosen,
        help:
          "Mean squared error, mean absolute error, binary cross-entropy, or, for tables, mixed: squares of numbers, cross-entropies of levels and of yes or no, no column drowning the others, missing cells left out."
      )
      Flag("--optimizer NAME", \.optimizer, .choice, help: "The rule of the steps, with Keras' defaults.")
      Flag(
        "--learning-rate RATE", \.learningRate, .number(above: 0),
        otherwise: "the optimizer's own: 0.001, sgd 0.01", synonyms: ["--lr"], help: "How far a step goes.")
      Flag(
        "--momentum SHARE", \.momentum, .number(in: 0...1), otherwise: "0",
        help: "The share of the last step that sgd keeps."
      )
      Flag(
        "--weight-decay RATE", \.weightDecay, .number(0...), otherwise: "0; adamw 0.004",
        help: "The share of each weight, times the learning rate, that a step takes away.")
      Flag(
        "--clip-norm LENGTH", \.clipNorm, .number(above: 0), otherwise: "none is shortened",
        help: "Shorten longer gradients to this length.")
      Flag(
        "--precision NAME", \.precision, .choice,
        help:
          "What the factors of matrix products are rounded to; bf16 is faster on processors that have it (AVX-512 BF16, AMX), and of no use to networks of a few hundred parameters."
      )
      Flag(
        "--epochs N", \.epochs, .integer(1...), otherwise: "chosen from the data, with early stopping",
        help: "Train this many epochs.")
      Flag("--batch-size N", \.batchSize, .integer(1...), otherwise: chosen, help: "Rows of one step.")
      Flag(
        "--patience N", \.patience, .integer(1...),
        help: "Stop this many epochs after the best one, and keep its weights.")
      Flag(
        "--plateau N", \.plateau, .integer(1...),
        help: "Halve the learning rate after this many epochs without a better loss.")
      Flag(
        "--validation SHARE|FILE", \.validation, .shareOrFile,
        otherwise: "0.1; none where `detect` is given a table",
        help: "Rows held out of training, or a file of them.")
      Flag(
        "--scale NAME", \.scaling, .scaling,
        help:
          "How values are scaled: auto divides pixels by 255, keeps data in [0, 1] as it is and standardises other columns; robust takes median and quartiles and bends far values in, quantile-normal gives a column the quantiles of a normal distribution."
      )
      Flag(
        "--seed N", \.seed, .seed,
        help: "Decides split, weights and order; the same seed gives the same bits.")
      Flag(
        "--memory-limit SIZE", \.memoryLimitBytes, .byteCount((1 << 20)...),
        otherwise: "a quarter of the machine's", help: "Rows past this go through a temporary file.")
    }
    Group("Scores") {
      Flag(
        "--error NAME", \.measure, .measure,
        otherwise: "mse; mixed with that loss; the model's own score with local, neighbors, crowd",
        help:
          "The reconstruction error to use as the score; nll is the negative log-likelihood of a table's row, in nats."
      )
      Flag(
        "--calibration NAME", \.calibration, .choice, otherwise: "auto",
        help: """
          Which rows say how large errors of normal rows are. split: rows held out of training; cross: every row, scored by one of 5 to 20 refits that \
          have not seen it, so that a fit takes that many times as long; auto: cross where fewer than 1,000 rows would be held out. Models of \
          neighbors score each row without itself, and `detect` ranks the rows among themselves.
          """)
      Flag(
        "--quantile Q", \.quantile, .number(between: 0, and: 1), otherwise: "0.99",
        help:
          "Flag samples above this quantile of the errors that the model is calibrated on; see --calibration."
      )
    }
  }

  /// Refuses to be told the layers twice.
  func check(hidden: [Int]) throws(ArgumentError) {
    guard let architecture else { return }
    let isPreset = ArchitecturePreset(rawValue: architecture) != nil
    let others: [(flag: String, isGiven: Bool)] = [
      ("--hidden", !hidden.isEmpty), ("--decoder", !decoder.isEmpty), ("--activation", activation != nil),
      ("--output-activation", outputActivation != nil && !isPreset),
    ]
    guard let other = others.first(where: \.isGiven) else { return }
    throw ArgumentError(
      .conflict(
        "--architecture and \(other.flag) both say what the layers are", remedy: "leave \(other.flag) away"))
  }

  /// The options of a fit; `open` opens the file of `--validation`.
  func fitOptions(hidden: [Int]?, threads: Int, open: (String) throws -> any RecordSource) throws
    -> FitOptions
  {
    var options = FitOptions()
    options.hidden = hidden
    options.architecture = architecture
    options.isTied = isTied
    options.noise = noise
    options.penalties = [sparsity, contraction.map { .contractive(weight: $0) }].compactMap(\.self)
    options.decoder = decoder.isEmpty ? nil : decoder
    options.activation = activation
    options.outputActivation = outputActivation
    options.initialization = initialization
    options.loss = loss
    options.optimizer = optimizerWithNumbers
    options.epochs = epochs
    options.batchSize = batchSize
    options.patience = patience
    options.plateauPatience = plateau
    options.clipNorm = clipNorm
    options.precision = precision
    options.scaling = scaling
    switch validation {
    case .share(let share)?: options.validationShare = share
    case nil: break
    case .file(let path)?: options.validationSource = try open(path)
    }
    options.seed = seed
    options.threadCount = threads
    if let memoryLimitBytes { options.memoryLimitBytes = memoryLimitBytes }
    options.errorMeasure = measure
    if let quantile { options.quantile = quantile }
    options.calibration = calibration ?? .automatic
    return options
  }

  /// The flags given that only a network understands.
  func networkFlags(hidden: [Int]) -> [String] {
    let given: [(String, Bool)] = [
      ("--architecture", architecture != nil), ("--tied", isTied), ("--noise", noise != nil),
      ("--sparse", sparsity != nil), ("--contractive", contraction != nil),
      ("--precision", precision != .float32), ("--hidden", !hidden.isEmpty), ("--decoder", !decoder.isEmpty),
      ("--activation", activation != nil),
      ("--output-activation", outputActivation != nil), ("--initialization", initialization != .glorot),
      ("--loss", loss != nil), ("--optimizer", optimizer != .adam), ("--learning-rate", learningRate != nil),
      ("--momentum", momentum != nil), ("--weight-decay", weightDecay != nil),
      ("--clip-norm", clipNorm != nil), ("--epochs", epochs != nil), ("--batch-size", batchSize != nil),
      ("--patience", patience != nil), ("--plateau", plateau != nil),
    ]
    return given.filter(\.1).map(\.0)
  }

  /// The file of `--validation`, if it is one.
  var validationFiles: [String] {
    if case .file(let path)? = validation { [path] } else { [] }
  }

  private var optimizerWithNumbers: Optimizer {
    var rule = Optimizer(optimizer, learningRate: learningRate)
    if let momentum { rule.momentum = momentum }
    if let weightDecay { rule.weightDecay = weightDecay }
    return rule
  }
}

extension ValueKind where Value == ScoreMeasure {
  /// An error that can be asked for.
  static var measure: ValueKind<ScoreMeasure> {
    let measures =
      ErrorMeasure.allCases.map { ScoreMeasure.reconstruction($0) } + [.mixed, .negativeLogLikelihood]
    return .choice(measures.map { ($0.rawValue, $0) }) { $0.rawValue }
  }
}

extension ValueKind where Value == ScalingChoice {
  /// A way to scale, by the name that help and messages use.
  static var scaling: ValueKind<ScalingChoice> {
    let choices: [(name: String, value: ScalingChoice)] = [
      ("auto", .automatic), ("standard", .standard), ("min-max", .minMax), ("robust", .robust),
      ("quantile-normal", .quantileNormal), ("none", .none),
    ]
    return .choice(choices) { choice in choices.first { $0.value == choice }?.name }
  }
}
