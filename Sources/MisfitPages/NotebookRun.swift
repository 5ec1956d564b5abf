import Misfit

/// The context that all pages of one run share: the data, the folder of the models, and a way to run
/// commands.
package struct NotebookRun {
  let data: NotebookData
  /// The folder of models and other large files.
  let workFolder: String
  let isQuick: Bool
  let threadCount: Int
  /// Runs a command with these arguments, given how a page shows it, and returns what it printed.
  let execute: (_ arguments: [String], _ shown: String) throws -> String

  /// Makes a run.
  package init(
    data: NotebookData, workFolder: String, isQuick: Bool, threadCount: Int,
    execute: @escaping (_ arguments: [String], _ shown: String) throws -> String
  ) {
    self.data = data
    self.workFolder = workFolder
    self.isQuick = isQuick
    self.threadCount = threadCount
    self.execute = execute
  }

  /// Runs a command of Misfit as it would be typed, and returns what it printed.
  ///
  /// A model in the work folder that the same command has made is used again.
  ///
  /// - Throws: the errors of ``execute``.
  func run(_ command: CommandLineText) throws -> String {
    let record = command.value(of: "-o").map { "\(path(of: $0)).command" }
    if let record, command.words.first?.text == "fit", let kept = Self.output(of: command, in: record) {
      return kept
    }
    let output = try execute(arguments(of: command), command.shown)
    let text = shown(output)
    if let record, command.words.first?.text == "fit" {
      try OutputFile.write((command.shown + "\n\n" + text).utf8, to: record)
    }
    return text
  }

  /// Where a file of the work folder or of the data is.
  func path(of word: (text: String, isFile: Bool)) -> String {
    word.isFile ? "\(workFolder)/\(word.text)" : data.path(of: word.text) ?? word.text
  }

  private func arguments(of command: CommandLineText) -> [String] {
    var arguments = command.words.map { path(of: $0) }
    let hasThreads = arguments.first.map { !["inspect", "generate", "data"].contains($0) } ?? false
    if hasThreads, threadCount != WorkerPool.availableProcessorCount {
      arguments += ["--threads", "\(threadCount)"]
    }
    return arguments
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
