import MisfitCore
import MisfitIngest
import MisfitModels
import MisfitNetworks

/// What a fit does, resolved from its options and the data.
///
/// A plan is reported before the fit begins, saved in the record of the model, and compared when an
/// unfinished run is resumed.
package struct FitPlan: Sendable, Hashable {
  /// The family of the model.
  package var family: ModelChoice
  /// The scaling of the columns or pixels.
  package let scaling: ScalingChoice
  /// The number of rows to hold out; nil for images, which are held out with all their tiles.
  package let heldOutRowCount: Int?
  /// The maximum number of bytes of rows in memory; for larger data it affects the order of rows.
  package let memoryLimitBytes: Int
  /// The seed of everything random.
  package let seed: UInt64
  /// The layers of each network to train; nil for other models, and for an ensemble from a file.
  package var architecture: Architecture?
  /// The initialization of the weights; nil for a family without this option.
  package var initialization: Initialization?
  /// The options of training in epochs; nil for a model that learns in one pass.
  package var training: TrainingOptions?

  /// The loss that is minimized.
  var loss: Loss { training?.loss ?? .meanSquaredError }

  /// Whether training may end before its last epoch, or lower its learning rate, by the monitored loss.
  var watchesLoss: Bool { training?.earlyStopping != nil || training?.plateau != nil }

  /// Returns the options that contradict the plan of an unfinished run.
  ///
  /// An option counts if it is set, since a run is resumed with the options that it began with. Threads,
  /// memory and the use of the scores may change, since they do not change what is learned.
  func differences(from begun: FitPlan, _ options: FitOptions) -> [OptionDifference] {
    FitOption.all.compactMap { option in
      guard option.isSet(options), let text = option.text else { return nil }
      let (given, kept) = (text(self), text(begun))
      guard given != kept else { return nil }
      return OptionDifference(option: option.name, given: given ?? "none", kept: kept ?? "none")
    }
  }
}

/// A choice that a fit made, and its reason.
package struct Choice: Sendable, Hashable {
  /// The name of the option.
  package var option: OptionName
  /// The chosen value, as text.
  package var value: String
  /// The reason, as text.
  package var reason: String
}

/// An option of a resumed run whose value differs from the one that the run began with.
package struct OptionDifference: Sendable, Hashable {
  /// The name of the option.
  package var option: OptionName
  /// The value given now, as text.
  package var given: String
  /// The value that the run began with, as text.
  package var kept: String

  /// The difference in a message, such as `--epochs 100 (it began with 50)` in the words of the command.
  var text: MessageText { "\(option, given) (it began with \(kept))" }
}

/// What a plan is resolved from: the options, and what is known of the data.
struct PlanInput {
  /// The options of the fit.
  let options: FitOptions
  /// The columns, or the shape of the images, and their scaling.
  let schema: Schema
  /// The schema of the targets; nil if each sample is its own target.
  let targetSchema: Schema?
  /// The number of training rows.
  let rowCount: Int
  /// The number of rows held out.
  let heldOutRowCount: Int
  /// The scaling of the columns or pixels.
  let scaling: ScalingChoice
}

extension PlanInput {
  /// The input of a new fit.
  init(_ options: FitOptions, _ data: TrainingData) {
    self.init(
      options: options, schema: data.schema, targetSchema: data.targetSchema,
      rowCount: data.training.rowCount, heldOutRowCount: data.validation?.rowCount ?? 0,
      scaling: data.schema.scaling)
  }
}

extension FitPlan {
  /// Creates the plan of a family that learns in one pass.
  init(_ family: ModelChoice, _ input: PlanInput) {
    self.init(
      family: family, scaling: input.scaling,
      heldOutRowCount: input.schema.shape.imageExtents == nil ? input.heldOutRowCount : nil,
      memoryLimitBytes: input.options.run.memoryLimitBytes, seed: input.options.seed)
  }
}
