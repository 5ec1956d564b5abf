import MisfitCore

/// Why training could not begin or go on.
public struct TrainingError: DiagnosableError, Hashable {
  /// What is wrong.
  public enum Kind: Hashable, Sendable {
    /// The loss of a batch was NaN or infinite.
    case lossNotFinite(epoch: Int, batch: Int)
    /// There are no rows to learn from.
    case noRows
    /// The rows have another width than the network.
    case widthDiffers(rows: Int, network: Int)
    /// Cross-entropy needs an output between 0 and 1.
    case crossEntropyNeedsSigmoid
    /// A mixed loss makes probabilities of the last layer's sums itself.
    case mixedLossNeedsLinear
    /// A penalty on a mean activation needs a code between 0 and 1.
    case divergenceNeedsSigmoid
    /// A contractive penalty is exact for one dense layer alone.
    case contractiveNeedsOneLayer
    /// Rows have targets of another width than the network's output.
    case targetDiffers(targets: Int, outputs: Int)
    /// Rows to validate with have no targets where those to train on have some, or the other way round.
    case targetsOnOneSide
    /// A state to resume from belongs to another network.
    case stateDiffers
  }

  /// What is wrong.
  public var kind: Kind

  /// Makes an error.
  public init(_ kind: Kind) { self.kind = kind }

  /// The sentence.
  public var diagnosis: Diagnosis {
    switch kind {
    case .lossNotFinite(let epoch, let batch):
      Diagnosis(
        "the loss is no longer a finite number in epoch \(epoch), batch \(batch)",
        remedy: "lower --learning-rate, or limit the gradient with --clip-norm 1")
    case .noRows:
      Diagnosis("there are no rows to train on")
    case .widthDiffers(let rows, let network):
      Diagnosis("the rows have \(rows) values, the network takes \(network)")
    case .crossEntropyNeedsSigmoid:
      Diagnosis(
        "binary cross-entropy needs an output between 0 and 1",
        remedy: "add --output-activation sigmoid, or use --loss mse")
    case .mixedLossNeedsLinear:
      Diagnosis(
        "a mixed loss makes probabilities of the last layer's sums, which need no activation",
        remedy: "leave the output linear, or use --loss mse")
    case .divergenceNeedsSigmoid:
      Diagnosis(
        "a penalty on the mean activation needs a code between 0 and 1",
        remedy: "give the code layer the activation sigmoid")
    case .contractiveNeedsOneLayer:
      Diagnosis(
        "a contractive penalty needs an encoder of one dense layer with sigmoid or relu",
        remedy: "as in `dense 32 sigmoid || dense 784 sigmoid`")
    case .targetDiffers(let targets, let outputs):
      Diagnosis("the targets have \(targets) values, the network gives \(outputs)")
    case .targetsOnOneSide:
      Diagnosis(
        "targets are given for the rows to train on or for those to validate with, and not for both",
        remedy: "give targets for both, or hold out a share of the rows, as in --validation 0.1")
    case .stateDiffers:
      Diagnosis(
        "the checkpoint belongs to another network or other training options",
        remedy: "resume with the options the run began with, or start anew without --resume")
    }
  }
}
