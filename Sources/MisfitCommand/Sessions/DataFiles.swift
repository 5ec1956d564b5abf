import Misfit

/// Opens data as the verbs need it.
enum DataFiles {
  /// Opens data that is read several times: standard input is copied to a temporary file.
  static func openForFit(
    _ texts: [String], _ options: SourceOptions, seed: UInt64, memoryLimitBytes: Int? = nil,
    threads: Int? = nil
  ) throws -> any RecordSource {
    var options = options
    if let memoryLimitBytes { options.memoryLimitBytes = memoryLimitBytes }
    if let threads { options.threadCount = threads }
    options.spoolsStandardInput = true
    options.seed = seed
    return try DataSource.open(texts, options: options)
  }

  /// Throws if an output would overwrite an input, or a file of a folder or pattern that is an input.
  ///
  /// - Throws: ``ArgumentError``.
  static func check(output: String, differsFrom inputs: [String]) throws(ArgumentError) {
    guard output != "-", FileSystem.status(of: output)?.isRegular == true else { return }
    let resolved = FileSystem.resolved(output)
    let files = inputs.flatMap { [$0] + ($0 == "-" ? [] : DataSource.filePaths(of: [$0])) }
    for file in files where FileSystem.resolved(file) == resolved {
      throw ArgumentError(
        .conflict("\(output) would be overwritten, and it is what is read", remedy: "give another path to -o")
      )
    }
  }

  /// Returns whether two paths refer to the same file or folder; false for standard input.
  static func areSame(_ first: String, _ second: String) -> Bool {
    guard first != "-", let resolved = FileSystem.resolved(first) else { return false }
    return FileSystem.resolved(second) == resolved
  }

  /// Opens a model and the data to score.
  ///
  /// Standard input can be read once; it is copied to a temporary file if `readsTwice`. Columns that the
  /// model does not know are ignored; a label or id is used if a flag names it.
  static func open(
    model: String, data: [String], _ input: InputFlags, threads: Int, readsTwice: Bool = false,
    keeping kept: KeptColumns = .none
  ) throws -> (detector: Detector, source: any RecordSource) {
    let detector = try Detector.load(model)
    var options = input.sourceOptions
    options.threadCount = threads
    options.spoolsStandardInput = readsTwice || detector.scoresWindows
    options.keptColumns = kept
    return (detector, try detector.open(data, options: options))
  }
}
