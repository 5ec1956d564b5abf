import MisfitCore

/// An error of training.
package struct TrainingError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The loss of a batch was NaN or infinite.
    case lossNotFinite(epoch: Int, batch: Int)
    /// There are no rows to train on.
    case noRows
    /// The width of the rows is not that of the network.
    case widthDiffers(rows: Int, network: Int)
    /// Binary cross-entropy needs an output between 0 and 1.
    case crossEntropyNeedsSigmoid
    /// A mixed loss computes probabilities from the last layer's sums itself.
    case mixedLossNeedsLinear
    /// A penalty on a mean activation needs a code between 0 and 1.
    case divergenceNeedsSigmoid
    /// A contractive penalty is exact only for one dense layer.
    case contractiveNeedsOneLayer
    /// The width of the targets is not that of the network's output.
    case targetDiffers(targets: Int, outputs: Int)
    /// Training rows have targets and validation rows do not, or vice versa.
    case targetsOnOneSide
    /// The number of shards is no power of two, or too large.
    case shardCount(Int)
    /// The time that a process measures would decide how long all processes train.
    case shardsWithTimeLimit
    /// The state to resume from belongs to another network.
    case stateDiffers
  }

  /// The kind of the error.
  package var kind: Kind

  /// Creates an error.
  package init(_ kind: Kind) { self.kind = kind }

  /// The message and its remedy.
  package var diagnosis: Diagnosis {
    switch kind {
    case .lossNotFinite(let epoch, let batch):
      Diagnosis(
        "the loss is no longer finite in epoch \(epoch), batch \(batch)",
        remedy: "lower \(.learningRate), or limit the gradient with \(.clipNorm, "1")")
    case .noRows:
      Diagnosis("there are no rows to train on")
    case .widthDiffers(let rows, let network):
      Diagnosis("the rows have \(rows) values, but the network takes \(network)")
    case .crossEntropyNeedsSigmoid:
      Diagnosis(
        "binary cross-entropy needs an output between 0 and 1",
        remedy: "add \(.outputActivation, "sigmoid"), or use \(.loss, "mse")")
    case .mixedLossNeedsLinear:
      Diagnosis(
        "a mixed loss computes probabilities from the last layer's sums, which must have no activation",
        remedy: "leave the output linear, or use \(.loss, "mse")")
    case .divergenceNeedsSigmoid:
      Diagnosis(
        "a penalty on the mean activation needs a code between 0 and 1",
        remedy: "give the code layer the activation sigmoid")
    case .contractiveNeedsOneLayer:
      Diagnosis(
        "a contractive penalty needs an encoder of one dense layer with sigmoid or relu",
        remedy: "as in `dense 32 sigmoid || dense 784 sigmoid`")
    case .targetDiffers(let targets, let outputs):
      Diagnosis("the targets have \(targets) values, but the network outputs \(outputs)")
    case .targetsOnOneSide:
      Diagnosis(
        "only one of the training and validation rows has targets",
        remedy: "give targets for both, or hold out a share of the rows, as in \(.validation, "0.1")")
    case .shardCount(let count):
      Diagnosis(
        "\(count) is not a number of shards: it is a power of two up to \(ShardTree.largestCount)",
        remedy: "use \(.shardCount, "16")")
    case .shardsWithTimeLimit:
      Diagnosis(
        "training in shards cannot end after a time, which differs from process to process",
        remedy: "set \(.epochs) instead of \(.timeLimit)")
    case .stateDiffers:
      Diagnosis(
        "the checkpoint belongs to another network or other training options",
        remedy: "resume with the original options, or start again without \(.resumes)")
    }
  }
}
