import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels

/// A family of models: its options, how it learns, and how a file holds it.
///
/// To add one, write its file in `Families/` and add it to ``ModelFamilies/all``; its name is a case of
/// ``ModelChoice``, its mathematics are a folder of MisfitModels.
protocol ModelFamily: Sendable {
  /// The choice that selects the family.
  var choice: ModelChoice { get }
  /// The properties that decide how a fit prepares and calibrates the family.
  var traits: ModelTraits { get }

  /// Returns the plan of a fit, and the choices that the options left open.
  ///
  /// - Throws: ``ArchitectureError`` if options contradict the data.
  func plan(_ input: PlanInput) throws -> (plan: FitPlan, choices: [Choice])

  /// Checks the options that may differ from those of the plan, since they do not change what is learned.
  ///
  /// - Throws: ``FitError`` if options contradict the data.
  func check(_ fit: FamilyFit) throws

  /// Returns a model that has learned from the training rows, without the parts that fill missing cells and
  /// compute losses by cell.
  ///
  /// - Throws: ``ModelError``, ``LinearAlgebraError``, ``TrainingError``, ``FitError`` if the caller stops;
  ///   the errors of reading the rows.
  func learn(_ fit: FamilyFit) throws -> any RowModel

  /// Returns the model of a file; nil if the family's models are stored as those of another one.
  ///
  /// - Throws: ``ModelFileError`` if the tensors contradict the description.
  func decode(
    _ description: ModelDescription, _ tensors: CheckedTensors
  ) throws(ModelFileError) -> (any RowModel)?
}

extension ModelFamily {
  /// Default: the plan of a model that learns in one pass.
  func plan(_ input: PlanInput) throws -> (plan: FitPlan, choices: [Choice]) {
    var choices: [Choice] = []
    if input.options.model == .automatic {
      let isTable = input.schema.shape.imageExtents == nil
      let reason =
        !isTable
        ? "images that stay whole"
        : input.options.rows.areScored ? "a table that may contain anomalies" : "a table of normal rows"
      choices.append(Choice(option: .model, value: choice.name, reason: reason))
    }
    return (FitPlan(choice, input), choices)
  }

  /// Default: there is nothing to check.
  func check(_ fit: FamilyFit) throws {}

  /// Default: models are stored as those of another family.
  func decode(
    _ description: ModelDescription, _ tensors: CheckedTensors
  ) throws(ModelFileError) -> (any RowModel)? { nil }
}

/// All families of models.
enum ModelFamilies {
  /// The families, one for each choice but ``ModelChoice/automatic``.
  static let all: [any ModelFamily] = [
    AutoencoderFamily(), EnsembleFamily(), WideFamily(), PrincipalComponentFamily(), LocalFamily(),
    NeighborFamily(), GlobalFamily(), RepairFamily(), PatchFamily(),
  ]
}

extension ModelChoice {
  /// The family of the choice.
  ///
  /// - Precondition: the choice is not ``automatic``.
  var family: any ModelFamily {
    guard let family = ModelFamilies.all.first(where: { $0.choice == self }) else {
      preconditionFailure("no family is called \(name)")
    }
    return family
  }

  /// The properties of the family; those of an autoencoder for ``automatic``.
  package var traits: ModelTraits { (self == .automatic ? .autoencoder : self).family.traits }
}

/// The properties of a family that decide how a fit prepares and calibrates it.
package struct ModelTraits: Sendable {
  /// Whether a network is trained in epochs, from the rows with the smallest errors if the data may contain
  /// anomalies.
  package var trainsInEpochs = false
  /// Whether the number of layers and units are options.
  package var isNetwork = false
  /// Whether a training row is excluded from its own neighbors, so that all training rows can calibrate.
  package var excludesSelf = false
  /// Whether held-out rows decide when training stops.
  package var stopsEarly = false
  /// Whether a run is saved on the way, so that it can be resumed.
  package var isResumable = false
  /// Whether samples can have targets.
  package var takesTargets = false
  /// The options of networks that the family has; nil for all of them.
  package var networkOptions: Set<OptionName>? = []
  /// The options of models other than networks that the family has.
  package var modelOptions: Set<OptionName> = []
  /// The number of folds of a cross-validation: more if refits are quick.
  ///
  /// The refits of an autoencoder are compared with the kept model on the rows that both leave out, so that
  /// few folds are enough.
  var foldCount: @Sendable (_ sampleCount: Int) -> Int = { $0 < 100 ? 10 : 5 }

  /// The number of rows that shows a false alarm rate of 1 % to a few tenths of a percent.
  static let calibrationRowCount = 1_000

  /// The folds of a model that is solved in one pass.
  static let quickFolds: @Sendable (Int) -> Int = { min($0 / 2, $0 < calibrationRowCount ? 20 : 10) }
}
