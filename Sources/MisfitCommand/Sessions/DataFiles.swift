import Misfit

/// Opening data as the verbs need it.
enum DataFiles {
  /// Data that is read several times: standard input is copied to a temporary file.
  static func openForFit(
    _ texts: [String], _ options: SourceOptions, seed: UInt64, memoryLimitBytes: Int? = nil
  ) throws -> any RecordSource {
    var options = options
    if let memoryLimitBytes { options.memoryLimitBytes = memoryLimitBytes }
    options.spoolsStandardInput = true
    options.seed = seed
    return try DataSource.open(texts, options: options)
  }

  /// Refuses an output that would take the place of an input, or of a file in a folder or a pattern that is
  /// one.
  ///
  /// - Throws: ``ArgumentError``.
  static func check(output: String, differsFrom inputs: [String]) throws(ArgumentError) {
    guard output != "-", FileSystem.status(of: output)?.isRegular == true else { return }
    let place = FileSystem.resolved(output)
    let files = inputs.flatMap { [$0] + ($0 == "-" ? [] : DataSource.filePaths(of: [$0])) }
    for file in files where FileSystem.resolved(file) == place {
      throw ArgumentError(
        .conflict("\(output) would be overwritten, and it is what is read", remedy: "give another path to -o")
      )
    }
  }

  /// Whether two paths lead to one file or folder; false for standard input.
  static func areSame(_ first: String, _ second: String) -> Bool {
    guard first != "-", let place = FileSystem.resolved(first) else { return false }
    return FileSystem.resolved(second) == place
  }

  /// A model, and the data it is to score.
  ///
  /// Standard input passes once, and is copied to a temporary file where `readsTwice`.
  /// Columns that the model does not know are left out; a label or id is taken where flags name one.
  static func open(
    model: String, data: [String], _ input: InputFlags, readsTwice: Bool = false,
    keeping kept: KeptColumns = .none
  ) throws -> (detector: Detector, source: any RecordSource) {
    let detector = try Detector.load(model)
    var options = input.sourceOptions
    options.spoolsStandardInput = readsTwice
    options.keptColumns = kept
    return (detector, try detector.open(data, options: options))
  }
}
