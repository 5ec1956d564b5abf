import MisfitCore
import MisfitIngest

extension Detector {
  /// Returns the same model with the fingerprint of the files that it was fitted on; weights are shared, not
  /// copied.
  func remembering(_ fingerprint: FileFingerprint?) -> Detector {
    var record = record
    record.training.sourceFingerprint = fingerprint
    return Detector(record: record, model: model)
  }

  /// Returns whether the model was fitted on these files, in their order, or on one of them alone; texts may
  /// name folders and patterns.
  package func wasFitted(on texts: [String]) -> Bool {
    if let path = texts.first, texts.count == 1, wasFitted(on: path) { return true }
    guard let known = training.sourceFingerprint else { return texts.contains { wasFitted(on: $0) } }
    let paths = DataSource.filePaths(of: texts)
    return (try? FileFingerprint.of(paths)) == known || paths.contains { FileFingerprint(path: $0) == known }
  }

  /// Returns whether the model was fitted on a file: by its bytes, or by its name if the model has no
  /// fingerprint.
  package func wasFitted(on path: String) -> Bool {
    if let known = training.sourceFingerprint { return FileFingerprint(path: path) == known }
    return FileSystem.status(of: path)?.isRegular == true
      && FileSystem.resolved(path) == FileSystem.resolved(training.source)
  }
}
