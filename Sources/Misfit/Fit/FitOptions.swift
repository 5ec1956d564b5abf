import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// The options of a fit.
///
/// Every option that is nil is chosen from the data, and the choice is reported.
public struct FitOptions: Sendable {
  /// The model to fit.
  public var model = ModelChoice.automatic
  /// The principal components to keep; nil keeps as many as explain 95 % of the variance.
  public var components: ComponentChoice?
  /// The number of nearest rows whose mean distance is the score of ``ModelChoice/neighbors``.
  public var neighborCount = 5
  /// The maximum number of training rows that a model of neighbors keeps.
  public var referenceLimit = 10_000
  /// The share of the rows, those that look most anomalous, that local reconstruction and distances to
  /// neighbors leave out, for data that is known to contain anomalies.
  ///
  /// Nil leaves out none, except that a local reconstruction leaves out rows that look normal only next to
  /// each other, at most a quarter of all.
  public var trimmedShare: Double?
  /// The share of anomalies among the training rows, which are left out of training.
  ///
  /// A network leaves out the rows with the largest errors, chosen again in each epoch; other models those
  /// with the highest scores of ``ModelChoice/global``. If nil and ``scoresWhatItLearns``, a network leaves
  /// out a tenth of a table and the images that stand out, unless ``validationSource`` is given. Otherwise,
  /// only a local reconstruction leaves out rows: those that look normal only next to each other.
  public var contamination: Contamination?
  /// The widths of the encoder's layers, ending with the code.
  public var hidden: [Int]?
  /// The hidden widths of the decoder; nil mirrors the encoder.
  public var decoder: [Int]?
  /// The layers as text, such as `dense 16 relu || dense 30`, or the name of a preset, such as `conv`.
  ///
  /// Replaces ``hidden`` and ``decoder``; the article on training networks describes the syntax.
  public var architecture: String?
  /// Whether the decoder's dense layers use the transposed kernels of the encoder layers that they mirror.
  public var isTied = false
  /// The noise of a denoising autoencoder, which receives noisy rows and learns to reconstruct the clean
  /// ones; bounds are chosen from the data.
  public var noise: Noise?
  /// The penalties on the code, added to the loss.
  public var penalties: [CodePenalty] = []
  /// The activation of the hidden layers.
  public var activation: Activation?
  /// The activation of the last layer.
  public var outputActivation: Activation?
  /// The initialization of the weights.
  public var initialization = Initialization.glorot
  /// The loss that training minimizes.
  public var loss: Loss?
  /// The optimizer with its parameters.
  public var optimizer = Optimizer()
  /// The maximum number of epochs.
  ///
  /// If set without ``patience``, training runs exactly as many.
  public var epochs: Int?
  /// The number of rows of one optimizer step.
  public var batchSize: Int?
  /// The number of epochs without a better loss after which training stops.
  public var patience: Int?
  /// The number of epochs without a better loss after which the learning rate is halved.
  public var plateauPatience: Int?
  /// The norm that longer gradients are clipped to; nil clips none.
  public var clipNorm: Double?
  /// The scaling of the columns.
  public var scaling = ScalingChoice.automatic
  /// Whether the rows to score are those learned from, anomalies included.
  ///
  /// For a table, a narrower network is then trained more briefly, so that it does not learn the anomalies
  /// too, and columns are always standardized, since columns of one scale rank better than columns in [0, 1].
  public var scoresWhatItLearns = false
  /// The share of the rows that is held out of training for validation.
  ///
  /// Nil holds out a tenth, or up to a fifth if that makes a thousand rows to calibrate on. It holds out none
  /// for a model that is cross-validated and has no epochs, for a table that is scored itself, whose held-out
  /// rows would look more anomalous than the others, and for models of neighbors, which exclude each row from
  /// its own neighbors.
  public var validationShare: Double?
  /// The rows to validate on, instead of a share.
  public var validationSource: (any RecordSource)?
  /// The targets, one for each sample; nil if each sample is its own target.
  ///
  /// For autoencoders only. Targets may have any shape: color images for gray ones, large ones for small
  /// ones.
  public var targetSource: (any RecordSource)?
  /// The targets of ``validationSource``.
  public var validationTargetSource: (any RecordSource)?
  /// The seed of everything random: split, weights and order of rows.
  public var seed: UInt64 = 42
  /// The precision that the factors of matrix products are rounded to in training.
  ///
  /// If the processor has no bf16, or it would not help, the fit reports the reason and uses f32.
  public var precision = Precision.float32
  /// The number of threads; it does not change the result.
  public var threadCount = WorkerPool.availableProcessorCount
  /// The maximum number of bytes of rows in memory; more rows go to a temporary file.
  public var memoryLimitBytes = MachineMemory.defaultLimitBytes
  /// The measure by which samples are ranked.
  ///
  /// Nil is the model's own score; with a mixed loss, the sum of the cells' costs; otherwise the mean squared
  /// error.
  public var errorMeasure: ScoreMeasure?
  /// The quantile of the calibration scores above which a sample is flagged, 0 to 1.
  public var quantile = 0.99
  /// The rows that the calibration scores come from; see ``CalibrationMethod``.
  public var calibration = CalibrationMethod.automatic
  /// The series that rows follow each other in; nil if rows have no order.
  public var series: SeriesOptions?
  /// Whether the rows are windows of series.
  var isOfWindows = false
  /// The path where an unfinished run is saved after each epoch and when it is interrupted; nil saves none.
  ///
  /// The file is kept after the fit; remove it once the model is saved, so that a failing save does not cost
  /// the run.
  public var checkpointPath: String?
  /// Whether to continue the run at ``checkpointPath``, with the options it began with.
  public var resumes = false

  /// Creates options; those left out are chosen from the data.
  ///
  /// A thread count and a memory limit left out are those of the machine.
  public init(
    model: ModelChoice = ModelChoice.automatic, components: ComponentChoice? = nil, neighborCount: Int = 5,
    referenceLimit: Int = 10_000, trimmedShare: Double? = nil, contamination: Contamination? = nil,
    hidden: [Int]? = nil, decoder: [Int]? = nil, architecture: String? = nil, isTied: Bool = false,
    noise: Noise? = nil, penalties: [CodePenalty] = [], activation: Activation? = nil,
    outputActivation: Activation? = nil, initialization: Initialization = Initialization.glorot,
    loss: Loss? = nil, optimizer: Optimizer = Optimizer(), epochs: Int? = nil, batchSize: Int? = nil,
    patience: Int? = nil, plateauPatience: Int? = nil, clipNorm: Double? = nil,
    scaling: ScalingChoice = ScalingChoice.automatic, scoresWhatItLearns: Bool = false,
    validationShare: Double? = nil, validationSource: (any RecordSource)? = nil,
    targetSource: (any RecordSource)? = nil, validationTargetSource: (any RecordSource)? = nil,
    seed: UInt64 = 42, precision: Precision = Precision.float32, threadCount: Int? = nil,
    memoryLimitBytes: Int? = nil, errorMeasure: ScoreMeasure? = nil, quantile: Double = 0.99,
    calibration: CalibrationMethod = CalibrationMethod.automatic, checkpointPath: String? = nil,
    resumes: Bool = false, series: SeriesOptions? = nil
  ) {
    self.model = model
    self.components = components
    self.neighborCount = neighborCount
    self.referenceLimit = referenceLimit
    self.trimmedShare = trimmedShare
    self.contamination = contamination
    self.hidden = hidden
    self.decoder = decoder
    self.architecture = architecture
    self.isTied = isTied
    self.noise = noise
    self.penalties = penalties
    self.activation = activation
    self.outputActivation = outputActivation
    self.initialization = initialization
    self.loss = loss
    self.optimizer = optimizer
    self.epochs = epochs
    self.batchSize = batchSize
    self.patience = patience
    self.plateauPatience = plateauPatience
    self.clipNorm = clipNorm
    self.scaling = scaling
    self.scoresWhatItLearns = scoresWhatItLearns
    self.validationShare = validationShare
    self.validationSource = validationSource
    self.targetSource = targetSource
    self.validationTargetSource = validationTargetSource
    self.seed = seed
    self.precision = precision
    if let threadCount { self.threadCount = threadCount }
    if let memoryLimitBytes { self.memoryLimitBytes = memoryLimitBytes }
    self.errorMeasure = errorMeasure
    self.quantile = quantile
    self.calibration = calibration
    self.checkpointPath = checkpointPath
    self.resumes = resumes
    self.series = series
  }
}

extension FitOptions {
  /// Returns the model that is fitted to a source: the requested one, or the one that
  /// ``ModelChoice/automatic`` selects.
  public func modelChoice(for source: any RecordSource) -> ModelChoice {
    guard model == .automatic else { return model }
    return asksForNetwork
      ? .autoencoder
      : model.resolved(
        isTable: source.layout.shape.imageExtents == nil, scoresWhatItLearns: scoresWhatItLearns)
  }

  /// Whether any option is set that only a network has.
  private var asksForNetwork: Bool {
    FitOption.all.contains { $0.isOfNetworks && $0.isSet(self) } || optimizer != Optimizer()
      || targetSource != nil || resumes
      || errorMeasure?.isOfCells ?? false
  }
}
