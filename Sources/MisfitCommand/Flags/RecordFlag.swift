import Misfit
import MisfitReporting

/// The flag for a record of the run.
struct RecordFlag: FlagSet {
  var isOn = false

  static var arguments: [Argument<RecordFlag>] {
    Group("Record", common: []) {
      Switch(
        "--record", \.isOn,
        help:
          """
          Record the version, the command, and the SHA-256 of model, data and scores, so that \
          `misfit verify` can repeat the run: in summary.json, or in a file beside the scores, \
          SCORES\(RunRecord.ending).
          """
      )
    }
  }

  /// Throws if the run cannot be repeated.
  func check(data: [String], output: String) throws(ArgumentError) {
    guard isOn else { return }
    guard output != "-", !data.contains("-") else {
      throw ArgumentError(
        .conflict(
          "--record needs files, and standard input and output are none",
          remedy: "give the paths of the data and, with -o, of the scores"))
    }
  }

  /// The arguments of the command.
  static var typed: [String] { Array(CommandLine.arguments.dropFirst()) }
}
