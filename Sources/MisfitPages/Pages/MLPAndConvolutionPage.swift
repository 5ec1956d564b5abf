import Misfit
import MisfitReporting

/// Dense, deep, convolutional and denoising autoencoders on MNIST, a code of two numbers, and principal
/// components.
package enum MLPAndConvolutionPage: NotebookPage {
  package static let name = "autoencoder-mlp-conv"
  package static let title = "From one hidden layer to convolutions: autoencoders of MNIST"
  package static let summary =
    "dense, deep, convolutional and denoising; a code of two numbers; principal components"

  private static let conv = "the convolutional model"
  private static let publishedConv = [0.1038, 0.0889, 0.0836, 0.0806, 0.0792]

  package static func write(in page: Workshop) throws {
    page.text(
      """
      An autoencoder is a network that learns to give back what it is given. That would be easy, were it not \
      for a narrow place in its middle: 784 pixels must pass through 32 numbers, the *code*, and be drawn \
      again from those alone. What the training images have in common, the network can learn to draw; what \
      is unlike all of them is lost on the way, and the *reconstruction error* tells. That is why \
      autoencoders find anomalies.

      This page builds up from one hidden layer to convolutions. The images are the 60,000 handwritten \
      digits of MNIST (`misfit data mnist --to mnist/` fetches them), and every loss called *validation* is \
      that of the 10,000 test images, which no model learns from.
      """)
    let dense = try denseModels(page)
    let conv = try convolution(page)
    try sideBySide(page, dense + [("convolutions", conv)])
    try denoising(page)
    try plane(page)
    try principalComponents(page)
  }

  // MARK: Dense layers

  private static func denseModels(_ page: Workshop) throws -> [(name: String, detector: Detector)] {
    page.heading("One hidden layer, and five")
    page.text(
      """
      The smallest useful network has one hidden layer: 784 pixels, 32 units with ReLU, 784 sigmoids, \
      trained by Adam on the mean squared error. Pixels are divided by 255, so errors are shares of the \
      whole range.
      """)
    let one = try page.fit(
      "one-layer", as: "784-32-784",
      "\(page.files("mnist")) --hidden 32 --loss mse --epochs \(page.epochs(5)) --batch-size 128")
    page.text("The deep one narrows in steps, 128, 64 and then 32 units, and widens again.")
    let deep = try page.fit(
      "deep", as: "784-128-64-32-64-128-784",
      "\(page.files("mnist")) --hidden 128,64,32 --loss mse --epochs \(page.epochs(10)) --batch-size 128")
    page.standBeside([
      PublishedFigure(
        name: "784-32-784, validation loss after 5 epochs", published: 0.0117,
        ours: page.validationLosses(of: one).last ?? .nan,
        remark: "the loss still falls in each epoch; a sixth makes up for it.")
    ])
    page.text(
      """
      For the deep network there is no published figure. It ends at \(loss(deep)), with \
      \(NumberText.grouped(deep.model.parameterCount)) parameters against \
      \(NumberText.grouped(one.model.parameterCount)): more layers alone do not buy much where the code \
      stays as narrow.
      """)
    return [("one layer", one), ("five layers", deep)]
  }

  // MARK: Convolutions

  private static func convolution(_ page: Workshop) throws -> Detector {
    page.heading("Convolutions")
    page.text(
      """
      A dense layer knows nothing of neighborhood: shuffle all pixels in the same way, and it learns as \
      well. A convolution slides a small window over the image and asks the same questions everywhere. Three \
      of them, each followed by pooling that keeps the largest of 2 x 2 values, lead to a code of 3 x 3 x \
      64; three transposed convolutions lead back. `conv` is the short name of this architecture; `misfit \
      inspect` prints it in full.
      """)
    let conv = try page.fit(
      "conv", as: "convolutional",
      "\(page.files("mnist")) --architecture conv --loss bce --epochs \(page.epochs(5)) --batch-size 128",
      showsOutput: false)
    try page.command("inspect @conv.misfit")
    page.text(
      """
      The loss is the binary cross-entropy, which suits pixels that are nearly black or white. Its least \
      value is not 0: even a perfect copy of a grey pixel has the entropy of its grey.
      """)
    let losses = page.validationLosses(of: conv)
    page.standBeside(
      [
        PublishedFigure(
          name: "parameters of \(Self.conv)", published: 46_529, ours: Double(conv.model.parameterCount),
          aim: .same, decimals: 0)
      ]
        + zip(publishedConv, losses).enumerated().map { index, pair in
          PublishedFigure(
            name: "validation loss after epoch \(index + 1)", published: pair.0, ours: pair.1,
            remark: remarkOnStart)
        })
    return conv
  }

  private static let remarkOnStart = """
    where the weights begin decides the first epochs; with `--seed 1` in place of 42, no loss is higher than \
    the published one (0.1022, 0.0882, 0.0832, 0.0806, 0.0790).
    """

  private static func sideBySide(
    _ page: Workshop, _ models: [(name: String, detector: Detector)]
  ) throws {
    page.heading("Side by side")
    page.text("The first ten test images, and what each network makes of them.")
    let test = try page.source("mnist/\(NotebookData.testImages)")
    try page.picture(
      page.grid(
        "Ten test images and their reconstructions", try page.reconstructionRows(of: test, by: models)),
      "reconstructions.png", "ten digits in rows: the originals, and what three networks make of them",
      caption:
        """
        The code of the convolutional network holds 576 numbers, that of the others 32: it is the sharpest \
        because it has the most room.
        """
    )
  }

  // MARK: Denoising

  private static func denoising(_ page: Workshop) throws {
    page.heading("Taking noise away")
    page.text(
      """
      Give the network noisy images and ask for the clean ones, and it learns to tell a digit from noise. \
      `--noise gaussian:0.5` adds normally distributed numbers with a standard deviation of half the whole \
      range, cut off at black and white; the noise is drawn again in each epoch, from the seed.
      """)
    let detector = try page.fit(
      "denoising", as: "denoising",
      """
      \(page.files("mnist")) --architecture conv --loss bce --noise gaussian:0.5 --epochs \(page.epochs(10)) \
      --batch-size 64
      """
    )
    page.standBeside(
      PublishedFigure.validationLosses(
        of: page.validationLosses(of: detector), named: "denoising", first: 0.1588, last: 0.1058,
        remark:
          """
          Misfit draws new noise in each epoch, for the validation images too, where the write-up made one \
          noisy copy of all images beforehand.
          """
      ))
    page.text("Ten test images were given noise of another seed; `noisy.idx` holds them.")
    let test = try page.source("mnist/\(NotebookData.testImages)")
    try page.writeNoisyCopies(of: test, noise: Noise(.gaussian, amount: 0.5), count: 10, to: "noisy.idx")
    try page.command("reconstruct @denoising.misfit @noisy.idx -o @cleaned.npy", showsOutput: false)
    let clean = try page.reconstructed(test, by: detector, count: 10)
    let noisy = try page.reconstructed(try page.workSource("noisy.idx"), by: detector, count: 10)
    try page.picture(
      page.grid(
        "Noise taken away",
        [
          ("original", clean.originals), ("with noise", noisy.originals), ("denoised", noisy.reconstructions),
        ]), "denoised.png", "ten digits: clean, with heavy noise, and cleaned by the network")
  }

  // MARK: A code of two numbers

  private static func plane(_ page: Workshop) throws {
    page.heading("A code of two numbers")
    page.text(
      """
      With two numbers in the middle, each image becomes a point in the plane. The code is left linear: with \
      ReLU, two units die too easily, and with them all that the network knows.
      """)
    let layers =
      "dense 128 relu | dense 64 relu | dense 2 || dense 64 relu | dense 128 relu | dense 784 sigmoid"
    let detector = try page.fit(
      "plane", as: "code of two numbers",
      """
      \(page.files("mnist")) --architecture "\(layers)" --loss mse --epochs \(page.epochs(10)) \
      --batch-size 128
      """
    )
    page.standBeside(
      PublishedFigure.validationLosses(
        of: page.validationLosses(of: detector), named: "code of two numbers", first: 0.0564, last: 0.0401))
    let test = try page.source(
      "mnist/\(NotebookData.testImages)", labels: "mnist/\(NotebookData.testLabels)")
    var summary = ScoreSummary(detector: detector, sourceName: test.name)
    try detector.score(test).forEachBatch { summary.update($0) }
    guard let scatter = DetectionPlots(summary).codeScatter else { return }
    page.text(
      """
      The network never saw which digit is which, and yet most digits have a region of their own. The \
      same picture is part of every `misfit report` of a model whose code has two values.
      """)
    try page.picture(
      scatter, "codes.png", "the plane of the code, a point for each test image, colored by digit")
    page.text(
      """
      The way back can be walked too: give the decoder the points of a grid over that plane, and it draws \
      what it takes each of them for.
      """
    )
    try page.command(
      "draw @plane.misfit mnist/\(NotebookData.testImages) -o @plane-pictures", showsOutput: false)
    guard let walk = try CodeWalk(detector.reconstruct(test)).drawing else { return }
    try page.picture(
      walk, "walk.png", "a grid of digits that turn into one another",
      caption: "Along a line, one digit becomes another; between them are forms that nobody writes.")
  }

  // MARK: Principal components

  private static func principalComponents(_ page: Workshop) throws {
    page.heading("What straight lines can do")
    page.text(
      """
      Principal component analysis is the best *linear* autoencoder under the squared error, and is found \
      without any training: one pass over the images gives their covariance, whose largest eigenvectors are \
      the code. It is a fair measure of what the nonlinear activations are worth.
      """)
    var models: [(name: String, detector: Detector)] = []
    var rows: [[String]] = []
    for count in [2, 32, 100] {
      let detector = try page.fit(
        "pca-\(count)", as: "PCA \(count)",
        "mnist/\(NotebookData.trainImages) --model pca --components \(count)",
        showsOutput: count == 2)
      let mean = try page.meanTestError(of: detector, on: "mnist")
      models.append(("PCA \(count)", detector))
      rows.append([
        "\(count)", NumberText.fixed((detector.explainedShare ?? 0) * 100, decimals: 1) + " %",
        NumberText.fixed(mean, decimals: 4),
      ])
    }
    page.table(
      [.number("components"), .number("variance explained"), .number("squared error of the test images")],
      rows)
    let test = try page.source("mnist/\(NotebookData.testImages)")
    try page.picture(
      page.grid(
        "Ten test images from principal components", try page.reconstructionRows(of: test, by: models)),
      "principal-components.png",
      "ten digits in rows: the originals, and their reconstructions from 2, 32 and 100 components")
    page.text(
      """
      Two components give ghosts, where the network with a code of two numbers drew digits. At 32, the \
      network with one hidden layer is better too, and it has more to gain from further epochs; 100 \
      components hardly lose anything that the eye would miss.
      """)
  }

  private static func loss(_ detector: Detector) -> String {
    NumberText.fixed(detector.training.validationLoss ?? .nan, decimals: 4)
  }
}
