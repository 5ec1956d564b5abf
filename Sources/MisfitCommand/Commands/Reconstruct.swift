import Misfit
import MisfitReporting

/// The verb `misfit reconstruct`.
struct Reconstruct: Verb {
  static let name = "reconstruct"
  static let summary = "Writes the reconstruction of each sample, in the data's own units."
  static let details = """
    A model that was fitted with --target predicts targets: colored images from gray ones, large ones from \
    small ones. For a folder of images, give a folder to -o.
    """
  static let examples = [
    Example("misfit reconstruct model.misfit data.csv -o expected.csv"),
    Example(
      "misfit reconstruct model.misfit images.idx -o expected.npy", "as NumPy array in the images' shape"),
    Example("misfit reconstruct model.misfit photos/ -o out/", "as PNG files of the same names"),
  ]

  var output = "-"
  var subject = ModelAndData()
  var badData: BadDataFlags? { subject.input.badData }

  static var arguments: [Argument<Reconstruct>] {
    Flag(
      "-o, --output PATH", \.output, .path,
      help:
        """
        Path of the reconstructions. For images: a folder of PNG files, unless the path ends in .csv or \
        .npy; a single image may be written to a path that ends in .png. For other data: NPY for a path that \
        ends in .npy, otherwise CSV.
        """
    )
    Shared(\.subject)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    try DataFiles.check(output: output, differsFrom: [subject.model] + subject.data)
    let isFolder = output.hasSuffix("/") || FileSystem.status(of: output)?.isDirectory == true
    if isFolder { return try writeImages(try subject.reconstruction(), terminal) }
    try terminal.keepStandardOutputForJSON(from: output, what: "the reconstructions", verb: Self.name)
    var scoring = try subject.reconstruction()
    if namesFolder, !scoring.source.imageIDs.isEmpty, scoring.detector.outputSchema.isPicture {
      return try writeImages(scoring, terminal)
    }
    // Each tile of an image has its own code and reconstruction.
    scoring.stitchesTiles = false
    let interruption = Interruption.watch()
    defer { interruption.end() }
    let schema = scoring.detector.outputSchema
    if schema.table != nil, output.hasSuffix(".npy") {
      throw ArgumentError(
        .conflict("columns of several kinds make no array", remedy: "give a path that does not end in .npy"))
    }
    let width = schema.shape.elementCount
    let table = try RowTable(
      output, columns: (0..<width).map { schema.featureName(at: $0) }, shape: schema.shape,
      hasLabels: scoring.source.layout.hasLabels)
    try scoring.forEachBatch(shownOn: terminal, until: interruption) { batch in
      if schema.table != nil { return try table.writeExpectedCells(of: batch) }
      try table.write(batch, values: batch.reconstructions) { schema.decode($1, column: $0) }
    }
    try table.finish()
    try terminal.finish(json: table.json)
    return .done
  }

  /// Whether the output names a folder for images, not a file of numbers.
  private var namesFolder: Bool {
    output != "-" && (FileSystem.status(of: output) == nil || output.lowercased().hasSuffix(".png"))
      && ![".csv", ".tsv", ".txt", ".npy"].contains { output.lowercased().hasSuffix($0) }
  }

  private func writeImages(_ scoring: Scoring, _ terminal: Terminal) throws -> ExitStatus {
    let folder = FolderPath.plain(output)
    if let existing = FileSystem.resolved(folder),
      subject.data.contains(where: { FileSystem.resolved($0) == existing })
    {
      throw ArgumentError(
        .conflict(
          "images in \(folder) would be overwritten, and they are what is read",
          remedy: "give another folder to -o"))
    }
    var scoring = scoring
    // Images are written at their full size.
    scoring.pictureSide = .max
    let interruption = Interruption.watch()
    defer { interruption.end() }
    let images = try ImageFolderOutput(folder, of: scoring.detector, from: scoring.source)
    try scoring.forEachBatch(shownOn: terminal, until: interruption) { try images.write($0) }
    try terminal.finish(json: images.json)
    return .done
  }
}
