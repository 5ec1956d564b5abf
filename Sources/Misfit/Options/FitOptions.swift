import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels

/// The options of a fit, grouped by what they are about.
///
/// Every option that is nil is chosen from the data, and the choice is reported.
///
///     var options = FitOptions(model: .autoencoder, seed: 7)
///     options.network.hidden = [16, 4]
///     options.training.epochs = 30
///     options.scores.quantile = 0.999
public struct FitOptions: Sendable {
  /// The model to fit.
  public var model = ModelChoice.automatic
  /// The principal components to keep; nil keeps as many as explain 95 % of the variance.
  public var components: ComponentChoice?
  /// The layers of a network.
  public var network = Network()
  /// The training of a network.
  public var training = Training()
  /// The rows that models of neighbors keep.
  public var neighbors = Neighbors()
  /// The rows to learn from, and their targets.
  public var rows = Rows()
  /// The series that rows follow each other in; nil if rows have no order.
  public var series: SeriesOptions?
  /// The scaling of the columns.
  public var scaling = ScalingChoice.automatic
  /// The scores, and the threshold above which a sample is flagged.
  public var scores = Scores()
  /// The threads and the memory to use, and the file of an unfinished run.
  public var run = Run()
  /// The processes that share the work; with several, ``Training/shardCount`` is at least their number.
  package var communicator: any Communicator = SingleProcess()
  /// The seed of everything random: split, weights and order of rows.
  public var seed: UInt64 = 42

  /// Creates options; those left out are chosen from the data.
  public init(
    model: ModelChoice = .automatic, components: ComponentChoice? = nil, network: Network = Network(),
    training: Training = Training(), neighbors: Neighbors = Neighbors(), rows: Rows = Rows(),
    series: SeriesOptions? = nil, scaling: ScalingChoice = .automatic, scores: Scores = Scores(),
    run: Run = Run(), seed: UInt64 = 42
  ) {
    self.model = model
    self.components = components
    self.network = network
    self.training = training
    self.neighbors = neighbors
    self.rows = rows
    self.series = series
    self.scaling = scaling
    self.scores = scores
    self.run = run
    self.seed = seed
  }
}
