import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitNetworks

/// The record of a model in a model file, apart from its weights.
package struct ModelRecord: Sendable {
  /// The description of the model, by its kind.
  package var model: ModelDescription
  /// The columns, or the shape of the images, and their scaling.
  package var schema: Schema
  /// The schema of the targets; nil if each sample is its own target.
  package var targetSchema: Schema?
  /// The record of the training.
  package var training: TrainingRecord
  /// The calibration: the scores of normal samples, and the threshold.
  package var calibration: Calibration
  /// The function that raises the scores of rows with gross outliers; nil if rows are not checked for them.
  package var scoreRaise: ScoreRaise?
  /// The series whose windows the model scores; nil if it scores single rows.
  ///
  /// ``schema`` is then that of a window.
  package var series: SeriesRecord?
  /// The distributions of the columns; nil for images and series, and in files of earlier versions.
  ///
  /// A model file stores it as tensors.
  package var profile: ReferenceProfile?
  /// The feedback on scored rows; nil for none.
  ///
  /// A model file stores it apart from this record.
  package var feedback: Feedback?
}

extension ModelRecord: Codable {
  private enum CodingKeys: String, CodingKey {
    case schema, targetSchema, training, calibration, scoreRaise, series
  }

  package init(from decoder: any Decoder) throws {
    // The keys of the description are in the same container as the others.
    model = try ModelDescription(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    schema = try container.decode(Schema.self, forKey: .schema)
    targetSchema = try container.decodeIfPresent(Schema.self, forKey: .targetSchema)
    training = try TrainingRecord(
      from: container.nestedContainer(keyedBy: TrainingRecord.CodingKeys.self, forKey: .training), of: model,
      schema)
    calibration = try container.decode(Calibration.self, forKey: .calibration)
    scoreRaise = try container.decodeIfPresent(ScoreRaise.self, forKey: .scoreRaise)
    series = try container.decodeIfPresent(SeriesRecord.self, forKey: .series)
  }

  package func encode(to encoder: any Encoder) throws {
    try model.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schema, forKey: .schema)
    try container.encodeIfPresent(targetSchema, forKey: .targetSchema)
    var trainingContainer = container.nestedContainer(
      keyedBy: TrainingRecord.CodingKeys.self, forKey: .training)
    try training.encode(to: &trainingContainer)
    try container.encode(calibration, forKey: .calibration)
    try container.encodeIfPresent(scoreRaise, forKey: .scoreRaise)
    try container.encodeIfPresent(series, forKey: .series)
  }
}
