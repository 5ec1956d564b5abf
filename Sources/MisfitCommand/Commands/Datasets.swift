import Misfit
import MisfitDatasets
import MisfitReporting

/// The verb `misfit data`.
struct Datasets: Verb {
  static let name = "data"
  static let summary = "Lists published data sets, finds them on this machine, or downloads them."
  static let details = """
    Without NAME, lists the data sets with size, license and location. With NAME, finds a data set that a \
    Debian package holds, and copies it if --to names a folder; others are downloaded into that folder by \
    the program `curl`. Every file is checked (SHA-256), an interrupted download is resumed, and no existing \
    file is overwritten.
    """
  static let examples = [
    Example("misfit data"),
    Example("misfit data mnist --to mnist/"),
    Example("misfit data fashion-mnist", "after `apt-get install dataset-fashion-mnist`"),
  ]

  var name: String?
  var destination: String?
  var mirror: String?

  static var arguments: [Argument<Datasets>] {
    Positional("NAME", \.name, .dataset, help: "The data set: \(names.joined(separator: " or ")).")
    Flag(
      "--to FOLDER", \.destination, .folder,
      help: "Folder of the files; without NAME, another folder to look for them in.")
    Flag(
      "--from URL", \.mirror, .text("an address", example: "https://host/folder/"),
      otherwise: "the known mirrors", help: "Download from this folder on the web.")
  }

  static let names = Dataset.published.map(\.name)

  func check() throws(ArgumentError) {
    if mirror != nil, name == nil || destination == nil {
      throw ArgumentError(
        .conflict("--from needs a data set and a folder", remedy: downloadExample))
    }
    if let dataset, dataset.package == nil, destination == nil {
      throw ArgumentError(
        .conflict("\(dataset.name) is downloaded, and needs a folder", remedy: downloadExample))
    }
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    if let dataset {
      try fetch(dataset, terminal)
    } else {
      try list(Dataset.published, terminal)
    }
    return .done
  }

  private var dataset: Dataset? { Dataset.published.first { $0.name == name } }

  private var downloadExample: String {
    "write for example: misfit data \(name ?? "mnist") --to \(name ?? "mnist")/"
  }

  /// Prints the data sets, one line each.
  func list(_ datasets: [Dataset], _ terminal: Terminal) throws {
    var rows = [["name", "content", "size", "licence", "where"]]
    var json: [JSONValue] = []
    for dataset in datasets {
      // The folder that the examples use comes first, then the package.
      let folder = dataset.folder(among: [destination, dataset.name].compactMap(\.self))
      rows.append([
        dataset.name, dataset.summary, NumberText.bytes(dataset.byteCount), dataset.licence,
        folder ?? "not here: \(Self.wayToGet(dataset))",
      ])
      json.append([
        "name": JSONValue(dataset.name), "summary": JSONValue(dataset.summary),
        "bytes": JSONValue(dataset.byteCount), "licence": JSONValue(dataset.licence),
        "folder": JSONValue(folder),
      ])
    }
    for line in RankingText.leftAligned(rows) { try terminal.print(line) }
    try terminal.finish(json: JSONText.compact(["datasets": .array(json)]))
  }

  /// Finds, copies or downloads the files, and prints their paths.
  func fetch(_ dataset: Dataset, _ terminal: Terminal) throws {
    let copies: [DatasetCopy]
    if let destination, dataset.package == nil || mirror != nil {
      copies = try download(dataset, to: destination, terminal)
    } else if let destination {
      copies = try dataset.copyPackage(to: destination)
    } else {
      copies = []
      try dataset.installedPackage()
    }
    let folder = destination ?? dataset.package?.folder ?? ""
    let origins = Dictionary(copies.map { ($0.path, $0.origin) }) { first, _ in first }
    let paths = dataset.files.map { $0.path(in: folder) }
    for path in paths {
      try terminal.print(path + (origins[path].map { "  (\($0.text))" } ?? ""))
    }
    try terminal.print("\nTry:\n  \(Self.useExample(of: dataset, in: folder))")
    let files = paths.map { path -> JSONValue in
      ["path": JSONValue(path), "origin": JSONValue((origins[path] ?? .present).rawValue)]
    }
    try terminal.finish(
      json: JSONText.compact([
        "name": JSONValue(dataset.name), "licence": JSONValue(dataset.licence), "folder": JSONValue(folder),
        "files": .array(files),
      ]))
  }

  private func download(_ dataset: Dataset, to folder: String, _ terminal: Terminal) throws -> [DatasetCopy] {
    let progress = terminal.progressLine()
    defer { progress.clear() }
    return try dataset.download(to: folder, from: mirror.map { [$0] }) { file, byteCount in
      progress.update {
        let bar = ProgressLine.bar(Double(byteCount) / Double(max(file.byteCount, 1)))
        let counts = "\(NumberText.bytes(byteCount)) of \(NumberText.bytes(file.byteCount))"
        return "downloading \(bar)  \(counts)  \(file.name)"
      }
    }
  }

  private static func wayToGet(_ dataset: Dataset) -> String {
    dataset.package.map { "apt-get install \($0.name)" }
      ?? "misfit data \(dataset.name) --to \(dataset.name)/"
  }

  /// Returns a command that uses images and labels; the training set is the first one in every data set.
  private static func useExample(of dataset: Dataset, in folder: String) -> String {
    let paths = dataset.files.prefix(2).map { quoted($0.path(in: folder)) }
    return "misfit detect \(paths.joined(separator: " --labels ")) -o \(dataset.name)-report/"
  }

  /// Returns a path quoted for a shell.
  private static func quoted(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
      byte >= 0x80 || Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
        || "/._-+,:@".utf8.contains(byte)
    }
    return isPlain
      ? path
      : "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

extension DatasetCopy.Origin {
  /// The origin in words.
  fileprivate var text: String {
    switch self {
    case .present: "was there already"
    case .downloaded: "downloaded"
    case .copied: "copied"
    }
  }
}

extension ValueKind where Value == String {
  /// The name of a published data set.
  fileprivate static var dataset: ValueKind { .choice(Datasets.names.map { ($0, $0) }) { $0 } }
}
