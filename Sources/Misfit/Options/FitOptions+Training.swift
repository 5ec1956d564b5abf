import MisfitKernels
import MisfitNetworks

extension FitOptions {
  /// The training of a network.
  public struct Training: Sendable, Hashable {
    /// The loss that training minimizes.
    public var loss: Loss?
    /// The optimizer with its parameters.
    public var optimizer = Optimizer()
    /// The maximum number of epochs.
    ///
    /// If set without ``patience``, training runs exactly as many.
    public var epochs: Int?
    /// The wall-clock time of all trainings, in seconds; nil for no limit.
    ///
    /// Training stops after the epoch in which the time is up, and keeps the weights of the best epoch if
    /// there is early stopping. The refits of a cross-validation share the time. The result then depends on
    /// the speed of the machine.
    public var timeLimitSeconds: Double?
    /// The number of rows of one optimizer step.
    public var batchSize: Int?
    /// The number of epochs without a better loss after which training stops.
    public var patience: Int?
    /// The number of epochs without a better loss after which the learning rate is halved.
    public var plateauPatience: Int?
    /// The norm that longer gradients are clipped to; nil clips none.
    public var clipNorm: Double?
    /// The noise of a denoising autoencoder, which receives noisy rows and learns to reconstruct the clean
    /// ones; bounds are chosen from the data.
    public var noise: Noise?
    /// The penalties on the code, added to the loss.
    public var penalties: [CodePenalty] = []
    /// The precision that the factors of matrix products are rounded to in training.
    ///
    /// If the processor has no bf16, or it would not help, the fit reports the reason and uses f32.
    public var precision = Precision.float32
    /// The number of shards that each batch is cut into, a power of two; nil computes a batch as a whole.
    ///
    /// The gradients of the shards are added in a fixed tree, so that several processes which share them get
    /// the bits of one. Also the number of parts of the rows whose covariances are added for principal
    /// components.
    public var shardCount: Int?

    /// Creates options; those left out are chosen from the data.
    public init(
      loss: Loss? = nil, optimizer: Optimizer = Optimizer(), epochs: Int? = nil, batchSize: Int? = nil,
      patience: Int? = nil, plateauPatience: Int? = nil, clipNorm: Double? = nil, noise: Noise? = nil,
      penalties: [CodePenalty] = [], precision: Precision = .float32, timeLimitSeconds: Double? = nil,
      shardCount: Int? = nil
    ) {
      self.loss = loss
      self.optimizer = optimizer
      self.epochs = epochs
      self.batchSize = batchSize
      self.patience = patience
      self.plateauPatience = plateauPatience
      self.clipNorm = clipNorm
      self.noise = noise
      self.penalties = penalties
      self.precision = precision
      self.timeLimitSeconds = timeLimitSeconds
      self.shardCount = shardCount
    }
  }
}
