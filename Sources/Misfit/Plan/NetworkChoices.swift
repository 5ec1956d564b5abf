import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitNetworks

/// Chooses the layers and the training of a network where the options leave them open.
struct NetworkChoices {
  private let options: FitOptions
  private let schema: Schema
  private let targetSchema: Schema?
  private let rowCount: Int
  /// The choices so far, in the order in which they were made.
  private(set) var choices: [Choice] = []

  /// The number of steps after which a small table has usually been learned; the default number of epochs
  /// gives about as many.
  private static let stepsAtMost = 20_000

  init(_ input: PlanInput) {
    options = input.options
    schema = input.schema
    targetSchema = input.targetSchema
    rowCount = input.rowCount
  }

  /// Whether training is brief, since the anomalies are among the training rows.
  private var isBrief: Bool { options.rows.areScored && schema.shape.imageExtents == nil }
  /// Whether all values that the network outputs are in [0, 1].
  private var outputInUnitInterval: Bool { (targetSchema ?? schema).liesInUnitInterval }
  /// The name of the values that the network outputs.
  private var outputName: String { targetSchema == nil ? "data" : "target" }

  /// Returns a given value; without one, chooses one and notes the choice.
  private mutating func choose<Value>(
    _ given: Value?, _ option: OptionName, _ automatic: () -> (Value, String, String)
  ) -> Value {
    if let given { return given }
    let (value, text, reason) = automatic()
    choices.append(Choice(option: option, value: text, reason: reason))
    return value
  }
}

// The layers.
extension NetworkChoices {
  /// Returns the layers.
  ///
  /// - Throws: ``ArchitectureError`` if the layers do not suit the data.
  mutating func layers() throws(ArchitectureError) -> Architecture {
    var layers: Architecture
    if let given = try givenLayers() {
      layers = given
    } else if let given = try imageToImageLayers() {
      layers = given
      choices.append(
        Choice(
          option: .architecture, value: ArchitecturePreset.imageToImage.rawValue,
          reason: "each pixel of the target is made from those around it"))
    } else {
      layers = try denseLayers()
    }
    if options.network.isTied { layers = try layers.tied() }
    return layers
  }

  /// Returns the layers that the options specify by layers or by name; nil if they do not.
  private func givenLayers() throws(ArchitectureError) -> Architecture? {
    guard let text = options.network.architecture else { return nil }
    guard let preset = ArchitecturePreset(rawValue: text) else {
      return try Architecture(text, inputShape: schema.inputShape, targetShape: targetSchema?.shape)
    }
    return try preset.architecture(
      inputShape: schema.inputShape, targetShape: targetSchema?.shape, outputActivation: presetOutput)
  }

  /// Returns layers that map images to images; nil if layers are given, if samples or targets are not images,
  /// or if the one's size is not a multiple of the other's.
  private func imageToImageLayers() throws(ArchitectureError) -> Architecture? {
    guard let targetSchema, options.network.hidden == nil, options.network.decoder == nil,
      ArchitecturePreset.imageToImage.canTake(schema.shape, to: targetSchema.shape)
    else { return nil }
    return try ArchitecturePreset.imageToImage.architecture(
      inputShape: schema.inputShape, targetShape: targetSchema.shape, outputActivation: presetOutput)
  }

  private var presetOutput: Activation {
    options.network.outputActivation ?? (outputInUnitInterval ? .sigmoid : .linear)
  }

  /// Returns dense layers.
  private mutating func denseLayers() throws(ArchitectureError) -> Architecture {
    let hidden = choose(options.network.hidden, .hidden) { [isBrief, schema] in
      // A patch is reconstructed sharply, so that what is new in it stands out: see ``ImageTiling``.
      if let tiles = schema.preparation?.tiles, tiles.score.isOfMap, tiles.side <= 16 {
        let width = max(1, tiles.side * tiles.side / 2)
        return ([width], String(width), "half of the pixels of a tile")
      }
      // A row carries as much information as it has columns, however many inputs their levels take.
      let (width, count) = (schema.inputCount, schema.width)
      let widths =
        isBrief ? Self.narrowHidden(width: width, values: count) : Self.hidden(width: width, values: count)
      let values = CountText.of(count, "value")
      return (widths, widths.map(String.init).joined(separator: ","), "from \(values) a sample")
    }
    let output = choose(options.network.outputActivation, .outputActivation) {
      [outputInUnitInterval, outputName] in
      outputInUnitInterval
        ? (.sigmoid, "sigmoid", "the \(outputName) lies in [0, 1]")
        : (.linear, "linear", "the \(outputName) is standardized")
    }
    let activation = choose(options.network.activation, .activation) { [schema] in
      schema.shape.imageExtents != nil || schema.liesInUnitInterval
        ? (.relu, "relu", "the field's default for values in [0, 1]")
        : (.tanh, "tanh", "smooth, for standardized columns")
    }
    return try .dense(
      inputShape: schema.inputShape, targetShape: targetSchema?.shape, hidden: hidden,
      decoder: options.network.decoder, activation: activation, outputActivation: output)
  }

  /// Returns the widths of a funnel of two layers: two thirds of the inputs and a quarter of the values, at
  /// most 128 and 32.
  static func hidden(width: Int, values: Int) -> [Int] {
    let code = max(1, min(32, (values + 3) / 4))
    let first = min(128, (width * 2 + 2) / 3)
    return first > code ? [first, code] : [code]
  }

  /// Returns the widths of a narrow funnel: half of the inputs and a quarter of the values, at most 32 and 8.
  static func narrowHidden(width: Int, values: Int) -> [Int] {
    let code = max(1, min(8, values / 4))
    let first = max(2, min(32, width / 2))
    return first > code && first < width ? [first, code] : [code]
  }

  /// Throws if training the network would not fit into memory: parameters, two moments, the best weights and
  /// gradients; the activations of a batch in each layer, and their deltas.
  func checkMemory(
    for architecture: Architecture, batchSize: Int
  ) throws(ArchitectureError) {
    let rowCount = min(batchSize, rowCount)
    let (values, overflow) = (architecture.valuesPerRow * 2 * 4).multipliedReportingOverflow(by: rowCount)
    let parameters = architecture.parameterCount * 4 * 6
    let byteCount = overflow || values > Int.max - parameters ? Int.max : parameters + values
    let available = MachineMemory.totalBytes
    guard byteCount <= available else {
      throw ArchitectureError(.needsMemory(byteCount: byteCount, available: available))
    }
  }
}

// The training.
extension NetworkChoices {
  /// Returns the options of training a network whose last layer has this activation.
  mutating func training(outputActivation: Activation) -> TrainingOptions {
    var training = TrainingOptions()
    training.loss = loss(outputActivation)
    training.batchSize = choose(options.training.batchSize, .batchSize) { [rowCount] in
      let size = Self.batchSize(rowCount: rowCount)
      return (size, String(size), "from \(NumberText.grouped(rowCount)) rows")
    }
    training.epochs = epochs(batchSize: training.batchSize)
    training.earlyStopping = patience().map { .init(patience: $0) }
    for option in FitOption.all { option.apply?(options.training, &training) }
    training.seed = options.seed
    if var noise = options.training.noise {
      noise.bounds = schema.liesInUnitInterval ? 0...1 : noise.kind == .saltAndPepper ? -3...3 : nil
      training.noise = noise
    }
    return training
  }

  private mutating func loss(_ outputActivation: Activation) -> Loss {
    let suitsMixedLoss = schema.suitsMixedLoss && targetSchema == nil && outputActivation == .linear
    return choose(options.training.loss, .loss) { [outputInUnitInterval, outputName] in
      if suitsMixedLoss { return (.mixed, "mixed", "the columns are of several kinds, or miss cells") }
      return outputInUnitInterval && outputActivation == .sigmoid
        ? (.binaryCrossEntropy, "bce", "the \(outputName) lies in [0, 1] and the output is a sigmoid")
        : (.meanSquaredError, "mse", "the output is not a probability")
    }
  }

  private mutating func epochs(batchSize: Int) -> Int {
    choose(options.training.epochs, .epochs) { [isBrief, rowCount] in
      if isBrief {
        let epochs = Self.briefEpochs(rowCount: rowCount, batchSize: batchSize)
        return (epochs, "\(epochs)", "brief, since the anomalies are among the training rows")
      }
      let epochs = Self.epochs(rowCount: rowCount, batchSize: batchSize)
      return (
        epochs, "at most \(epochs)", "about \(NumberText.grouped(Self.stepsAtMost)) steps, or an early stop"
      )
    }
  }

  /// Returns the patience of early stopping; nil for training that runs all its epochs.
  private mutating func patience() -> Int? {
    guard options.training.epochs == nil, !isBrief else { return options.training.patience }
    return choose(options.training.patience, .patience) {
      (10, "10", "stop 10 epochs after the best one and keep its weights")
    }
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
