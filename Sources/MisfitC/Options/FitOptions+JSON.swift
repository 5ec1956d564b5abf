import Misfit

extension FitOptions {
  /// Reads options from JSON, with the names and groups of this type.
  ///
  /// - Throws: ``InterfaceError`` for an unknown name, or a value of no use.
  init(json: OptionValue?) throws(InterfaceError) {
    self.init()
    var reader = try OptionReader(json)
    if let model = try reader.choice(
      "model", among: ModelChoice.allCases.map(\.name), { ModelChoice(name: $0) })
    {
      self.model = model
    }
    components = try reader.value("components", "a whole number from 1, or a share below 1") {
      value throws(InterfaceError) in
      if let count = value.integer, count >= 1 { return .count(count) }
      return value.number.flatMap { $0 > 0 && $0 < 1 ? .varianceShare($0) : nil }
    }
    try reader.group("network") { group throws(InterfaceError) in try readNetwork(&group) }
    try reader.group("training") { group throws(InterfaceError) in try readTraining(&group) }
    try reader.group("neighbors") { group throws(InterfaceError) in try readNeighbors(&group) }
    try reader.group("rows") { group throws(InterfaceError) in try readRows(&group) }
    series = try reader.group("series") { group throws(InterfaceError) in try SeriesOptions(&group) }
    if let scaling = try reader.choice("scaling", ScalingChoice.self) { self.scaling = scaling }
    try reader.group("scores") { group throws(InterfaceError) in try readScores(&group) }
    try reader.group("run") { group throws(InterfaceError) in try readRun(&group) }
    let seed = try reader.value("seed", "a whole number from 0") { value throws(InterfaceError) -> UInt64? in
      if case .unsigned(let seed) = value { return seed }
      return value.integer.flatMap { UInt64(exactly: $0) }
    }
    if let seed { self.seed = seed }
    try reader.finish()
  }

  private mutating func readNetwork(_ group: inout OptionReader) throws(InterfaceError) {
    network.hidden = try Self.widths("hidden", &group)
    network.decoder = try Self.widths("decoder", &group)
    network.architecture = try group.text("architecture")
    if let isTied = try group.boolean("isTied") { network.isTied = isTied }
    network.activation = try group.choice("activation", Activation.self)
    network.outputActivation = try group.choice("outputActivation", Activation.self)
    if let value = try group.choice("initialization", Initialization.self) { network.initialization = value }
  }

  private static func widths(_ key: String, _ group: inout OptionReader) throws(InterfaceError) -> [Int]? {
    try group.value(key, "an array of whole numbers from 1") { value throws(InterfaceError) in
      guard case .array(let values) = value else { return nil }
      let widths = values.compactMap(\.integer)
      return widths.count == values.count && widths.allSatisfy { (1...1_000_000).contains($0) } ? widths : nil
    }
  }

  private mutating func readTraining(_ group: inout OptionReader) throws(InterfaceError) {
    training.loss = try group.choice("loss", Loss.self)
    let optimizer = try group.group("optimizer") { group throws(InterfaceError) in try Self.optimizer(&group)
    }
    if let optimizer { training.optimizer = optimizer }
    training.epochs = try group.integer("epochs", 1...1_000_000)
    training.batchSize = try group.integer("batchSize", 1...1_000_000_000)
    training.timeLimitSeconds = try group.number("timeLimitSeconds", "a number above 0") { $0 > 0 }
    training.patience = try group.integer("patience", 1...1_000_000)
    training.plateauPatience = try group.integer("plateauPatience", 1...1_000_000)
    training.shardCount = try group.integer("shardCount", 1...4096)
    training.clipNorm = try group.number("clipNorm", "a number above 0") { $0 > 0 }
    training.noise = try group.group("noise") { group throws(InterfaceError) in try Self.noise(&group) }
    training.penalties =
      try group.value("penalties", "an array of objects") { value throws(InterfaceError) -> [CodePenalty]? in
        guard case .array(let values) = value else { return nil }
        var penalties: [CodePenalty] = []
        for value in values { penalties.append(try Self.penalty(value)) }
        return penalties
      } ?? []
    if let precision = try group.choice("precision", Precision.self) { training.precision = precision }
  }

  private static func optimizer(_ group: inout OptionReader) throws(InterfaceError) -> Optimizer {
    let kind = try group.choice("kind", Optimizer.Kind.self) ?? .adam
    let rate = try group.number("learningRate", "a number above 0") { $0 > 0 }
    var optimizer = Optimizer(kind, learningRate: rate)
    if let value = try group.number("momentum", "a number from 0, below 1", { $0 >= 0 && $0 < 1 }) {
      optimizer.momentum = value
    }
    if let value = try group.number("weightDecay", "a number from 0", { $0 >= 0 }) {
      optimizer.weightDecay = value
    }
    return optimizer
  }

  private static func noise(_ group: inout OptionReader) throws(InterfaceError) -> Noise {
    let kind = try group.choice("kind", Noise.Kind.self) ?? .gaussian
    let amount = try group.number("amount", "a number from 0; a share is at most 1") {
      $0 >= 0 && (kind == .gaussian || $0 <= 1)
    }
    guard let amount else { throw InterfaceError(.option, "`training.noise` has no amount") }
    var noise = Noise(kind, amount: amount)
    if let isKept = try group.boolean("isKept") { noise.isKept = isKept }
    return noise
  }

  private static func penalty(_ value: OptionValue) throws(InterfaceError) -> CodePenalty {
    var reader = try OptionReader(value, path: "training.penalties")
    let kind = try reader.choice("kind", among: ["absolute", "divergence", "contractive"]) { $0 }
    let weight = try reader.number("weight", "a number above 0") { $0 > 0 }
    let target = try reader.number("target", "a number between 0 and 1") { $0 > 0 && $0 < 1 }
    try reader.finish()
    guard let weight else { throw InterfaceError(.option, "a penalty has no weight") }
    switch (kind, target) {
    case ("absolute", nil): return .absolute(weight: weight)
    case ("contractive", nil): return .contractive(weight: weight)
    case ("divergence", let target?): return .divergence(weight: weight, target: target)
    default: throw InterfaceError(.option, "a penalty has a kind, and a divergence a target")
    }
  }

  private mutating func readNeighbors(_ group: inout OptionReader) throws(InterfaceError) {
    if let count = try group.integer("count", 1...1_000_000) { neighbors.count = count }
    if let limit = try group.integer("referenceLimit", 2...1_000_000_000) { neighbors.referenceLimit = limit }
    neighbors.trimmedShare = try group.number("trimmedShare", "a number from 0, below 1") {
      $0 >= 0 && $0 < 1
    }
  }

  private mutating func readRows(_ group: inout OptionReader) throws(InterfaceError) {
    if let areScored = try group.boolean("areScored") { rows.areScored = areScored }
    rows.contamination = try group.value("contamination", "\"auto\", or a share from 0, below 1") {
      value throws(InterfaceError) -> Contamination? in
      if value.string == "auto" { return .found }
      return value.number.flatMap { $0 >= 0 && $0 < 1 ? .share($0) : nil }
    }
    rows.validationShare = try group.number("validationShare", "a number from 0, below 1") {
      $0 >= 0 && $0 < 1
    }
  }

  private mutating func readScores(_ group: inout OptionReader) throws(InterfaceError) {
    scores.measure = try group.choice(
      "measure", among: ScoreMeasure.names, { ScoreMeasure(rawValue: $0) })
    if let method = try group.choice("calibration", CalibrationMethod.self) { scores.calibration = method }
    if let quantile = try group.share("quantile") { scores.quantile = quantile }
  }

  private mutating func readRun(_ group: inout OptionReader) throws(InterfaceError) {
    if let count = try group.integer("threadCount", 1...4_096) { run.threadCount = count }
    if let limit = try group.integer("memoryLimitBytes", 1 << 20...Int.max) { run.memoryLimitBytes = limit }
    run.checkpointPath = try group.text("checkpointPath")
    if let resumes = try group.boolean("resumes") { run.resumes = resumes }
  }
}

extension SeriesOptions {
  fileprivate init(_ group: inout OptionReader) throws(InterfaceError) {
    self.init()
    timeColumn = try group.text("timeColumn")
    seriesColumn = try group.text("seriesColumn")
    window = try group.integer("window", 1...1_000_000)
    stride = try group.integer("stride", 1...1_000_000)
    if let gaps = try group.choice("gaps", SeriesGaps.self) { self.gaps = gaps }
  }
}

extension ScoreMeasure {
  /// The names of all measures.
  fileprivate static var names: [String] {
    ErrorMeasure.allCases.map(\.rawValue)
      + [
        ScoreMeasure.own, .relative, .mahalanobis, .structuralDissimilarity, .gradientDissimilarity, .mixed,
        .negativeLogLikelihood,
      ].map(\.rawValue)
  }
}
