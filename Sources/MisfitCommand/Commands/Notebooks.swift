import Misfit

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

  /// The pages, in the order of their names.
  static var pages: [any NotebookPage.Type] {
    [
      MLPAndConvolutionPage.self, BatchNormalizationPage.self, FirstAutoencoderPage.self, FunPage.self,
      DeepPage.self,
    ]
  }

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
      data: data, workFolder: workFolder, isQuick: isQuick, threadCount: machine.threadCount,
      terminal: terminal)
    var json: [JSONValue] = []
    for page in pages {
      let pageFolder = "\(folder)/\(page.name)"
      let workshop = try Workshop(page, folder: pageFolder, run: run)
      try page.write(in: workshop)
      try workshop.finish()
      try terminal.print("\(pageFolder)/README.md  (\(page.summary))")
      json.append(["name": JSONValue(page.name), "folder": JSONValue(pageFolder)])
    }
    try terminal.finish(json: JSONText.compact(["pages": .array(json)]))
    return .done
  }
}
