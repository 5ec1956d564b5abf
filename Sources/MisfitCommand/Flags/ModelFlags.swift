import Misfit

/// The flags for the model to fit.
struct ModelFlags: FlagSet {
  var model: ModelChoice?
  var components: ComponentChoice?
  var neighborCount: Int?
  var referenceLimit: Int?
  var trimmedShare: Double?
  var contamination: Contamination?

  static var arguments: [Argument<ModelFlags>] {
    Group("Model", common: ["--model"]) {
      Flag(
        "--model NAME", \.model, .modelChoice,
        otherwise: "auto, or autoencoder with flags of a network",
        help: """
          The model. autoencoder: a neural network; ensemble: the mean of 4 wide networks; wide: one wider \
          network whose output layer is solved in one pass; pca: principal components, scored by the \
          Mahalanobis distance (by the reconstruction error with --error mse); local: reconstruction from \
          the nearest rows, best if the data is known to be normal; neighbors: the mean distance to the \
          nearest rows; global: the distance to all rows and the rarity of values, best if the data contains \
          anomalies; patches: an autoencoder of the patches of images, and how far they are from common \
          ones; repair: networks that learn from synthetic defects; auto: patches for large images, local \
          for smaller ones, for a table global with `detect` and local with `fit`.
          """)
      Flag(
        "--components N|SHARE", \.components, .components, otherwise: "0.95",
        help: "How many principal components to keep, or the share of the variance that they explain.")
      Flag(
        "--neighbors N", \.neighborCount, .integer(in: 1...1000), otherwise: "5",
        help: "The number of nearest rows whose mean distance is the score of --model neighbors.")
      Flag(
        "--reference N", \.referenceLimit, .integer(in: 2...10_000_000), otherwise: "10000",
        help: "The most rows that --model local and neighbors keep, chosen at random.")
      Flag(
        "--trim SHARE", \.trimmedShare, .shareBelowOne,
        otherwise: "none for neighbors; for local as --contaminated",
        help:
          """
          The share of the rows with the largest distances to all others that --model local and neighbors do \
          not learn from: 0.1 if a few in a hundred may be anomalous, 0 for none.
          """
      )
      Flag(
        "--contaminated SHARE|auto", \.contamination, .contamination,
        otherwise: contaminationDefault,
        help:
          """
          Do not learn from the most anomalous rows, because the data is known to contain anomalies: this \
          share of the rows, or as many as stand out. A network leaves out the rows with the largest errors, \
          chosen again in each epoch; other models leave out those with the highest scores of --model \
          global, a tenth for `auto`. 0 leaves out none.
          """
      )
    }
  }

  private static let contaminationDefault =
    """
    fit: none for networks, wide, pca and neighbors; a tenth for global; for local the rows that look normal \
    only next to each other, at most a quarter. detect: the same, but 0.1 for networks on a table and auto \
    on images, unless --validation gives a file of normal rows
    """

  /// Returns the requested model; a network if one of its options is given.
  func choice(networkOptions: [OptionName], logs: Bool = false) -> ModelChoice {
    model ?? (networkOptions.isEmpty && !logs ? .automatic : .autoencoder)
  }

  /// Leaves the choice of a model to the fit, if that is ``ModelChoice/patches``, which has some options of
  /// networks.
  ///
  /// So images in patches have the same model with `--minutes` as without.
  func keepPatches(of source: any RecordSource, networkOptions: [OptionName], in options: inout FitOptions) {
    guard model == nil, let own = ModelChoice.patches.traits.networkOptions,
      networkOptions.allSatisfy(own.contains)
    else { return }
    var automatic = options
    automatic.model = .automatic
    if automatic.modelChoice(for: source) == .patches { options = automatic }
  }

  /// Throws if an option belongs to another model.
  func check(_ model: ModelChoice, networkOptions: [OptionName]) throws(ArgumentError) {
    let traits = model.traits
    if let understood = traits.networkOptions {
      let foreign = networkOptions.first { !understood.contains($0) }
      try Self.check(foreign, model, remedy: "omit it, or use --model autoencoder")
    }
    if contamination != nil, trimmedShare != nil {
      throw ArgumentError(
        .conflict("--contaminated and --trim both set what is left out", remedy: "give one of them"))
    }
    let given: [(option: OptionName, isGiven: Bool, models: String)] = [
      (.components, components != nil, "--model pca"),
      (.neighborCount, neighborCount != nil, "--model neighbors"),
      (.referenceLimit, referenceLimit != nil, "--model local or --model neighbors"),
      (.trimmedShare, trimmedShare != nil, "--model local or --model neighbors"),
    ]
    for option in given where option.isGiven && !Self.has(option.option, model) {
      try Self.check(option.option, model, remedy: "add \(option.models)")
    }
  }

  /// Returns whether a model has an option; the automatic choice may be ``ModelChoice/local``.
  private static func has(_ option: OptionName, _ model: ModelChoice) -> Bool {
    (model == .automatic ? .local : model).traits.modelOptions.contains(option)
  }

  private static func check(
    _ option: OptionName?, _ model: ModelChoice, remedy: String
  ) throws(ArgumentError) {
    guard let flag = option.map({ OptionFlags.text($0, nil) }) else { return }
    throw ArgumentError(.conflict("\(flag) means nothing to --model \(model.name)", remedy: remedy))
  }

  /// Applies the flags to the options of a fit.
  func apply(_ choice: ModelChoice, to options: inout FitOptions) {
    options.model = choice
    options.components = components
    if let neighborCount { options.neighbors.count = neighborCount }
    options.neighbors.trimmedShare = trimmedShare
    options.rows.contamination = contamination
    if let referenceLimit { options.neighbors.referenceLimit = referenceLimit }
  }
}

extension ValueKind where Value == ModelChoice {
  /// A model, by its name or the one that it had in earlier versions.
  static var modelChoice: ValueKind {
    let names = ModelChoice.allCases.map { (name: $0.name, value: $0) }
    var kind = choice(names) { $0.name }
    let read = kind.read
    kind.read = { read($0) ?? ModelChoice(name: $0) }
    return kind
  }
}

extension ValueKind where Value == ComponentChoice {
  /// A number of components or a share of the variance: `32`, `0.95` or `95%`.
  static var components: ValueKind {
    ValueKind(
      expectation: "a count of at least 1, or a share between 0 and 1 (0.95, 95%)", example: "32",
      read: { text in
        if let count = Int(text) { return count >= 1 ? .count(count) : nil }
        let isPercentage = text.hasSuffix("%")
        guard let number = Double(isPercentage ? text.dropLast() : text[...]) else { return nil }
        let share = isPercentage ? number / 100 : number
        return share > 0 && share <= 1 ? .varianceShare(share) : nil
      },
      write: { choice in
        switch choice {
        case .count(let count): "\(count)"
        case .varianceShare(let share): NumberText.significant(share, digits: 6)
        }
      }, hint: { _ in nil })
  }
}

extension ValueKind where Value == Contamination {
  /// A share of anomalies: `0.05`, `5%` or `auto`.
  static var contamination: ValueKind {
    ValueKind(
      expectation: "a share from 0 to below 1 (0.05, 5%), or auto", example: "0.05",
      read: { text in
        if text == "auto" { return .found }
        let isPercentage = text.hasSuffix("%")
        guard let number = Double(isPercentage ? text.dropLast() : text[...]) else { return nil }
        let share = isPercentage ? number / 100 : number
        return share >= 0 && share < 1 ? .share(share) : nil
      },
      write: { contamination in
        switch contamination {
        case .found: "auto"
        case .share(let share): NumberText.significant(share, digits: 6)
        }
      }, hint: { _ in nil })
  }
}
