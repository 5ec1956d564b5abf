import Misfit

/// The flags for training; options that are not given are chosen from the data and reported.
struct TrainingFlags: FlagSet {
  /// The options that are what a flag gives.
  var options = FitOptions()
  var decoder: [Int] = []
  var sparsity: CodePenalty?
  var contraction: Double?
  var optimizer = Optimizer.Kind.adam
  var learningRate: Double?
  var momentum: Double?
  var weightDecay: Double?
  var validation: ShareOrFile?
  var memoryLimitBytes: Int?
  var quantile: Double?
  var calibration: CalibrationMethod?
  var minutes: Double?

  private static let chosen = "chosen from the data"

  static var arguments: [Argument<TrainingFlags>] {
    Group("Network", common: []) {
      Flag(
        "--architecture LAYERS", \.options.network.architecture, .architecture,
        otherwise: "dense layers of --hidden",
        help:
          """
          The layers, as in "conv 16 3 relu | pool 2 || up 2 | conv 1 3 sigmoid", with || after the code; \
          or a preset: dense, deep, conv, conv-bn.
          """
      )
      Flag(
        "--decoder WIDTHS", \.decoder, .counts, otherwise: "mirrors the encoder",
        help: "The widths of the decoder's hidden layers, starting after the code.")
      Flag(
        "--activation NAME", \.options.network.activation, .choice, otherwise: chosen,
        help: "The activation of the hidden layers.")
      Flag(
        "--output-activation NAME", \.options.network.outputActivation, .choice, otherwise: chosen,
        help: "The activation of the last layer.")
      Flag(
        "--initialization NAME", \.options.network.initialization, .choice,
        help: "The distribution of the initial weights.")
      Switch(
        "--tied", \.options.network.isTied,
        help: "Tie weights: the decoder's dense layers use the transposed kernels of the encoder's.")
    }
    Group("Variants", common: []) {
      Flag(
        "--noise KIND:AMOUNT", \.options.training.noise, .noise, otherwise: "none",
        help:
          """
          Denoising autoencoder: add noise to the inputs and learn to remove it. gaussian:0.5 has this \
          standard deviation (clipped if the data is in [0, 1]); masking:0.3 and salt-and-pepper:0.1 change \
          this share of the values. Noise is drawn again in each epoch; with :kept after the amount a row \
          gets the same noise each time.
          """
      )
      Flag(
        "--sparse PENALTY", \.sparsity, .sparsity, otherwise: "none",
        help:
          """
          Sparse autoencoder: l1:WEIGHT penalizes absolute values of the code; kl:WEIGHT:TARGET penalizes \
          the divergence of a unit's mean from a target, for a sigmoid code.
          """
      )
      Flag(
        "--contractive WEIGHT", \.contraction, .number(above: 0), otherwise: "none",
        help:
          """
          Contractive autoencoder: penalize the code's derivatives with respect to the input, for an encoder \
          of one dense layer with sigmoid or relu.
          """
      )
    }
    Group("Training", common: []) {
      Flag(
        "--loss NAME", \.options.training.loss, .choice, otherwise: chosen,
        help:
          """
          The training loss: mean squared error, mean absolute error, binary cross-entropy or, for tables, \
          mixed: squared errors of numbers and cross-entropies of levels and booleans, with equal weight for \
          each column and missing cells ignored.
          """
      )
      Flag("--optimizer NAME", \.optimizer, .choice, help: "The optimizer, with Keras' defaults.")
      Flag(
        "--learning-rate RATE", \.learningRate, .number(above: 0),
        otherwise: "the optimizer's own: 0.001, sgd 0.01", synonyms: ["--lr"], help: "The learning rate.")
      Flag(
        "--momentum SHARE", \.momentum, .number(in: 0...1), otherwise: "0",
        help: "The momentum of sgd."
      )
      Flag(
        "--weight-decay RATE", \.weightDecay, .number(0...), otherwise: "0; adamw 0.004",
        help: "Decoupled weight decay.")
      Flag(
        "--clip-norm LENGTH", \.options.training.clipNorm, .number(above: 0), otherwise: "no clipping",
        help: "Scale gradients with a larger norm down to this norm.")
      Flag(
        "--precision NAME", \.options.training.precision, .choice,
        help:
          """
          The precision of the factors of matrix products. bf16 is faster on AMD's processors with AVX-512 \
          BF16, but not for networks of a few hundred parameters.
          """
      )
      Flag(
        "--epochs N", \.options.training.epochs, .integer(in: 1...1_000_000_000),
        otherwise: "chosen from the data, with early stopping",
        help: "The number of epochs.")
      Flag(
        "--minutes N", \.minutes, .number(above: 0), otherwise: "no limit",
        help:
          """
          Stop training after the epoch in which this time is up, refits included. How far it came depends \
          on the machine, so that another fit may give other numbers.
          """)
      Flag(
        "--batch-size N", \.options.training.batchSize, .integer(1...), otherwise: chosen,
        help: "Rows in one training step.")
      Flag(
        "--patience N", \.options.training.patience, .integer(1...),
        help: "Early stopping: stop this many epochs after the best one, and keep its weights.")
      Flag(
        "--plateau N", \.options.training.plateauPatience, .integer(1...),
        help: "Halve the learning rate after this many epochs without an improvement.")
      Flag(
        "--shards N", \.options.training.shardCount, .shardCount, otherwise: "none; 16 under mpirun",
        help:
          """
          Cut each batch into this many shards, a power of two, and add their gradients in a fixed tree: the \
          bits are then the same at any number of processes that mpirun starts. Also for --model pca.
          """
      )
      Flag(
        "--validation SHARE|FILE", \.validation, .shareOrFile,
        otherwise: "0.1; none for a table with `detect`",
        help: "The share of the rows to hold out of training, or a file of validation rows.")
      Flag(
        "--scale NAME", \.options.scaling, .scaling,
        help:
          """
          How values are scaled: auto divides pixels by 255, keeps data in [0, 1] as it is and standardizes \
          other columns; robust uses median and quartiles and compresses extreme values; quantile-normal \
          maps each column to a normal distribution.
          """
      )
      Flag(
        "--seed N", \.options.seed, .seed,
        help: "The random seed of split, weights and order: the same seed gives the same bits.")
      Flag(
        "--memory-limit SIZE", \.memoryLimitBytes, .byteCount((1 << 20)...),
        otherwise: "a quarter of the machine's memory",
        help: "Rows beyond this are stored in a temporary file.")
    }
    Group("Scores", common: []) {
      Flag(
        "--error NAME", \.options.scores.measure, .measure,
        otherwise: "mse; mixed with that loss; the model's own score for pca, local, neighbors and global",
        help:
          """
          The reconstruction error that is the score; nll is the negative log-likelihood of a table's row, \
          in nats; for images, ssim is one minus the structural similarity, and msgms one minus that of \
          gradients at up to four scales.
          """
      )
      Flag(
        "--calibration NAME", \.calibration, .choice, otherwise: "auto",
        help: """
          The rows whose scores calibrate threshold and p-values. split: rows held out of training; cross: \
          all rows, each scored by one of 5 to 20 refits that have not seen it, so a fit takes that many \
          times as long; auto: cross if fewer than 1,000 rows would be held out. local, neighbors and global \
          score each row without itself, and `detect` ranks the rows among themselves.
          """)
      Flag(
        "--quantile Q", \.quantile, .number(between: 0, and: 1), otherwise: "0.99",
        help:
          "Flag samples above this quantile of the calibration scores; see --calibration."
      )
    }
  }

  /// Throws if two flags set the layers.
  func check(hidden: [Int]) throws(ArgumentError) {
    guard let architecture = options.network.architecture else { return }
    let isPreset = ArchitecturePreset(rawValue: architecture) != nil
    let others: [(flag: String, isGiven: Bool)] = [
      ("--hidden", !hidden.isEmpty), ("--decoder", !decoder.isEmpty),
      ("--activation", options.network.activation != nil),
      ("--output-activation", options.network.outputActivation != nil && !isPreset),
    ]
    guard let other = others.first(where: \.isGiven) else { return }
    throw ArgumentError(
      .conflict(
        "--architecture and \(other.flag) both set the layers", remedy: "omit \(other.flag)"))
  }

  /// Returns the options of a fit, without those that read files.
  private func plainOptions(hidden: [Int]) -> FitOptions {
    var options = options
    options.network.hidden = hidden.isEmpty ? nil : hidden
    options.network.decoder = decoder.isEmpty ? nil : decoder
    options.training.penalties = [sparsity, contraction.map { .contractive(weight: $0) }].compactMap(\.self)
    options.training.optimizer = Optimizer(optimizer, learningRate: learningRate)
    if let momentum { options.training.optimizer.momentum = momentum }
    if let weightDecay { options.training.optimizer.weightDecay = weightDecay }
    options.training.timeLimitSeconds = minutes.map { $0 * 60 }
    if let memoryLimitBytes { options.run.memoryLimitBytes = memoryLimitBytes }
    if let quantile { options.scores.quantile = quantile }
    if let calibration { options.scores.calibration = calibration }
    return options
  }

  /// The options of a fit; `open` opens the file of `--validation`.
  func fitOptions(
    hidden: [Int]?, threads: Int, open: (String) throws -> any RecordSource
  ) throws -> FitOptions {
    var options = plainOptions(hidden: hidden ?? [])
    options.run.threadCount = threads
    switch validation {
    case .share(let share)?: options.rows.validationShare = share
    case nil: break
    case .file(let path)?: options.rows.validationSource = try open(path)
    }
    return options
  }

  /// Returns the given options that only networks have.
  func networkOptions(hidden: [Int]) -> [OptionName] {
    let options = plainOptions(hidden: hidden)
    return FitOption.all.filter { $0.isOfNetworks && $0.isSet(options) }.map(\.name)
  }

  /// The file of `--validation`, if it is not a share.
  var validationFiles: [String] {
    if case .file(let path)? = validation { [path] } else { [] }
  }
}

extension ValueKind where Value == ScoreMeasure {
  /// An error measure that can be requested.
  static var measure: ValueKind<ScoreMeasure> {
    let measures =
      ErrorMeasure.allCases.map { ScoreMeasure.reconstruction($0) }
      + [.mixed, .negativeLogLikelihood, .structuralDissimilarity, .gradientDissimilarity]
    return .choice(measures.map { ($0.rawValue, $0) }) { $0.rawValue }
  }
}

extension ValueKind where Value == Int {
  /// A number of shards.
  static var shardCount: ValueKind<Int> {
    var kind = ValueKind<Int>.integer(in: 1...ShardTree.largestCount)
    kind.expectation = "a power of two up to \(ShardTree.largestCount)"
    kind.example = "16"
    let read = kind.read
    kind.read = { read($0).flatMap { ShardTree.isShardCount($0) ? $0 : nil } }
    return kind
  }
}

extension ValueKind where Value == ScalingChoice {
  /// A scaling, by its name in help and messages.
  static var scaling: ValueKind<ScalingChoice> {
    let choices: [(name: String, value: ScalingChoice)] = [
      ("auto", .automatic), ("standard", .standard), ("min-max", .minMax), ("robust", .robust),
      ("quantile-normal", .quantileNormal), ("none", .none),
    ]
    return .choice(choices) { choice in choices.first { $0.value == choice }?.name }
  }
}
