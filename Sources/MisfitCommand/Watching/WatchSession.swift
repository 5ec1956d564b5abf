import Misfit
import MisfitReporting
import MisfitStreams

/// The run of `misfit watch`: from bytes to lines, with a state that survives a kill.
///
/// Rows are written to the journal before their lines are printed. So a restart learns each row once, and
/// prints none twice.
final class WatchSession {
  /// What a run is to do.
  struct Settings {
    var input = "-"
    var follows = false
    var statePath: String?
    var output = "-"
    var text = ObservationText(format: .csv, onlyEvents: false)
    var rows = RowFormatOptions()
    var options = WatchOptions()
    var modelPath: String?
    /// The file of events that were normal.
    var normalPath: String?
    /// Whether only the model scores rows.
    var usesOnlyModel = false
  }

  var settings: Settings
  let terminal: Terminal
  var watcher: Watcher
  var parser: RowParser
  private var cutter: RecordCutter
  private var decoder: StreamDecoder
  private var input: StreamInput
  private let output: WatchOutput
  private var journal: StreamJournal?
  /// The journal, locked as long as the run lasts.
  private let lock: ByteFile?
  /// The number of rows of this run that could alarm.
  var judgedCount = 0
  /// The number of rows of this run.
  var rowCount = 0
  /// Whether the names of columns were compared with the data.
  private var isChecked = false
  var hasReportedDates = false
  var hasCorrectedDates = false
  var hasReportedNames = false
  var reportedNotes: Set<MessageText> = []
  var hasReportedCounters = false
  var model: ModelWatch?
  private var normalEvents: NormalEvents?
  private var lines: [UInt8] = []
  /// The bytes of the last state, for the decision when to write the next one.
  private var stateByteCount = 0
  private(set) var alarmCount = 0

  /// The bytes of a journal after which a new state is written, if that is not larger.
  private static let journalByteLimit = 1 << 22

  /// Begins a run, or continues the one of the state file.
  ///
  /// - Throws: ``FileError``, ``StreamError``.
  init(_ settings: Settings, on terminal: Terminal) throws {
    self.settings = settings
    self.terminal = terminal
    let source = settings.input == "-" ? "standard input" : settings.input
    let hasJournal = settings.statePath.map { FileSystem.status(of: $0 + ".journal") != nil } ?? false
    normalEvents = settings.normalPath.map { NormalEvents($0) }
    lock = try settings.statePath.map { try Self.locked($0) }
    guard let path = settings.statePath, FileSystem.status(of: path) != nil else {
      parser = try RowParser(settings.rows, source: source)
      watcher = Watcher(columns: [], options: settings.options)
      cutter = RecordCutter(quoting: nil, options: settings.rows)
      decoder = StreamDecoder(encoding: settings.rows.encoding)
      input = try StreamInput(settings.input, follows: settings.follows)
      model = try settings.modelPath.map { try ModelWatch($0, settings.options, state: nil) }
      output = try WatchOutput(settings.output, keeping: 0)
      setUpParser()
      warnOfCalibration()
      try write(settings.text.header)
      if settings.statePath != nil { try saveState(isDurable: false) }
      if settings.follows, FileSystem.status(of: settings.input) == nil {
        terminal.messages.note("waiting for \(settings.input), which does not exist yet")
      }
      return
    }
    let (watcher, notes) = try Watcher.restored(from: path, options: settings.options)
    let position = try WatchPosition(notes, path: path)
    try WatchOutput.check(settings.output, isOutputOf: position)
    let rows = try position.rows.map { try settings.rows.continuing($0, state: path) } ?? settings.rows
    self.settings.rows = rows
    self.watcher = watcher
    model = try settings.modelPath.map { try ModelWatch($0, settings.options, state: position.model) }
    parser = try RowParser(rows, source: source, format: position.format)
    cutter = RecordCutter(quoting: parser.quoting, options: rows)
    decoder = StreamDecoder(encoding: rows.encoding, format: position.decoding)
    let isSameOutput =
      position.output.map { $0.identity == FileSystem.identity(of: settings.output) } ?? false
    output = try WatchOutput(settings.output, keeping: isSameOutput ? position.outputByteCount : 0)
    let frames = try StreamJournal.frames(path + ".journal", number: position.journal)
    input = try StreamInput(
      settings.input, follows: settings.follows, byteOffset: frames.last?.position ?? position.byteOffset,
      identity: position.identity, head: position.head)
    if !isSameOutput, output.byteCount != nil { try write(settings.text.header) }
    setUpParser()
    parser.continueFile()
    for frame in frames { try replay(frame) }
    // The rows of the journal were observed with the events that the state has.
    try watcher.setNormalEvents(settings.options.normalEvents)
    model?.setNormalEvents(settings.options.normalEvents)
    cutter.quoting = parser.quoting
    if input.byteOffset == 0 { beginFile() }
    if settings.input != "-", !input.isContinued(at: frames.last?.position ?? position.byteOffset) {
      terminal.messages.note("\(settings.input) is another file than before: it is read from its start")
    }
    warnOfCalibration()
    if !hasJournal {
      terminal.messages.note(
        "\(path).journal is missing: rows since the state was saved are read and printed again")
    }
    try saveState(isDurable: false)
  }

  /// Reads until the end of the input, or until the run is interrupted.
  ///
  /// - Throws: ``FileError``, ``StreamError``.
  func run(until interruption: Interruption, refreshing refresh: RefreshRequest) throws {
    loop: while !interruption.isRequested {
      if refresh.take() { try refreshModels() }
      if let events = normalEvents?.changed() { try setNormal(events) }
      switch try input.next() {
      case .bytes(let bytes): try take(bytes)
      case .idle: break
      case .replaced:
        try consume(cutter.finish())
        try input.openReplacement()
        beginFile()
        try saveState(isDurable: false)
      case .end:
        try finish()
        break loop
      }
    }
    try saveState(isDurable: true)
    report()
  }

  /// Calls events normal; the state has the row from which they are.
  private func setNormal(_ events: Set<String>) throws {
    let count = try watcher.setNormalEvents(events)
    model?.setNormalEvents(events)
    let alarms = count > 0 ? ", \(NumberText.grouped(count)) of them earlier alarms" : ""
    terminal.messages.note("\(settings.normalPath ?? ""): \(events.count) normal events\(alarms)")
    try saveState(isDurable: false)
  }

  /// Makes the models of windows learn again; the state has the row at which they do.
  private func refreshModels() throws {
    guard settings.options.learnedRowCount > 0 else {
      return terminal.messages.note("SIGUSR1: there is nothing to learn again without --learn")
    }
    watcher.refresh()
    terminal.messages.note("SIGUSR1: models of windows learn again from the latest rows")
    try saveState(isDurable: false)
  }

  private func setUpParser() {
    parser.conditions = settings.options.exceptions
    parser.modelColumns = model?.scorer.cellColumns ?? []
    parser.neededColumns = Set(settings.options.rules.keys).union(model?.scorer.columns ?? [])
  }

  /// Locks the journal of a state.
  private static func locked(_ state: String) throws -> ByteFile {
    let file = try ByteFile.updating(state + ".journal")
    guard file.lock() else {
      throw ArgumentError(
        .conflict(
          "another run of misfit watch uses \(state)",
          remedy: "end that run first, or use another state file"))
    }
    return file
  }

  /// Ends the input.
  ///
  /// With a state, a partial last line of a file is left for the next run.
  private func finish() throws {
    guard settings.statePath != nil, input.identity != nil, !cutter.rest.isEmpty else {
      return try consume(cutter.finish())
    }
    terminal.messages.note("the last line has no line break yet: it is left for the next run")
  }

  private func beginFile() {
    parser.beginFile()
    decoder.beginFile()
  }

  /// Checks and observes bytes that were read.
  private func take(_ bytes: [UInt8]) throws {
    let isBeginning = input.byteOffset == bytes.count
    let text = decoder.decode(bytes)
    if isBeginning, let format = StreamFormat(text) { throw error(format) }
    try consume(cutter.cut(text))
    if let quoting = parser.quoting, cutter.quoting != quoting { cutter.quoting = quoting }
  }

  /// The number of bytes of complete records in the current file.
  private var recordsByteCount: Int { input.byteOffset - decoder.byteCount(of: cutter.rest) }

  /// Observes complete records, notes them in the journal, and prints their lines.
  private func consume(_ bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { return }
    try observe(bytes)
    try journal?.append(.init(position: recordsByteCount, bytes: bytes))
    try output.write(lines)
    guard let journal, journal.byteCount > max(Self.journalByteLimit, stateByteCount) else { return }
    try saveState(isDurable: false)
  }

  /// Observes records that a killed run had already noted: its lines are printed only into a file, which was
  /// shortened to the length that it had at the last state.
  private func replay(_ frame: StreamJournal.Frame) throws {
    try observe(frame.bytes)
    if output.byteCount != nil { try output.write(lines) }
  }

  /// Observes complete records, and makes their lines.
  private func observe(_ bytes: [UInt8]) throws {
    lines.removeAll(keepingCapacity: true)
    var rows: [StreamRow] = []
    try parser.parse(bytes) { columns, row in
      for index in watcher.columns.count..<max(columns.count, watcher.columns.count) {
        watcher.addColumn(columns[index])
      }
      rows.append(row)
    }
    let modelRows = try rows.map { try model?.row($0, of: parser, path: settings.input) ?? TableRow([]) }
    if settings.usesOnlyModel { for index in rows.indices { rows[index].values = [] } }
    if !isChecked, !rows.isEmpty {
      isChecked = true
      try checkRules()
    }
    rowCount += rows.count
    reportOnRows()
    let observations = try watcher.observe(rows)
    let findings = try model?.findings(modelRows, of: rows, numbers: observations.map(\.row))
    for (index, observation) in observations.enumerated() {
      let finding = findings?[index]
      if observation.isJudged { judgedCount += 1 }
      if observation.isAlarm || finding?.isAlarm == true { alarmCount += 1 }
      lines.append(contentsOf: settings.text.lines(observation, time: rows[index].time, finding).utf8)
    }
  }

  private func write(_ text: String) throws(FileError) { try output.write(Array(text.utf8)) }

  /// Writes the state, and begins a new journal that belongs to it.
  private func saveState(isDurable: Bool) throws {
    guard let path = settings.statePath else { return }
    let number = UInt64.random(in: 1 ... .max)
    let position = WatchPosition(
      format: parser.format, byteOffset: recordsByteCount, identity: input.identity,
      outputByteCount: output.byteCount, output: output.place,
      rows: settings.rows, head: input.head(upTo: recordsByteCount), journal: number,
      model: model?.currentState, decoding: decoder.format)
    try watcher.save(to: path, notes: try position.notes, isDurable: isDurable)
    journal = try StreamJournal.begin(path + ".journal", number: number)
    stateByteCount = FileSystem.status(of: path)?.size ?? 0
  }
}
