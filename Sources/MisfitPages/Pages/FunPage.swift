import Misfit
import MisfitReporting

/// The worst digits by their signed error, and what one and two hidden layers make of random numbers.
package enum FunPage: NotebookPage {
  package static let name = "fun-with-autoencoders"
  package static let title = "Fun with autoencoders: the worst digits, and learning from nothing"
  package static let summary = "the ten worst digits; one and two hidden layers on random numbers"

  package static func write(in page: Workshop) throws {
    page.text(
      """
      Two experiments. In the first, a network learns digits and is asked which of them it draws worst. In \
      the second, networks are given numbers without any pattern: what is there to learn, and what does a \
      second hidden layer change?
      """)
    try digits(page)
    try noise(page)
  }

  // MARK: Digits

  private static func digits(_ page: Workshop) throws {
    page.heading("The worst digits")
    let detector = try page.fit(
      "digits", as: "784-32-784",
      """
      \(page.files("mnist")) --hidden 32 --loss bce --error signed-sum --epochs \(page.epochs(50)) \
      --batch-size 256
      """
    )
    page.standBeside([
      PublishedFigure(
        name: "training loss after 50 epochs", published: 0.0928,
        ours: detector.training.trainLoss ?? .nan),
      PublishedFigure(
        name: "validation loss after 50 epochs", published: 0.0916,
        ours: detector.training.validationLoss ?? .nan),
    ])
    page.text(
      """
      `--error signed-sum` ranks by the sum of input minus output over all pixels, with its sign: the \
      largest are images from which most ink was lost, the smallest those to which most was added. `misfit \
      rank` shows the first, and with `--smallest` the others.
      """)
    let labels = "--labels mnist/\(NotebookData.testLabels)"
    try page.command("rank @digits.misfit mnist/\(NotebookData.testImages) \(labels) --top 10")
    let test = try page.source(
      "mnist/\(NotebookData.testImages)", labels: "mnist/\(NotebookData.testLabels)")
    try page.picture(
      grid(
        page, "The ten test images that lose most ink", try detector.score(test).largest(10),
        detector.schema),
      "worst-lost.png", "ten digits and their reconstructions, which are too faint",
      caption: "Below each: its label, and the sum of what was lost, in units of one white pixel.")
    try page.picture(
      grid(
        page, "The ten test images that gain most ink",
        try detector.score(test).largest(10, order: .smallest), detector.schema),
      "worst-gained.png", "ten digits and their reconstructions, which are too bold")
    page.text(
      """
      Broad strokes lose ink, since few training images are as bold; thin ones and unusual forms gain it, as \
      the network falls back on what is usual.
      """
    )
  }

  private static func grid(
    _ page: Workshop, _ title: String, _ samples: [ScoredSample], _ schema: Schema
  ) -> ImageGrid {
    page.grid(
      title,
      [
        ("original", samples.compactMap { schema.image(of: $0.input) }),
        ("reconstruction", samples.compactMap { schema.image(of: $0.reconstruction) }),
      ], captions: samples.map { "\($0.label ?? ""): \(NumberText.fixed($0.score, decimals: 1))" })
  }

  // MARK: Random numbers

  private static func noise(_ page: Workshop) throws {
    page.heading("Learning from nothing")
    page.text(
      """
      100,000 rows of 30 numbers, each drawn from 0 to 1 on its own. No column says anything of another, so \
      two numbers can carry two columns at most: a network that guesses 0.5 for the rest has a binary \
      cross-entropy near ln 2 = 0.6931, and whatever is below that is what its code holds.
      """)
    let rows = page.run.isQuick ? 2000 : 100_000
    try page.command("generate random:\(rows)x30 --seed 42 -o @random30.csv")
    let flags =
      """
      @random30.csv --loss bce --epochs \(page.epochs(10)) --batch-size 100 --error signed-sum --validation \
      0.1
      """
    let one = try page.fit("random-1", as: "30-2-30", "\(flags) --hidden 2")
    let two = try page.fit("random-2", as: "30-2-2-2-30", "\(flags) --hidden 2,2")
    try page.command(
      "compare @random-1.misfit @random-2.misfit @random30.csv --error signed-sum -o @random-comparison")
    let comparison = try DetectorComparison(
      [
        DetectorComparison.Entry(name: "one hidden layer", detector: one),
        DetectorComparison.Entry(name: "two hidden layers", detector: two),
      ], measure: .reconstruction(.signedSum), threadCount: page.run.threadCount
    ) { _ in try page.workSource("random30.csv") }
    if var panels = ComparisonReport(comparison).panels {
      panels.subtitle = "\(NumberText.grouped(rows)) rows of random numbers"
      try page.picture(
        panels, "comparison.png", "histograms of the signed errors: one layer, two layers, and both",
        caption: "The sum of input minus output over the 30 columns of a row.")
    }
    page.standBeside(figures(one, two, comparison))
    page.text(
      """
      Both distributions are those of a sum of 28 or so numbers that nobody could guess: near 0 on average, \
      and about \(NumberText.fixed((28.0 / 12).squareRoot(), decimals: 3)) wide, the square root of 28/12, \
      since a uniform number has the variance 1/12. The second layer adds a place where a unit can die, and \
      no place to keep more: the deeper network is no better, and mostly a little worse.
      """)
  }

  private static func figures(
    _ one: Detector, _ two: Detector, _ comparison: DetectorComparison
  ) -> [PublishedFigure] {
    let errors = comparison.result.models.map(\.errors)
    return [
      PublishedFigure(
        name: "training loss, one hidden layer", published: 0.6817, ours: one.training.trainLoss ?? .nan),
      PublishedFigure(
        name: "training loss, two hidden layers", published: 0.6875, ours: two.training.trainLoss ?? .nan),
      PublishedFigure(
        name: "mean signed error, one layer", published: -0.002, ours: errors.first??.mean ?? .nan,
        aim: .same, decimals: 3, remark: remarkOnMean),
      PublishedFigure(
        name: "its standard deviation, one layer", published: 1.566,
        ours: errors.first??.standardDeviation ?? .nan, aim: .same, decimals: 3, remark: remarkOnDeviation),
      PublishedFigure(
        name: "mean signed error, two layers", published: -0.020, ours: errors.last??.mean ?? .nan,
        aim: .same, decimals: 3, remark: remarkOnMean),
      PublishedFigure(
        name: "its standard deviation, two layers", published: 1.588,
        ours: errors.last??.standardDeviation ?? .nan, aim: .same, decimals: 3, remark: remarkOnDeviation),
    ]
  }

  private static let remarkOnMean =
    "other random numbers and other first weights; it is a hundredth of the deviation."
  private static let remarkOnDeviation =
    "which columns the two units carry, and how well, is a matter of chance."
}
