import MisfitCore

/// A family of parsers, and what is done with bytes that it is given.
///
/// Whatever the bytes are, an entry function returns or throws; a trap, a hang or gigabytes of memory are faults. The
/// fuzzer calls it with inputs that it makes, and the tests with those of `Corpus/`.
enum FuzzTarget: String, CaseIterable {
  /// A table of text, in memory.
  case csv
  /// A table of text that a model of a typed table scores.
  case typed
  /// A table of text that a model is fitted to.
  case fit
  /// A table or an array, compressed.
  case compressed
  /// An IDX or NPY array.
  case array
  /// A ZIP archive of NPY arrays or a table.
  case archive
  /// A PNG or JPEG image.
  case image
  /// The description in a model file, whose tensors are right.
  case model
  /// A model file.
  case file
  /// The text of an architecture.
  case architecture
  /// The arguments of a verb.
  case arguments
  /// A cell: a number, a date, a boolean.
  case cell

  /// Passes bytes through the family's parsers.
  ///
  /// - Throws: what they throw.
  func run(_ bytes: [UInt8], in scratch: Scratch) throws {
    switch self {
    case .csv: try TableTarget.read(bytes)
    case .typed: try TableTarget.score(bytes, in: scratch)
    case .fit: try TableTarget.fit(bytes)
    case .compressed: try TableTarget.readCompressed(bytes)
    case .array: try ArrayTarget.read(bytes)
    case .archive: try ArrayTarget.readArchive(bytes, in: scratch)
    case .image: try ImageTarget.decode(bytes)
    case .model: try ModelTarget.load(description: bytes, in: scratch)
    case .file: try ModelTarget.load(bytes, in: scratch)
    case .architecture: try ArchitectureTarget.read(bytes)
    case .arguments: try ArgumentTarget.read(bytes)
    case .cell: try CellTarget.read(bytes)
    }
  }

  /// Passes bytes through the family's parsers; whether they accept them.
  ///
  /// The sentence of an error is rendered, since its text may come from the bytes.
  func accepts(_ bytes: [UInt8], in scratch: Scratch) -> Bool {
    do {
      try run(bytes, in: scratch)
      return true
    } catch {
      Self.render(error)
      return false
    }
  }

  /// Makes the sentence of an error.
  static func render(_ error: any Error) {
    guard let error = error as? any DiagnosableError else { return }
    precondition(!error.diagnosis.description.isEmpty, "an error without a sentence")
  }
}

/// A folder for files that have to have a path, and the models that inputs are tried on.
struct Scratch {
  /// Where files may be written.
  let folder: String
  /// Where the models are.
  let models: String

  /// The path of a file.
  func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// Writes a file and returns its path.
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    let path = path(name)
    try OutputFile.write(bytes, to: path)
    return path
  }
}
