import MisfitAnalytics
import MisfitCore
import MisfitImages
import MisfitPlots
import MisfitReports

/// The folder of a report: page, pictures as PNG and SVG, and what was written beside them.
struct ReportFolder {
  let path: String
  private(set) var files: [HTMLReport.File] = []

  /// Makes the folder.
  ///
  /// - Throws: ``FileError``.
  init(_ path: String) throws(FileError) {
    self.path = path
    try FileSystem.makeDirectory(path)
  }

  /// The path of a file in the folder.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Notes a file that someone else writes.
  mutating func note(_ name: String, _ content: String) { files.append(HTMLReport.File(name, content)) }

  /// Writes a picture as PNG and SVG, and gives it for the page.
  ///
  /// - Throws: ``FileError``, ``ImageError``.
  mutating func add(
    _ drawing: any Drawing, as name: String, alternativeText: String, caption: String? = nil
  ) throws -> HTMLReport.Block {
    let png = try drawing.png()
    try OutputFile.write(png, to: file("\(name).png"))
    try OutputFile.write(try drawing.svg(), to: file("\(name).svg"))
    note("\(name).png", "\(alternativeText) (also \(name).svg)")
    return .figure(HTMLReport.Figure(png: png, alternativeText: alternativeText, caption: caption))
  }

  /// Writes a JSON file.
  ///
  /// - Throws: ``FileError``.
  mutating func add(_ object: JSONObject, as name: String, content: String) throws {
    try OutputFile.write(JSONText.fileBytes(.object(object)), to: file(name))
    note(name, content)
  }

  /// Writes the page.
  ///
  /// - Throws: ``FileError``.
  func write(_ page: HTMLReport) throws -> String {
    var page = page
    page.sections.append(HTMLReport.Section("Files", [.files(files)]))
    try OutputFile.write(page.bytes(), to: file("report.html"))
    return file("report.html")
  }
}
