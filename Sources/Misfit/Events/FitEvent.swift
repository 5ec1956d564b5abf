import MisfitCore
import MisfitIngest
import MisfitNetworks

/// An event of a fit in progress.
package enum FitEvent: Sendable {
  /// The number of rows read so far in a pass: the first pass learns the schema, the second encodes.
  case reading(pass: Int, rowCount: Int)
  /// The data is loaded: schema, number of training rows, number of held-out rows.
  case loaded(Schema, rowCount: Int, validationRowCount: Int)
  /// The targets are loaded too: their schema.
  case loadedTargets(Schema)
  /// The plan of the fit, and the choices that the options left open.
  case planned(FitPlan, [Choice])
  /// The training of a network of an ensemble starts, counted from 1.
  case member(Int, of: Int)
  /// The network before training; its parameters change in place during training.
  case prepared(Network)
  /// Training uses f32 although bf16 was requested, for this reason; the model's record says f32.
  case usesFloat32(reason: String)
  /// Matrix products are computed without oneDNN, which is not installed: a note with a remedy.
  case lacksOneDNN(MessageText)
  /// The number of rows done and of all rows in a pass other than training, with its purpose; several times a
  /// second.
  case working(FitActivity, rowCount: Int, of: Int)
  /// Training continues from a checkpoint, after this many epochs.
  case resumed(epochs: Int)
  /// An event of training.
  case training(Trainer.Event)
  /// Notes on the series that rows follow each other in, and on the windows.
  case series([MessageText])
  /// Images are cut into tiles, since they are large: a note that says how.
  case tiled(MessageText)
  /// The network has learned no more than the mean image, so its training starts again with other weights:
  /// the number of the new start, counted from 1, and the error as a share of the images' variance.
  case collapsed(nextStart: Int, shareOfVariance: Double)
  /// The model is fitted, and a refit without one fold of the rows starts, counted from 1, to calibrate it.
  case calibrating(fold: Int, of: Int)
}
