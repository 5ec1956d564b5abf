import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitNetworks

/// A choice that a fit made, and its reason.
package struct Choice: Sendable, Hashable {
  /// The name of the option.
  package var option: OptionName
  /// The chosen value, as text.
  package var value: String
  /// The reason, as text.
  package var reason: String
}

/// The network and training options of a fit, resolved from data and options.
struct ModelChoices {
  var architecture: Architecture
  var training: TrainingOptions
  /// The choices that the options left open.
  var choices: [Choice]

  /// The number of steps after which a small table has usually been learned; the default number of epochs
  /// gives about as many.
  private static let stepsAtMost = 20_000

  init(
    _ options: FitOptions, schema: Schema, targetSchema: Schema? = nil, rowCount: Int
  ) throws(ArchitectureError) {
    var choices: [Choice] = []
    func choose<Value>(_ given: Value?, _ option: OptionName, _ automatic: () -> (Value, String, String))
      -> Value
    {
      if let given { return given }
      let (value, text, reason) = automatic()
      choices.append(Choice(option: option, value: text, reason: reason))
      return value
    }
    let width = schema.inputCount
    let inUnitInterval = schema.liesInUnitInterval
    let outputInUnitInterval = targetSchema?.liesInUnitInterval ?? inUnitInterval
    let isBrief = options.rows.areScored && schema.shape.imageExtents == nil
    let data = targetSchema == nil ? "data" : "target"
    var given = try Self.givenArchitecture(options, schema, targetSchema)
    if given == nil, let layers = try Self.imageToImage(options, schema, targetSchema) {
      given = layers
      choices.append(
        Choice(
          option: .architecture, value: ArchitecturePreset.imageToImage.rawValue,
          reason: "each pixel of the target is made from those around it"))
    }
    let hidden =
      given != nil
      ? [1]
      : choose(options.network.hidden, .hidden) {
        // A row carries as much information as it has columns, however many inputs their levels take.
        let count = schema.width
        let widths =
          isBrief
          ? Self.narrowHidden(width: width, values: count) : Self.hidden(width: width, values: count)
        let values = CountText.of(count, "value")
        return (widths, widths.map(String.init).joined(separator: ","), "from \(values) a sample")
      }
    let outputActivation = choose(
      given?.outputActivation ?? options.network.outputActivation, .outputActivation
    ) {
      outputInUnitInterval
        ? (.sigmoid, "sigmoid", "the \(data) lies in [0, 1]")
        : (.linear, "linear", "the \(data) is standardized")
    }
    let activation =
      given != nil
      ? .relu
      : choose(options.network.activation, .activation) {
        schema.shape.imageExtents != nil || inUnitInterval
          ? (.relu, "relu", "the field's default for values in [0, 1]")
          : (.tanh, "tanh", "smooth, for standardized columns")
      }
    var training = TrainingOptions()
    training.loss = choose(options.training.loss, .loss) {
      if schema.suitsMixedLoss, targetSchema == nil, outputActivation == .linear {
        return (.mixed, "mixed", "the columns are of several kinds, or miss cells")
      }
      return outputInUnitInterval && outputActivation == .sigmoid
        ? (.binaryCrossEntropy, "bce", "the \(data) lies in [0, 1] and the output is a sigmoid")
        : (.meanSquaredError, "mse", "the output is not a probability")
    }
    training.batchSize = choose(options.training.batchSize, .batchSize) {
      let size = Self.batchSize(rowCount: rowCount)
      return (size, String(size), "from \(NumberText.grouped(rowCount)) rows")
    }
    let batchSize = training.batchSize
    training.epochs = choose(options.training.epochs, .epochs) {
      if isBrief {
        let epochs = Self.briefEpochs(rowCount: rowCount, batchSize: batchSize)
        return (epochs, "\(epochs)", "brief, since the anomalies are among the training rows")
      }
      let epochs = Self.epochs(rowCount: rowCount, batchSize: batchSize)
      return (
        epochs, "at most \(epochs)", "about \(NumberText.grouped(Self.stepsAtMost)) steps, or an early stop"
      )
    }
    if let patience = options.training.patience {
      training.earlyStopping = .init(patience: patience)
    } else if options.training.epochs == nil, !isBrief {
      training.earlyStopping = .init(patience: 10)
      choices.append(
        Choice(
          option: .patience, value: "10", reason: "stop 10 epochs after the best one and keep its weights"))
    }
    for option in FitOption.all { option.apply?(options.training, &training) }
    training.seed = options.seed
    training.noise = options.training.noise.map { noise in
      var noise = noise
      noise.bounds = inUnitInterval ? 0...1 : noise.kind == .saltAndPepper ? -3...3 : nil
      return noise
    }
    var layers: Architecture
    if let given {
      layers = given
    } else {
      layers = try .dense(
        inputShape: schema.inputShape, targetShape: targetSchema?.shape, hidden: hidden,
        decoder: options.network.decoder,
        activation: activation,
        outputActivation: outputActivation)
    }
    if options.network.isTied { layers = try layers.tied() }
    architecture = layers
    self.training = training
    self.choices = choices
    try Self.checkMemory(for: architecture, batchSize: min(training.batchSize, rowCount))
  }

  /// Returns the architecture that the options specify by layers or by name; nil if they do not.
  private static func givenArchitecture(
    _ options: FitOptions, _ schema: Schema, _ targetSchema: Schema?
  ) throws(ArchitectureError) -> Architecture? {
    guard let text = options.network.architecture else { return nil }
    guard let preset = ArchitecturePreset(rawValue: text) else {
      return try Architecture(text, inputShape: schema.inputShape, targetShape: targetSchema?.shape)
    }
    return try preset.architecture(
      inputShape: schema.inputShape, targetShape: targetSchema?.shape,
      outputActivation: output(options, targetSchema ?? schema))
  }

  private static func output(_ options: FitOptions, _ schema: Schema) -> Activation {
    options.network.outputActivation ?? (schema.liesInUnitInterval ? .sigmoid : .linear)
  }

  /// Returns layers that map images to images; nil if layers are given, if samples or targets are not images,
  /// or if the one's size is not a multiple of the other's.
  private static func imageToImage(
    _ options: FitOptions, _ schema: Schema, _ targetSchema: Schema?
  ) throws(ArchitectureError) -> Architecture? {
    guard let targetSchema, options.network.architecture == nil, options.network.hidden == nil,
      options.network.decoder == nil,
      ArchitecturePreset.imageToImage.canTake(schema.shape, to: targetSchema.shape)
    else { return nil }
    return try ArchitecturePreset.imageToImage.architecture(
      inputShape: schema.inputShape, targetShape: targetSchema.shape,
      outputActivation: output(options, targetSchema))
  }

  /// Returns the widths of a funnel of two layers: two thirds of the inputs and a quarter of the values, at
  /// most 128 and 32.
  static func hidden(width: Int, values: Int) -> [Int] {
    let code = max(1, min(32, (values + 3) / 4))
    let first = min(128, (width * 2 + 2) / 3)
    return first > code ? [first, code] : [code]
  }

  /// Throws if training the network would not fit into memory: parameters, two moments, the best weights and
  /// gradients; the activations of a batch in each layer, and their deltas.
  private static func checkMemory(
    for architecture: Architecture, batchSize: Int
  ) throws(ArchitectureError) {
    let (values, overflow) = (architecture.valuesPerRow * 2 * 4).multipliedReportingOverflow(by: batchSize)
    let parameters = architecture.parameterCount * 4 * 6
    let byteCount = overflow || values > Int.max - parameters ? Int.max : parameters + values
    let available = MachineMemory.totalBytes
    guard byteCount <= available else {
      throw ArchitectureError(.needsMemory(byteCount: byteCount, available: available))
    }
  }

  /// Returns the widths of a narrow funnel: half of the inputs and a quarter of the values, at most 32 and 8.
  static func narrowHidden(width: Int, values: Int) -> [Int] {
    let code = max(1, min(8, values / 4))
    let first = max(2, min(32, width / 2))
    return first > code && first < width ? [first, code] : [code]
  }

  /// Returns the scaling to learn: the one in the options; if it is automatic, standardization for a table
  /// that is scored itself, and for every model of a table except a single network.
  static func scaling(_ options: FitOptions, _ kind: ModelChoice, layout: RecordLayout) -> ScalingChoice {
    let isTable = layout.shape.imageExtents == nil
    let isPlain = kind.traits.stopsEarly && !options.rows.areScored
    return options.scaling == .automatic && isTable && !isPlain ? .standard : options.scaling
  }

  /// Returns the share of the rows to leave out of training.
  ///
  /// It is the one in the options. Networks that learn from the rows they will score, without normal rows
  /// given, leave out a tenth of a table, and the images that stand out.
  ///
  /// Measured on the 22 ADBench tables, with all rows learned from and scored (seed 0): the mean AUROC and
  /// average precision of an autoencoder are 0.805 / 0.405 without it, 0.808 / 0.417 if rows that stand out
  /// are left out, and 0.816 / 0.429 with a tenth.
  static func contamination(
    _ options: FitOptions, _ kind: ModelChoice, layout: RecordLayout
  ) -> Contamination? {
    guard options.rows.contamination == nil, options.rows.areScored, options.rows.validationSource == nil,
      options.rows.targetSource == nil,
      kind.traits.trainsInEpochs
    else { return options.rows.contamination }
    return layout.shape.imageExtents == nil ? .share(Contamination.usualShare) : .found
  }

  /// Returns the function from the number of samples to the share to hold out; see
  /// ``FitOptions/Rows/validationShare``.
  static func validationShare(
    _ options: FitOptions, _ kind: ModelChoice, layout: RecordLayout
  ) -> @Sendable (Int) -> Double {
    let isTable = layout.shape.imageExtents == nil
    if let share = options.rows.validationShare { return { _ in share } }
    if kind.traits.excludesSelf || (options.rows.areScored && isTable) { return { _ in 0 } }
    return { CalibrationPlan.validationShare(options, kind, sampleCount: $0) }
  }

  /// Returns the batch size, a power of two: for small data at least 8 and 16 to 32 steps an epoch, for large
  /// data 128.
  static func batchSize(rowCount: Int) -> Int {
    var size = 8
    while size < 128, size * 32 <= rowCount { size *= 2 }
    return size
  }

  /// Returns the number of epochs for a brief training: ten, or as many as give 300 steps.
  static func briefEpochs(rowCount: Int, batchSize: Int) -> Int {
    let steps = max(1, (rowCount + batchSize - 1) / batchSize)
    return max(10, (300 + steps - 1) / steps)
  }

  static func epochs(rowCount: Int, batchSize: Int) -> Int {
    let steps = max(1, (rowCount + batchSize - 1) / batchSize)
    return max(5, min(200, stepsAtMost / steps))
  }
}
