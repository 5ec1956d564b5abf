import Misfit

/// The flags for data that cannot be read.
struct BadDataFlags: FlagSet {
  var policy = BadDataPolicy.stop
  var rejectsPath: String?
  /// The log of bad data of all sources of a run.
  let log = RejectLog()

  static var arguments: [Argument<BadDataFlags>] {
    Group("Bad data", common: []) {
      Flag(
        "--on-error WHAT", \.policy, .choice,
        help:
          """
          What to do with cells, records and images that cannot be read: stop with an error, skip the record \
          or image, or read the cell as missing (a record with too few or too many fields is skipped).
          """
      )
      Flag(
        "--rejects FILE", \.rejectsPath, .path,
        help:
          "Write everything skipped or read as missing to this CSV file: places, cells and records.")
    }
  }

  /// The handling that the flags select, for a source.
  var handling: BadDataHandling { BadDataHandling(policy: policy, log: policy == .stop ? nil : log) }

  /// Throws if a file of rejects is requested but nothing is rejected.
  func check() throws(ArgumentError) {
    guard rejectsPath != nil, policy == .stop else { return }
    throw ArgumentError(
      .conflict(
        "--rejects lists what is skipped, and nothing is skipped",
        remedy: "add --on-error skip or --on-error missing"))
  }

  /// Reports what could not be read, and writes the file of rejects.
  func finish(on terminal: Terminal, escapesFormulas: Bool) throws {
    guard policy != .stop else { return }
    if let rejectsPath {
      try DataFiles.check(output: rejectsPath, differsFrom: log.sources)
      try log.write(to: rejectsPath, escapesFormulas: escapesFormulas)
    }
    let count = log.count
    guard count > 0 else { return }
    let rejects = log.rejects
    let what =
      policy == .skip ? "skipped" : "read as missing, or skipped where they are whole records or images"
    let places = rejects.prefix(10).map { "\n  \($0.text)" }.joined()
    let more = count > 10 ? "\n  and \(NumberText.grouped(count - 10)) more" : ""
    let hint =
      rejectsPath.map { "; all are listed in \($0)" } ?? (count > 10 ? "; --rejects FILE lists all" : "")
    terminal.messages.warning(
      """
      \(CountText.of(count, "place")) could not be read and \(count == 1 ? "was" : "were") \
      \(what)\(hint):\(places)\(more)
      """
    )
  }
}
