import Misfit

/// Opening data as the verbs need it.
enum DataFiles {
  /// Data that is read several times: standard input is copied to a temporary file.
  static func openForFit(_ text: String, _ options: SourceOptions, seed: UInt64) throws -> any RecordSource {
    var options = options
    options.spoolsStandardInput = true
    options.seed = seed
    return try DataSource.open(text, options: options)
  }

  /// A model, and the data it is to score.
  ///
  /// Columns that the model does not know are left out; a label or id is taken where flags name one.
  static func open(
    model: String, data: String, _ input: InputFlags
  ) throws -> (detector: Detector, source: any RecordSource) {
    let detector = try Detector.load(model)
    return (detector, try detector.open(data, options: input.sourceOptions))
  }
}
