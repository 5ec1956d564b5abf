import Misfit
import MisfitCore

/// A family of parsers, and what is done with bytes that it is given.
///
/// Whatever the bytes are, an entry function returns or throws; a trap, a hang, gigabytes of memory and a
/// ``BrokenPromise`` are faults. The fuzzer calls it with inputs that it generates, and the tests with those
/// of `Corpus/`.
enum FuzzTarget: String, CaseIterable {
  /// A table of text, in memory.
  case csv
  /// A table of text that a model of a typed table scores.
  case typed
  /// A table of text that a model is fitted to.
  case fit
  /// A table of JSON objects.
  case json
  /// A table or an array, compressed.
  case compressed
  /// An IDX or NPY array.
  case array
  /// An Arrow file or stream.
  case arrow
  /// A ZIP archive of NPY arrays or a table.
  case archive
  /// An image.
  case image
  /// The description in a model file, whose tensors are right.
  case model
  /// A model file.
  case file
  /// The text of an architecture.
  case architecture
  /// The arguments of a verb.
  case arguments
  /// A cell or another short text: a number, a date, a boolean, a pattern of paths.
  case cell

  /// Passes bytes through the family's parsers.
  ///
  /// - Throws: what they throw.
  func run(_ bytes: [UInt8], in scratch: Scratch) throws {
    switch self {
    case .csv: try TableTarget.read(bytes)
    case .typed: try TableTarget.score(bytes, in: scratch)
    case .fit: try TableTarget.fit(bytes)
    case .json: try TableTarget.readJSON(bytes)
    case .compressed: try TableTarget.readCompressed(bytes)
    case .array: try ArrayTarget.read(bytes)
    case .arrow: try ArrayTarget.readArrow(bytes)
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
  /// - Throws: ``BrokenPromise``.
  func accepts(_ bytes: [UInt8], in scratch: Scratch) throws -> Bool {
    do {
      try run(bytes, in: scratch)
      return true
    } catch {
      try Self.checkRefusal(error)
      return false
    }
  }

  /// Makes sure that an error is one of the product's, and renders its sentence, since that may quote the
  /// bytes.
  ///
  /// - Throws: ``BrokenPromise``.
  static func checkRefusal(_ error: any Error) throws {
    if let error = error as? BrokenPromise { throw error }
    guard let error = error as? any DiagnosableError else {
      throw BrokenPromise("an error without a sentence: \(error)")
    }
    try promise(!error.diagnosis.description.isEmpty, "an error with an empty sentence")
  }
}

/// A violated property that holds for all inputs of a parser.
struct BrokenPromise: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Checks a property that holds for all inputs.
///
/// - Throws: ``BrokenPromise``.
func promise(_ holds: Bool, _ description: @autoclosure () -> String) throws {
  guard holds else { throw BrokenPromise(description()) }
}

/// A folder for files that have to have a path, and the models that inputs are tried on.
final class Scratch {
  /// The folder for written files.
  let folder: String
  /// The folder of the models.
  let models: String
  private var detectors: [String: Detector] = [:]

  init(folder: String, models: String) {
    self.folder = folder
    self.models = models
  }

  /// A model that inputs are tried on.
  func detector(_ name: String) throws -> Detector {
    if let detector = detectors[name] { return detector }
    let detector = try Detector.load("\(models)/\(name).misfit")
    detectors[name] = detector
    return detector
  }

  /// The path of a file.
  func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// Writes a file and returns its path.
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    let path = path(name)
    try OutputFile.write(bytes, to: path)
    return path
  }
}
