import Misfit
import MisfitReporting

/// The verb `misfit verify`.
struct Verify: Verb {
  static let name = "verify"
  static let summary = "Repeats a recorded run, and compares its scores to the bit."
  static let details = """
    Reads the record that --record wrote beside the scores or into summary.json, checks that model and \
    data are the same by their SHA-256, and runs the command again into a temporary folder. Exits with \
    status 0 if the scores are the same to the bit, 1 if something differs, and 2 on an error. Relative \
    paths are those of the recorded command: run it in the same folder.
    """
  static let examples = [
    Example("misfit score model.misfit new.csv -o scores.csv --record"), Example("misfit verify scores.csv"),
  ]

  var scores = ""

  static var arguments: [Argument<Verify>] {
    Positional("SCORES", \.scores, .path, help: "Scores, or the folder of a report, written with --record.")
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    guard FileSystem.status(of: scores) != nil else {
      throw FileError(.open, path: scores, errorNumber: 2)
    }
    guard let record = try RunRecord.of(scores) else {
      throw ArgumentError(
        .conflict(
          "\(scores) has no record of its run",
          remedy:
            "write it with the scores: misfit score model.misfit new.csv -o scores.csv --record"))
    }
    if record.version != LibraryVersion.current {
      terminal.messages.note(
        "the run was made by version \(record.version), and this is \(LibraryVersion.current)")
    }
    var differences = changed(in: record)
    if differences.isEmpty { differences = try repeated(record, on: terminal) }
    let isSame = differences.isEmpty
    try terminal.print(
      isSame
        ? "\(scores): the same to the bit"
        : "\(scores): not the same: \(differences.joined(separator: "; "))")
    try terminal.finish(
      json: JSONText.compact([
        "scores": JSONValue(scores), "same": JSONValue(isSame), "differences": JSONValue(differences),
        "record": .object(record.json),
      ]))
    return isSame ? .done : .anomaliesFound
  }

  /// Returns what has changed since the run.
  private func changed(in record: RunRecord) -> [String] {
    ([record.model].compactMap(\.self) + record.data).filter { !$0.isUnchanged }.map {
      FileSystem.status(of: $0.path) == nil ? "\($0.path) does not exist any more" : "\($0.path) has changed"
    }
  }

  /// Runs the command again, and returns the differences of what it writes.
  private func repeated(_ record: RunRecord, on terminal: Terminal) throws -> [String] {
    let folder = try WorkingFolder.make()
    defer { WorkingFolder.remove(folder) }
    let tokens = Array(record.arguments.dropFirst())
    let quiet = Terminal(
      Streams(output: ResultStream(TextSink { _ in }), errors: MessageStream(TextSink { _ in })))
    let isFolder = FileSystem.status(of: scores)?.isDirectory ?? false
    var files: [(old: String, new: String)]
    switch record.arguments.first {
    case Score.name:
      var verb = try Invocation<Score>.read(tokens).verb
      verb.output = "\(folder)/\(FileSystem.lastComponent(of: verb.output))"
      (verb.record.isOn, verb.eventsPath) = (false, nil)
      _ = try verb.run(quiet)
      files = [(scores, verb.output)]
    case Report.name:
      var verb = try Invocation<Report>.read(tokens).verb
      (verb.output, verb.record.isOn) = ("\(folder)/report", false)
      _ = try verb.run(quiet)
      files = [(path(isFolder, "scores.csv"), "\(verb.output)/scores.csv")]
    case Detect.name:
      var verb = try Invocation<Detect>.read(tokens).verb
      (verb.output, verb.record.isOn) = ("\(folder)/report", false)
      _ = try verb.run(quiet)
      files = ["scores.csv", "model.misfit"].map { (path(isFolder, $0), "\(verb.output)/\($0)") }
    default:
      throw ArgumentError(
        .conflict(
          "the record is of `misfit \(record.arguments.first ?? "")`, which is not repeated",
          remedy: "record a run of score, report or detect"))
    }
    var differences: [String] = []
    for file in files where try SHA256.digest(ofFileAt: file.old) != SHA256.digest(ofFileAt: file.new) {
      differences.append("\(file.old) differs from what the command writes")
    }
    return differences
  }

  private func path(_ isFolder: Bool, _ name: String) -> String {
    if isFolder { return "\(FolderPath.plain(scores))/\(name)" }
    return scores.lastIndex(of: "/").map { "\(scores[..<$0])/\(name)" } ?? name
  }
}
