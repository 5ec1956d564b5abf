import MisfitCore

/// An event file that TensorBoard reads while it grows.
///
/// Each run, and each resumption, has its own file. Existing files are never changed, so a record that a
/// killed run left incomplete does not corrupt later ones.
package final class TensorBoardFile {
  /// The path of the file.
  package let path: String
  private let file: ByteFile

  /// Begins a file in a folder, which is created if necessary.
  ///
  /// - Throws: ``FileError``.
  package init(in folder: String, wallTime: Double) throws(FileError) {
    try FileSystem.makeDirectory(folder)
    // TensorBoard reads a folder's files in the order of their names.
    var path = ""
    var number = 0
    repeat {
      path = "\(folder)/events.out.tfevents.\(Int(wallTime)).misfit.\(Self.padded(number))"
      number += 1
    } while FileSystem.status(of: path) != nil
    self.path = path
    file = try ByteFile.writing(path)
    try write([TensorBoardEvent(wallTime: wallTime, step: 0, .fileVersion)])
  }

  /// Returns whether a folder already contains event files.
  package static func isRun(_ folder: String) -> Bool {
    (try? FileSystem.names(in: folder))?.contains { $0.contains("tfevents") } ?? false
  }

  /// Appends events; they are in the file when the call returns.
  ///
  /// - Throws: ``FileError``.
  package func write(_ events: [TensorBoardEvent]) throws(FileError) {
    try file.write(events.flatMap(\.record))
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
