import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// How a detector is fitted; whatever is nil is chosen from the data, and the choice is reported.
public struct FitOptions: Sendable {
  /// Which model is fitted.
  public var model = ModelChoice.automatic
  /// Principal components to keep; nil keeps 95 % of the variance.
  public var components: ComponentChoice?
  /// The nearest rows whose mean distance is the score of ``ModelChoice/neighbors``.
  public var neighborCount = 5
  /// The most rows that a model of neighbours keeps.
  public var referenceLimit = 10_000
  /// The share of the rows that local reconstruction and distances to neighbours leave out as the oddest, for
  /// data that is known to hold odd rows.
  ///
  /// Nil leaves out none, but for rows of a local reconstruction that only excuse each other
  /// (``LocalReconstruction``).
  public var trimmedShare: Double?
  /// The share of anomalies among the training rows, which are left out of training.
  ///
  /// A network leaves out the rows with the largest errors, chosen again in each epoch; other models those
  /// with the highest scores of ``GlobalDistance``. If nil and ``scoresWhatItLearns``, a network leaves out a
  /// tenth of a table and the images that stand out, unless ``validationSource`` is given; otherwise nothing
  /// is left out but rows of a local reconstruction that look normal only next to each other
  /// (``LocalReconstruction``).
  public var contamination: Contamination?
  /// The widths of the encoder's layers, the last of them the code.
  public var hidden: [Int]?
  /// The hidden widths of the decoder; nil mirrors the encoder.
  public var decoder: [Int]?
  /// The layers as ``Architecture/init(_:inputShape:)`` reads them, or the name of an
  /// ``ArchitecturePreset``; instead of widths.
  public var architecture: String?
  /// Whether the decoder's dense layers take the kernels of those they mirror, turned over.
  public var isTied = false
  /// Noise for a denoising autoencoder: it is given noisy rows, and learns to give them back without; bounds
  /// are chosen from the data.
  public var noise: Noise?
  /// What is asked of the code beside a good reconstruction.
  public var penalties: [CodePenalty] = []
  /// The activation of the hidden layers.
  public var activation: Activation?
  /// The activation of the last layer.
  public var outputActivation: Activation?
  /// How the weights begin.
  public var initialization = Initialization.glorot
  /// What training makes small.
  public var loss: Loss?
  /// The optimizer, with all its numbers.
  public var optimizer = Optimizer()
  /// The most epochs; given a number, training runs just as many unless ``patience`` is given too.
  public var epochs: Int?
  /// Rows of one step.
  public var batchSize: Int?
  /// Epochs without a better loss before training stops.
  public var patience: Int?
  /// Epochs without a better loss before the learning rate is halved.
  public var plateauPatience: Int?
  /// The longest gradient that is applied as it is.
  public var clipNorm: Double?
  /// How columns are scaled.
  public var scaling = ScalingChoice.automatic
  /// Whether the rows to be scored are those learned from, odd ones among them.
  ///
  /// For a table, a narrower network is then trained more briefly, so that it does not learn the odd rows
  /// too, and tables are always standardised, since columns of one scale rank better than columns in [0, 1].
  public var scoresWhatItLearns = false
  /// The share of the rows that is held out of training to validate; nil is a tenth or, of 10,000 rows and
  /// more, what makes a thousand to calibrate on, none where a model is cross-validated that trains in no
  /// epochs, and none of a table that is scored itself, whose held-out rows would look odder than the others,
  /// nor for models of neighbours, which leave each row out of its own.
  public var validationShare: Double?
  /// Rows to validate on, instead of a share.
  public var validationSource: (any RecordSource)?
  /// What should be made of the samples, one target for each; nil where each sample is its own target.
  ///
  /// Targets have any shape: coloured images for grey ones, large ones for small ones. For autoencoders.
  public var targetSource: (any RecordSource)?
  /// The targets of ``validationSource``.
  public var validationTargetSource: (any RecordSource)?
  /// Decides split, weights and order.
  public var seed: UInt64 = 42
  /// What the factors of products are rounded to in training; where that has no use, or the processor cannot,
  /// a fit tells why and stays in f32.
  public var precision = Precision.float32
  /// Threads that compute; the result does not depend on it.
  public var threadCount = WorkerPool.availableProcessorCount
  /// Bytes of rows that are held in memory; past it they go through a temporary file.
  public var memoryLimitBytes = MachineMemory.defaultLimitBytes
  /// The error by which samples are ranked; nil is the model's own score, with a mixed loss the sum of the
  /// cells' costs, or the mean squared error where there is neither.
  public var errorMeasure: ScoreMeasure?
  /// A sample is flagged where its error is above this quantile of the calibration errors.
  public var quantile = 0.99
  /// Which rows the calibration errors come from; see ``CalibrationMethod``.
  public var calibration = CalibrationMethod.automatic
  /// Where an unfinished run is saved after each epoch and when it is interrupted; nil saves none.
  ///
  /// The file stays when the fit is over, until whoever fits has saved the model and removes it: a failing
  /// save must not cost the run.
  public var checkpointPath: String?
  /// Goes on from the run at ``checkpointPath``, with the options it began with.
  public var resumes = false

  /// Makes options; what is left out is chosen from the data.
  ///
  /// The other options are properties.
  public init(
    model: ModelChoice = .automatic, hidden: [Int]? = nil, activation: Activation? = nil, loss: Loss? = nil,
    optimizer: Optimizer = Optimizer(), epochs: Int? = nil, batchSize: Int? = nil, patience: Int? = nil,
    scaling: ScalingChoice = .automatic, contamination: Contamination? = nil, quantile: Double = 0.99,
    seed: UInt64 = 42
  ) {
    self.model = model
    self.hidden = hidden
    self.activation = activation
    self.loss = loss
    self.optimizer = optimizer
    self.epochs = epochs
    self.batchSize = batchSize
    self.patience = patience
    self.scaling = scaling
    self.contamination = contamination
    self.quantile = quantile
    self.seed = seed
  }
}

extension FitOptions {
  /// The model that a fit makes of a source: the one asked for, or what ``ModelChoice/automatic`` stands for.
  public func modelChoice(for source: any RecordSource) -> ModelChoice {
    guard model == .automatic else { return model }
    return asksForNetwork
      ? .autoencoder
      : model.resolved(
        isTable: source.layout.shape.imageExtents == nil, scoresWhatItLearns: scoresWhatItLearns)
  }

  /// Whether an option is set that only networks have.
  private var asksForNetwork: Bool {
    FitOption.all.contains { $0.isOfNetworks && $0.isSet(self) } || optimizer != Optimizer()
      || targetSource != nil || resumes
      || errorMeasure?.isOfCells ?? false
  }
}
