import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitImages
import MisfitIngest
import MisfitPlots
import MisfitReports

/// The folder of a report: page, pictures as PNG and SVG, and what was written beside them.
///
/// All files appear together when the page is written, `summary.json` last: where it exists, the others
/// belong to it. Its `run` and the page carry the same number, which is made from the figures.
struct ReportFolder {
  let path: String
  /// What the files of the folder wait in.
  let group: OutputGroup
  private(set) var files: [HTMLReport.File] = []
  private var summary: JSONObject?

  /// Makes the folder.
  ///
  /// - Throws: ``FileError``.
  init(_ path: String, _ group: OutputGroup = OutputGroup()) throws(FileError) {
    self.path = path
    self.group = group
    try group.makeDirectory(path)
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
    try OutputFile.write(png, to: file("\(name).png"), in: group)
    try OutputFile.write(try drawing.svg(), to: file("\(name).svg"), in: group)
    note("\(name).png", "\(alternativeText) (also \(name).svg)")
    return .figure(HTMLReport.Figure(png: png, alternativeText: alternativeText, caption: caption))
  }

  /// Sets the figures for programs, `summary.json`, which is written after the page.
  mutating func setSummary(_ object: JSONObject) {
    var checksum = SHA256()
    checksum.update(JSONText.fileBytes(.object(object)).span)
    let run = String(checksum.digest.description.prefix(16))
    var object = object
    object["run"] = JSONValue(run)
    summary = object
    note("summary.json", "the same figures for programs, run \(run)")
  }

  /// Writes the page, and puts all files in their places.
  ///
  /// - Throws: ``FileError``.
  func write(_ page: HTMLReport) throws -> String {
    var page = page
    page.sections.append(HTMLReport.Section("Files", [.files(files)]))
    try OutputFile.write(page.bytes(), to: file("report.html"), in: group)
    if let summary {
      try OutputFile.write(JSONText.fileBytes(.object(summary)), to: file("summary.json"), in: group)
    }
    try group.commit()
    return file("report.html")
  }
}
