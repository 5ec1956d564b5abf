import MisfitIngest
import MisfitNetworks

/// The progress of a fit.
public enum FitProgress: Sendable, Hashable {
  /// The number of rows read so far in a pass over the data.
  case reading(rowCount: Int)
  /// The number of rows that the model has learned from, or that were scored for the calibration, and their
  /// total number.
  case working(rowCount: Int, of: Int)
  /// An epoch of a network has ended, counted from 1: its mean training loss, and its validation loss if rows
  /// are held out.
  case epoch(Int, trainLoss: Double, validationLoss: Double?)

  /// Creates the progress of an event; nil for events that are details.
  init?(_ event: FitEvent) {
    switch event {
    case .reading(_, let rowCount): self = .reading(rowCount: rowCount)
    case .working(_, let rowCount, let total): self = .working(rowCount: rowCount, of: total)
    case .training(.epoch(let record)):
      self = .epoch(record.epoch, trainLoss: record.trainLoss, validationLoss: record.validationLoss)
    case .training, .loaded, .loadedTargets, .planned, .member, .prepared, .usesFloat32, .lacksOneDNN,
      .resumed, .series, .tiled, .collapsed, .calibrating:
      return nil
    }
  }
}
