import MisfitCore

extension MessageText {
  /// The message in the words of the command.
  var shown: String { text(naming: OptionFlags.text) }
}

/// The flags and verbs for the options and operations that the library's messages recommend.
enum OptionFlags {
  /// Returns an option as it is typed, `--loss mse`; an operation as a verb, `misfit calibrate`.
  static func text(_ option: OptionName, _ value: String?) -> String {
    let name = name(of: option)
    return value.map { "\(name) \($0)" } ?? name
  }

  private static func name(of option: OptionName) -> String {
    switch option {
    case .idColumn: "--id"
    case .labelColumn: "--label"
    case .ignoredColumns: "--ignore"
    case .keptColumns, .keptWords: "--keep"
    case .labelsPath: "--labels"
    case .testLabelsPath: "--test-labels"
    case .delimiter: "--delimiter"
    case .hasHeader: "--header"
    case .hasNoHeader: "--no-header"
    case .skippedLineCount: "--skip-lines"
    case .comment: "--comment"
    case .encoding: "--encoding"
    case .decimal: "--decimal"
    case .thousands: "--thousands"
    case .dateOrder: "--date-order"
    case .columnKind: "--type"
    case .missingWords: "--missing-values"
    case .badData: "--on-error"
    case .memoryLimit: "--memory-limit"
    case .imageSize: "--resize"
    case .isGrey: "--grey"
    case .tileSide: "--tile"
    case .tileScore: "--tile-score"
    case .exportsTiles: "--tiles"
    case .regionOfInterest: "--region"
    case .boxSize: "--box-size"
    case .model: "--model"
    case .components: "--components"
    case .neighborCount: "--neighbors"
    case .referenceLimit: "--reference"
    case .trimmedShare: "--trim"
    case .architecture: "--architecture"
    case .hidden: "--hidden"
    case .decoder: "--decoder"
    case .activation: "--activation"
    case .outputActivation: "--output-activation"
    case .isTied: "--tied"
    case .initialization: "--initialization"
    case .noise: "--noise"
    case .sparsity: "--sparse"
    case .contraction: "--contractive"
    case .loss: "--loss"
    case .optimizer: "--optimizer"
    case .momentum: "--momentum"
    case .weightDecay: "--weight-decay"
    case .precision: "--precision"
    case .epochs: "--epochs"
    case .timeLimit: "--minutes"
    case .batchSize: "--batch-size"
    case .patience: "--patience"
    case .plateauPatience: "--plateau"
    case .shardCount: "--shards"
    case .seed: "--seed"
    case .scaling: "--scale"
    case .errorMeasure: "--error"
    case .calibration: "--calibration"
    case .learningRate: "--learning-rate"
    case .clipNorm: "--clip-norm"
    case .validation: "--validation"
    case .contaminatedShare: "--contaminated"
    case .targetSource: "--target"
    case .validationTargetSource: "--validation-target"
    case .resumes: "--resume"
    case .timeColumn: "--time"
    case .seriesColumn: "--by"
    case .window: "--window"
    case .gaps: "--gaps"
    case .mirror: "--from"
    case .inspect, .fit, .score, .draw, .calibrate, .reconstruct, .encode: "`misfit \(option.rawValue)`"
    case .download: "misfit data NAME --to FOLDER"
    }
  }
}
