import Misfit
import MisfitStreams

/// The verb `misfit watch`.
struct Watch: Verb {
  static let name = "watch"
  static let summary = "Follows a stream of rows, or a folder of images, and alarms when something is new."
  static let details = """
    Reads CSV or JSON lines from a file or standard input, row by row. It needs no training: a row is new if \
    its numbers are far from everything seen before in the same column and series. One line is written for \
    each row, or with --events one for each event, at once.

    DATA may be a folder: each image that arrives in it is scored by --model as soon as it is complete, with \
    a line for each, until Ctrl-C. With -o OUT, the map of each flagged image is drawn as it arrives.

    With --state, a stopped or killed run continues where it was, with the same numbers, and no row is \
    learned or printed twice.
    """
  static let examples = [
    Example("misfit watch metrics.csv --events", "what happened in a file"),
    Example("tail -F metrics.csv | misfit watch - --by host --events --state w.state"),
    Example("misfit watch metrics.csv --follow --quiet-for 30m --json", "one JSON object a row"),
    Example("misfit watch photos/ --model m.misfit -o out/", "each new image of a folder"),
    Example("misfit watch metrics.csv --events --unless 'cpu < 5' --direction latency=up"),
  ]

  var input = "-"
  var follows = false
  var statePath: String?
  var output = "-"
  var onlyEvents = false
  var format: ObservationFormat?
  var memoryLimit = 1 << 30
  var modelPath: String?
  var usesOnlyModel = false
  var onlyNewImages = false
  var rows = StreamRowFlags()
  var alarms = AlarmFlags()
  var windows = WindowFlags()
  var reasonCount: Int?

  static var arguments: [Argument<Watch>] {
    Positional(
      "DATA", \.input, .path,
      help: "A file of CSV or JSON lines, `-` for standard input, or a folder of images.")
    Switch("--events", \.onlyEvents, help: "Write only events: their beginning, their end, moved levels.")
    Switch("--follow", \.follows, help: "Read on as the file grows, also when it is rotated or emptied.")
    Flag(
      "--state FILE", \.statePath, .path,
      help: "Continue from this file if it exists, and keep the state in it and in FILE.journal.")
    Flag(
      "-o, --output PATH", \.output, .path,
      help:
        """
        Path of the lines; `-` is standard output. For a folder of images: a folder, in which each flagged \
        image gets a map, a mask and an overlay.
        """
    )
    Flag(
      "--format NAME", \.format, .choice, otherwise: "text with --events, otherwise csv",
      help: "The format of the lines: csv, jsonl (JSON objects, as with --json), or text for people.")
    Flag(
      "--model MODEL", \.modelPath, .path,
      help:
        """
        Score rows by a model of `misfit fit`, too, with alarms and a budget of its own: for rows whose \
        numbers are each usual, but not together.
        """
    )
    Switch("--only-model", \.usesOnlyModel, help: "Do not watch the columns one by one.")
    Switch(
      "--only-new", \.onlyNewImages, help: "In a folder of images, pass over those that are there already.")
    Flag(
      "--reasons COUNT", \.reasonCount, .integer(in: 1...100),
      otherwise: "the statistics of the first column, and 3 columns of a model",
      help:
        "The number of columns that explain each row, with the value, the usual one and the nearest one seen."
    )
    Shared(\.rows)
    Shared(\.alarms)
    Shared(\.windows)
    Group("Machine", common: []) {
      Flag(
        "--memory-limit SIZE", \.memoryLimit, .byteCount((1 << 20)...),
        help: "The memory for series; the least recently used ones go to disk.")
    }
  }

  func check() throws(ArgumentError) {
    if isFolder {
      guard modelPath != nil else {
        throw ArgumentError(
          .conflict("images are scored by a model", remedy: "give one with --model, made by `misfit fit`"))
      }
      guard statePath == nil, !onlyEvents, !usesOnlyModel else {
        throw ArgumentError(
          .conflict(
            "--state, --events and --only-model are for streams of rows", remedy: "omit them for a folder"))
      }
      return
    }
    if onlyNewImages {
      throw ArgumentError(.conflict("--only-new is for a folder of images", remedy: "omit it"))
    }
    if usesOnlyModel, modelPath == nil {
      throw ArgumentError(.conflict("--only-model needs a model", remedy: "give one with --model"))
    }
    if usesOnlyModel, windows.learnedRowCount != nil {
      throw ArgumentError(
        .conflict("--learn needs the columns", remedy: "omit --only-model, or omit --learn"))
    }
    try windows.check()
    guard follows, input == "-" else { return }
    throw ArgumentError(.conflict("--follow needs a file", remedy: "standard input is followed anyway"))
  }

  private var isFolder: Bool { input != "-" && FileSystem.status(of: input)?.isDirectory == true }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    if isFolder { return try watchImages(terminal) }
    try DataFiles.check(output: output, differsFrom: [input] + [modelPath, statePath].compactMap { $0 })
    let interruption = Interruption.watch(graceSeconds: 5)
    defer { interruption.end() }
    var settings = WatchSession.Settings()
    settings.input = input
    settings.follows = follows
    settings.statePath = statePath
    settings.output = output
    let format = terminal.wantsJSON ? .jsonl : format ?? (onlyEvents ? .text : .csv)
    settings.text = ObservationText(
      format: format, onlyEvents: onlyEvents, hasModel: modelPath != nil,
      hasWindows: windows.learnedRowCount != nil, reasonCount: reasonCount)
    (settings.modelPath, settings.usesOnlyModel) = (modelPath, usesOnlyModel)
    settings.rows = rows.options
    settings.options = try alarms.options(memoryLimit: memoryLimit)
    windows.apply(to: &settings.options)
    settings.normalPath = alarms.normalPath
    settings.options.rankedColumnCount = reasonCount ?? 0
    let refresh = RefreshRequest.watch()
    terminal.printsJSONLines()
    try WatchSession(settings, on: terminal).run(until: interruption, refreshing: refresh)
    return interruption.isRequested ? Interruption.status : .done
  }

  private func watchImages(_ terminal: Terminal) throws -> ExitStatus {
    let interruption = Interruption.watch(graceSeconds: 5)
    defer { interruption.end() }
    var settings = ImageWatch.Settings()
    (settings.folder, settings.modelPath) = (FolderPath.plain(input), modelPath ?? "")
    settings.format = terminal.wantsJSON ? .jsonl : format ?? .text
    settings.onlyNew = onlyNewImages
    settings.output = output == "-" ? nil : FolderPath.plain(output)
    terminal.printsJSONLines()
    try ImageWatch(settings, on: terminal).run(until: interruption)
    return Interruption.status
  }
}
