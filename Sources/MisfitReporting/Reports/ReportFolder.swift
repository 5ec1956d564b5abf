import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitImages
import MisfitIngest
import MisfitPlots
import MisfitReports

/// The folder of a report: the page, plots as PNG and SVG, and other files.
///
/// All files appear together when the page is written, `summary.json` last, so that if it exists, the others
/// belong to it. Its `run` and the page have the same number, which is computed from the results.
struct ReportFolder {
  let path: String
  /// The group that the files of the folder appear with.
  let group: OutputGroup
  private(set) var files: [HTMLReport.File] = []
  private var summary: JSONObject?

  /// Creates the folder.
  ///
  /// - Throws: ``FileError``.
  init(_ path: String, _ group: OutputGroup = OutputGroup()) throws(FileError) {
    self.path = path
    self.group = group
    try group.makeDirectory(path)
  }

  /// Returns the path of a file in the folder.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Adds a file written elsewhere to the list of files.
  mutating func note(_ name: String, _ content: String) { files.append(HTMLReport.File(name, content)) }

  /// Writes a plot as PNG and SVG, and returns it as a block of the page; without the libraries for it, the
  /// block says so: the figures of a report are worth having without plots.
  ///
  /// - Throws: ``FileError``, ``ImageError``.
  mutating func add(
    _ drawing: any Drawing, as name: String, alternativeText: String, caption: String? = nil
  ) throws -> HTMLReport.Block {
    if let text = PlotLibraries.missingText {
      return .note(HTMLReport.Note("\(alternativeText): \(text)", title: "No plot"))
    }
    let png = try drawing.png()
    try OutputFile.write(png, to: file("\(name).png"), in: group)
    try OutputFile.write(try drawing.svg(), to: file("\(name).svg"), in: group)
    note("\(name).png", "\(alternativeText) (also \(name).svg)")
    return .figure(HTMLReport.Figure(png: png, alternativeText: alternativeText, caption: caption))
  }

  /// Sets the content of `summary.json`, which is written after the page.
  mutating func setSummary(_ object: JSONObject) {
    var checksum = SHA256()
    checksum.update(JSONText.fileBytes(.object(object)).span)
    let run = String(checksum.digest.description.prefix(16))
    var object = object
    object["run"] = JSONValue(run)
    summary = object
    note("summary.json", "the same figures for programs, run \(run)")
  }

  /// Writes the page, moves all files to their paths, and returns the path of the page.
  ///
  /// `beforeCommit` moves files that are not in the group, once all others are written.
  ///
  /// - Throws: ``FileError``, and the errors of `beforeCommit`.
  func write(_ page: HTMLReport, beforeCommit: () throws -> Void = {}) throws -> String {
    var page = page
    page.sections.append(HTMLReport.Section("Files", [.files(files)]))
    try OutputFile.write(page.bytes(), to: file("report.html"), in: group)
    if let summary {
      try OutputFile.write(JSONText.fileBytes(.object(summary)), to: file("summary.json"), in: group)
    }
    try beforeCommit()
    try group.commit()
    return file("report.html")
  }
}
