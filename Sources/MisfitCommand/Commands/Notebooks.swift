import Misfit
import MisfitPages
import MisfitReporting

/// The verb `misfit notebooks`.
struct Notebooks: Verb {
  static let name = "notebooks"
  static let summary = "Regenerates the pages that compare Misfit's figures with published ones."
  static let details = """
    Each page is an article on autoencoders with the commands that made it: a folder with README.md, its \
    pictures, tables as CSV, and the same as a Jupyter notebook. The pages need MNIST and Fashion-MNIST: \
    `misfit data` shows where they are and how to get them.
    """
  static let examples = [
    Example("misfit notebooks -o pages/"),
    Example("misfit notebooks fun-with-autoencoders --data datasets/ -o pages/"),
    Example("misfit notebooks --quick -o pages/", "short runs on the digits that ship"),
  ]

  private static var pages: [any NotebookPage.Type] { NotebookPages.all }

  var page: String?
  var output = "notebooks-export"
  var data: String?
  var photos: String?
  var keptFolder: String?
  var isQuick = false
  var machine = MachineFlags()

  static var arguments: [Argument<Notebooks>] {
    Positional(
      "PAGE", \.page, .choice(pages.map { ($0.name, $0.name) }) { $0 },
      help: "One page: \(pages.map { $0.name }.joined(separator: ", ")). Without it, all.")
    Flag("-o, --output FOLDER", \.output, .folder, help: "Folder of the pages, each in a folder of its own.")
    Flag(
      "--data FOLDER", \.data, .folder, otherwise: "mnist and fashion-mnist here",
      help: "A folder that holds the folders mnist and fashion-mnist.")
    Flag(
      "--photos FOLDER", \.photos, .folder, otherwise: "painted digits",
      help: "Color images of one size for the sections on color.")
    Flag(
      "--keep FOLDER", \.keptFolder, .folder, otherwise: "removed at the end",
      help: "Keep the models in this folder, and reuse those that the same command made.")
    Switch("--quick", \.isQuick, help: "A few epochs on the digits that ship, as a check.")
    Shared(\.machine)
  }

  func check() throws(ArgumentError) { try FolderPath.check(output) }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let pages = Self.pages.filter { page == nil || $0.name == page }
    let folder = FolderPath.plain(output)
    try FileSystem.makeDirectory(folder)
    let workFolder = try keptFolder.map { FolderPath.plain($0) } ?? WorkingFolder.make()
    defer { if keptFolder == nil { WorkingFolder.remove(workFolder) } }
    try FileSystem.makeDirectory(workFolder)
    let data = try NotebookData(
      in: data.map { FolderPath.plain($0) }, photos: photos.map { FolderPath.plain($0) }, isQuick: isQuick,
      workFolder: workFolder)
    let run = NotebookRun(
      data: data, workFolder: workFolder, isQuick: isQuick, threadCount: machine.threadCount
    ) { arguments, shown in
      try Self.execute(arguments, shown: shown, on: terminal)
    }
    var json: [JSONValue] = []
    for page in pages {
      let pageFolder = "\(folder)/\(page.name)"
      try NotebookPages.write(page, to: pageFolder, run)
      try terminal.print("\(pageFolder)/README.md  (\(page.summary))")
      json.append(["name": JSONValue(page.name), "folder": JSONValue(pageFolder)])
    }
    try terminal.finish(json: JSONText.compact(["pages": .array(json)]))
    return .done
  }

  /// Runs a command in this process, and returns what it printed.
  ///
  /// - Throws: ``NotebookCommandError`` if it fails; ``Interrupted``.
  private static func execute(
    _ arguments: [String], shown: String, on terminal: Terminal
  ) throws -> String {
    terminal.messages.note(shown.replacing(" \\\n ", with: ""))
    var output: [UInt8] = []
    var errors: [UInt8] = []
    let isInteractive = terminal.messages.stream.isTerminal
    let status = Program.misfit.run(
      isInteractive ? arguments : arguments + ["--quiet"],
      on: Streams(
        output: ResultStream(TextSink { output += $0 }),
        errors: isInteractive ? terminal.messages.stream : MessageStream(TextSink { errors += $0 })))
    guard !status.isByRequest else { throw Interrupted() }
    guard status == .done else {
      throw NotebookCommandError(command: shown, message: String(decoding: errors, as: UTF8.self))
    }
    return String(decoding: output, as: UTF8.self)
  }
}

/// An error of a command of a page.
struct NotebookCommandError: DiagnosableError {
  var command: String
  var message: String

  var diagnosis: Diagnosis {
    let reason = message.split(separator: "\n").last.map { ": \($0)" } ?? ""
    return Diagnosis("`\(command)` failed\(reason)", remedy: "run it by itself to see more")
  }
}
