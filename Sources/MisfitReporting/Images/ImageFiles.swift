import Misfit
import MisfitCore
import MisfitIngest
import MisfitReports

/// The files of a report on images: pictures, `regions.csv` and `pictures.csv`.
///
/// The pictures appear with the other files of the report. Those of an earlier report in the same folder,
/// which its `pictures.csv` names, are removed if the new one has none of their names.
final class ImageFiles: @unchecked Sendable {
  private let folder: String
  /// Held, so that its new folders are removed after the files in them.
  private let group: OutputGroup
  private let staged: StagedFolder
  private let regions: OutputFile
  private let pictures: OutputFile
  private var text = CSVText()
  /// The paths of the pictures in the folder, in the order of the images.
  private(set) var paths: [String] = []
  private let oldPaths: [String]

  /// Creates the files in an existing folder; the tables appear with the group.
  ///
  /// - Throws: ``FileError``; ``ImageFolderOutput/OutputError`` if an image of the source is in a folder of
  ///   pictures, and would be overwritten.
  init(
    _ folder: String, escapesFormulas: Bool, in group: OutputGroup, source: any RecordSource
  ) throws {
    (self.folder, self.group) = (folder, group)
    try Self.check(folder, differsFrom: source)
    text.escapesFormulas = escapesFormulas
    oldPaths = PictureList.paths(of: "\(folder)/pictures.csv")
    staged = try StagedFolder(in: folder)
    regions = try OutputFile("\(folder)/regions.csv", in: group)
    pictures = try OutputFile("\(folder)/pictures.csv", in: group)
    try regions.write(
      text.row(["image", "region", "x", "y", "width", "height", "area", "peak", "peak_x", "peak_y"]))
    try pictures.write(
      text.row(
        ["image", "score", "flag", "width", "height", "regions", "area"]
          + PictureKind.allCases.map(\.rawValue)))
  }

  deinit { staged.discard() }

  private static func check(_ folder: String, differsFrom source: any RecordSource) throws {
    guard !source.imageIDs.isEmpty else { return }
    let folders = PictureKind.allCases.compactMap { FileSystem.resolved("\(folder)/\($0.folder)") }
    guard !folders.isEmpty else { return }
    for path in source.filePaths {
      guard let resolved = FileSystem.resolved(path) else { continue }
      if folders.contains(where: { resolved.hasPrefix($0 + "/") }) {
        throw ImageFolderOutput.OutputError(path: path, problem: .isInput)
      }
    }
  }

  /// Writes the pictures of an image; several threads may do so at once.
  ///
  /// - Throws: ``FileError``.
  func write(_ encoded: [PictureKind: EncodedPicture], name: String) throws(FileError) {
    for (kind, picture) in encoded { try staged.write(picture.bytes, to: path(kind, picture, name)) }
  }

  private func path(_ kind: PictureKind, _ picture: EncodedPicture, _ name: String) -> String {
    "\(kind.folder)/\(name).\(picture.ending)"
  }

  /// Adds an image to the tables, after its pictures are written.
  ///
  /// - Throws: ``FileError``.
  func add(_ result: ImageDrawer.Result, of sample: ScoredSample, name: String?) throws(FileError) {
    var bytes: [UInt8] = []
    for (index, region) in result.regions.enumerated() {
      let box = [index + 1, region.x, region.y, region.width, region.height, region.area]
      text.append(
        [sample.id] + box.map { CSVText.number($0) } + [NumberText.significant(region.peak, digits: 6)]
          + [region.peakX, region.peakY].map { CSVText.number($0) }, to: &bytes)
    }
    try regions.write(bytes)
    guard let name else { return }
    let files = PictureKind.allCases.map { kind in
      result.pictures[kind].map { path(kind, $0, name) } ?? ""
    }
    paths += files.filter { !$0.isEmpty }
    let numbers = [result.size.width, result.size.height, result.regions.count]
    try pictures.write(
      text.row(
        [sample.id, CSVText.number(sample.score), sample.isFlagged.map { $0 ? "1" : "0" } ?? ""]
          + numbers.map { CSVText.number($0) }
          + [CSVText.number(result.regions.reduce(0) { $0 + $1.area })] + files))
  }

  /// Finishes the tables.
  ///
  /// - Throws: ``FileError``.
  func finish() throws(FileError) {
    try regions.commit()
    try pictures.commit()
  }

  /// Moves the pictures to their paths, and removes those of an earlier report.
  ///
  /// - Throws: ``FileError``.
  func publish() throws(FileError) {
    try staged.publish(paths)
    let new = Set(paths)
    for path in oldPaths where !new.contains(path) { FileSystem.removeFile("\(folder)/\(path)") }
  }
}

/// The list of pictures of an earlier report.
private enum PictureList {
  /// Returns the paths that a `pictures.csv` lists; empty without such a file.
  ///
  /// Only paths in the folders of pictures are returned, so that no list names another file.
  static func paths(of path: String) -> [String] {
    guard let file = try? ByteFile.reading(path) else { return [] }
    var bytes: [UInt8] = []
    while let count = try? file.read(upTo: 1 << 16, appendingTo: &bytes), count > 0 {}
    return fields(of: bytes).filter { field in
      !field.split(separator: "/").contains("..")
        && PictureKind.allCases.contains { field.hasPrefix($0.folder + "/") }
    }
  }

  /// Returns the fields of a CSV text in the columns of pictures, which are the last.
  private static func fields(of bytes: [UInt8]) -> [String] {
    var fields: [String] = []
    var row: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted, 0x0A where !isQuoted:
        row.append(String(decoding: field, as: UTF8.self))
        field = []
        guard byte == 0x0A else { continue }
        fields += row.suffix(PictureKind.allCases.count)
        row = []
      default: field.append(byte)
      }
    }
    return fields
  }
}
