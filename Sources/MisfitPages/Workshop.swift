import Misfit
import MisfitReporting

/// Where one page is made: runs its commands, and gathers what it shows.
package final class Workshop {
  /// What all pages share.
  let run: NotebookRun
  private let folder: String
  private let name: String
  private var article: Article
  private var losses: [[String]] = []
  private var figures: [PublishedFigure] = []

  /// Begins a page in a folder.
  ///
  /// - Throws: ``FileError``.
  init(_ page: any NotebookPage.Type, folder: String, run: NotebookRun) throws(FileError) {
    self.run = run
    self.folder = folder
    name = page.name
    article = Article(title: page.title)
    try FileSystem.makeDirectory(folder)
  }

  /// A few epochs in place of many, where a run is to be short.
  func epochs(_ count: Int) -> Int { run.isQuick ? min(count, 2) : count }

  // MARK: What the page says

  func heading(_ text: String) { article.blocks.append(.heading(text)) }

  /// Paragraphs in Markdown; lines of the source are joined.
  func text(_ text: String) { article.blocks.append(.text(text)) }

  func table(_ columns: [Article.Column], _ rows: [[String]]) {
    article.blocks.append(.table(Article.Table(columns, rows: rows)))
  }

  func python(_ code: String) { article.blocks.append(.python(code)) }

  /// Draws a picture beside the page.
  ///
  /// - Throws: ``FileError``, ``ImageError``.
  func picture(_ drawing: any Drawing, _ file: String, _ alternativeText: String, caption: String? = nil)
    throws
  {
    article.blocks.append(.figure(try figure(drawing, file, alternativeText, caption)))
  }

  /// Draws pictures beside the page that stand side by side on it.
  ///
  /// - Throws: ``FileError``, ``ImageError``.
  func gallery(_ pictures: [(drawing: any Drawing, file: String, alternativeText: String)]) throws {
    article.blocks.append(
      .gallery(try pictures.map { try figure($0.drawing, $0.file, $0.alternativeText, nil) }))
  }

  private func figure(
    _ drawing: any Drawing, _ file: String, _ alternativeText: String, _ caption: String?
  ) throws -> Article.Figure {
    let png = try drawing.png(scale: 1.5)
    try OutputFile.write(png, to: "\(folder)/\(file)")
    return Article.Figure(file: file, png: png, alternativeText: alternativeText, caption: caption)
  }

  // MARK: Commands

  /// Runs a command, and shows it with what it printed, or without; one of many of a kind is not shown.
  ///
  /// - Throws: ``NotebookCommandError``, ``Interrupted``.
  func command(_ line: String, showsOutput: Bool = true, isShown: Bool = true) throws {
    let command = CommandLineText(line)
    let output = try run.run(command)
    guard isShown else { return }
    article.blocks.append(.command(command.shown, output: showsOutput ? output : ""))
  }

  /// Fits a model by a command that is shown, and opens it; its losses go into the page's table of losses.
  ///
  /// - Throws: ``NotebookCommandError``, ``Interrupted``; what opening a model throws.
  func fit(
    _ model: String, as title: String, _ arguments: String, showsOutput: Bool = true, isShown: Bool = true
  ) throws -> Detector {
    try command("fit \(arguments) -o @\(model).misfit", showsOutput: showsOutput, isShown: isShown)
    let detector = try open(model)
    noteLosses(of: detector, as: title)
    return detector
  }

  /// The files of a data set of images: what to fit on, and what to validate with.
  func files(_ dataset: String) -> String {
    "\(dataset)/\(NotebookData.trainImages) --validation \(dataset)/\(NotebookData.testImages)"
  }

  /// A model of the work folder.
  ///
  /// - Throws: ``FileError``, ``ModelFileError``.
  func open(_ model: String) throws -> Detector { try Detector.load("\(run.workFolder)/\(model).misfit") }

  /// The path of a file in the work folder.
  func workPath(_ file: String) -> String { "\(run.workFolder)/\(file)" }

  /// Opens a data set under its shown name.
  ///
  /// - Throws: ``IngestError``.
  func source(_ shown: String, labels: String? = nil) throws -> any RecordSource {
    var options = SourceOptions()
    options.labelsPath = labels.map { run.path(of: ($0, false)) }
    return try DataSource.open(run.path(of: (shown, false)), options: options)
  }

  // MARK: Figures

  /// Shows figures beside the published ones; all of a page's go into `figures.csv` too.
  func standBeside(_ figures: [PublishedFigure], source: String = "published") {
    self.figures += figures
    article.blocks.append(
      .table(PublishedFigure.table(figures, source: source, isComparable: !run.isQuick)))
    text(
      run.isQuick
        ? "This page was made by a short run on other, smaller images: its figures are not those of the text."
        : PublishedFigure.remarks(figures))
  }

  private func noteLosses(of detector: Detector, as title: String) {
    for epoch in detector.training.epochs {
      losses.append([
        title, "\(epoch.epoch)", CSVText.number(epoch.trainLoss), CSVText.number(epoch.validationLoss),
        NumberText.fixed(epoch.elapsedSeconds ?? 0, decimals: 3),
      ])
    }
  }

  /// Writes a table for the page's Python.
  ///
  /// - Throws: ``FileError``.
  func csv(_ file: String, _ header: [String], _ rows: [[String]]) throws {
    let text = CSVText()
    var bytes = text.row(header)
    for row in rows { text.append(row, to: &bytes) }
    try OutputFile.write(bytes, to: "\(folder)/\(file)")
  }

  /// Writes the page, the notebook and their tables.
  ///
  /// - Throws: ``FileError``.
  func finish() throws {
    try csv("losses.csv", ["model", "epoch", "loss", "validation_loss", "seconds"], losses)
    try csv(
      "figures.csv", ["figure", "published", "misfit", "seed"],
      figures.map { [$0.name, CSVText.number($0.published), CSVText.number($0.ours), "\($0.seed)"] })
    heading("The figures, to compute with")
    text(
      """
      Every loss of this page is in `losses.csv` next to it, every figure that has a published one in \
      `figures.csv`. The cells need nothing but Python; with matplotlib the curves are drawn.
      """)
    python(Self.readingCode)
    python(Self.drawingCode)
    try OutputFile.write(article.markdown, to: "\(folder)/README.md")
    try OutputFile.write(article.notebook, to: "\(folder)/\(name).ipynb")
  }

  private static let readingCode = """
    import csv

    def read(name):
        with open(name, newline="") as file:
            return list(csv.DictReader(file))

    for row in read("figures.csv"):
        print(f'{row["figure"]}: published {row["published"]}, Misfit {float(row["misfit"]):.4f}')
    """

  private static let drawingCode = """
    curves = {}
    for row in read("losses.csv"):
        curves.setdefault(row["model"], []).append(float(row["validation_loss"] or row["loss"]))

    try:
        import matplotlib.pyplot as plt
        for model, losses in curves.items():
            plt.plot(range(1, len(losses) + 1), losses, label=model)
        plt.xlabel("epoch")
        plt.ylabel("loss of held-out samples")
        plt.legend()
        plt.show()
    except ImportError:
        for model, losses in curves.items():
            print(model, " ".join(f"{loss:.4f}" for loss in losses))
    """
}

/// A page of `misfit notebooks`.
package protocol NotebookPage {
  /// The name of its folder.
  static var name: String { get }
  /// Its heading.
  static var title: String { get }
  /// One sentence for the list of pages.
  static var summary: String { get }

  /// Makes the page.
  ///
  /// - Throws: what its commands and drawings throw.
  static func write(in workshop: Workshop) throws
}
