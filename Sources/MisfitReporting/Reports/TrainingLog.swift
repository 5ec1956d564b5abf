import Misfit
import MisfitCore
import MisfitNetworks
import MisfitReports

/// The log of a run as CSV: one row an epoch, without times, so that equal runs have equal logs.
package enum TrainingLog {
  /// Writes the file.
  ///
  /// - Throws: ``FileError``.
  package static func write(_ training: TrainingRecord, to path: String) throws(FileError) {
    try write(training, to: path, in: nil)
  }

  /// Writes the file.
  ///
  /// If there is a group, the file appears together with the group's others.
  ///
  /// - Throws: ``FileError``.
  package static func write(
    _ training: TrainingRecord, to path: String, in group: OutputGroup?
  ) throws(FileError) {
    let text = CSVText()
    var bytes = text.row(["epoch", "train_loss", "validation_loss", "learning_rate"])
    for epoch in training.epochs {
      let fields = [
        CSVText.number(epoch.epoch), CSVText.number(epoch.trainLoss), CSVText.number(epoch.validationLoss),
        CSVText.number(epoch.learningRate),
      ]
      text.append(fields, to: &bytes)
    }
    try OutputFile.write(bytes, to: path, in: group)
  }
}
