import Misfit

/// What all pages of one run share: the data, where models stay, and a way to run commands.
struct NotebookRun {
  let data: NotebookData
  /// Where models and other large files go.
  let workFolder: String
  let isQuick: Bool
  let threadCount: Int
  let terminal: Terminal

  /// Runs a command of Misfit in this process, as it would be typed, and gives what it printed.
  ///
  /// A model that stands in the work folder from the same command is taken again.
  ///
  /// - Throws: ``NotebookCommandError`` where it fails; ``Interrupted``.
  func run(_ command: CommandLineText) throws -> String {
    let record = command.value(of: "-o").map { "\(path(of: $0)).command" }
    if let record, command.words.first?.text == "fit", let kept = Self.output(of: command, in: record) {
      return kept
    }
    terminal.messages.note(command.shown.replacing(" \\\n ", with: ""))
    var output: [UInt8] = []
    var errors: [UInt8] = []
    let isInteractive = terminal.messages.stream.isTerminal
    let status = Program.misfit.run(
      arguments(of: command, isQuiet: !isInteractive),
      on: Streams(
        output: ResultStream(TextSink { output += $0 }),
        errors: isInteractive ? terminal.messages.stream : MessageStream(TextSink { errors += $0 })))
    guard !status.isByRequest else { throw Interrupted() }
    guard status == .done else {
      throw NotebookCommandError(command: command.shown, message: String(decoding: errors, as: UTF8.self))
    }
    let text = shown(String(decoding: output, as: UTF8.self))
    if let record, command.words.first?.text == "fit" {
      try OutputFile.write((command.shown + "\n\n" + text).utf8, to: record)
    }
    return text
  }

  /// Where a file of the work folder or of the data is.
  func path(of word: (text: String, isFile: Bool)) -> String {
    word.isFile ? "\(workFolder)/\(word.text)" : data.path(of: word.text) ?? word.text
  }

  private func arguments(of command: CommandLineText, isQuiet: Bool) -> [String] {
    var arguments = command.words.map { path(of: $0) }
    let hasThreads = arguments.first.map { !["inspect", "generate", "data"].contains($0) } ?? false
    if hasThreads, threadCount != WorkerPool.availableProcessorCount {
      arguments += ["--threads", "\(threadCount)"]
    }
    return isQuiet ? arguments + ["--quiet"] : arguments
  }

  /// What the command printed when it made the model that stands there; nil where another made it, or none
  /// did.
  private static func output(of command: CommandLineText, in record: String) -> String? {
    var bytes: [UInt8] = []
    guard let file = try? ByteFile.reading(record),
      (try? file.read(upTo: Self.longestRecord, appendingTo: &bytes)) != nil
    else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    let head = command.shown + "\n\n"
    return text.hasPrefix(head) ? String(text.dropFirst(head.count)) : nil
  }

  /// What a fit prints is some lines.
  private static let longestRecord = 1 << 16

  private func shown(_ text: String) -> String {
    var text = data.shown(text.replacing(workFolder + "/", with: ""))
    while text.hasSuffix("\n") { text.removeLast() }
    return text
  }
}

/// A command of a page failed.
struct NotebookCommandError: DiagnosableError {
  var command: String
  var message: String

  var diagnosis: Diagnosis {
    let reason = message.split(separator: "\n").last.map { ": \($0)" } ?? ""
    return Diagnosis("`\(command)` failed\(reason)", remedy: "run it by itself to see more")
  }
}
