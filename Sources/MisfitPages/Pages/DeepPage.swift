import Misfit
import MisfitReporting

/// Convolutional, sparse, deep and contractive autoencoders side by side, principal components at equal
/// width, and three worked examples with another target than input.
package enum DeepPage: NotebookPage {
  package static let name = "deep-autoencoders"
  package static let title = "Deep autoencoders side by side, and what else they can be taught"
  package static let summary =
    "sparse, deep, contractive, convolutional; against PCA; denoising, coloring, watermarks"

  package static func write(in page: Workshop) throws {
    page.text(
      """
      There are many ways to keep an autoencoder from merely copying: a narrow code, a code of which most is \
      0, a code that may not react to small changes, noise. This page trains one of each on the same digits \
      in the same way, compares them with principal components, and ends with networks that are asked for \
      something else than what they are given.
      """)
    let models = try variants(page)
    try components(page)
    try denoising(page, models)
    try coloring(page)
    try watermarks(page)
  }

  // MARK: Variants

  private struct Variant {
    var title: String
    var model: String
    var flags: String
    /// The validation loss of the same model in PyTorch, after so many epochs.
    var pyTorch: (loss: Double, epochs: Int)
    var about: String
  }

  /// With `same` padding, as the published network has it, so that 7 x 7 becomes 4 x 4.
  private static let convolutions = """
    conv 16 3 relu | pool 2 | conv 8 3 relu | pool 2 | conv 8 3 relu | pool 2 same \
    || conv 8 3 relu | up 2 | conv 8 3 relu | up 2 | conv 16 3 valid relu | up 2 | conv 1 3 sigmoid
    """

  private static let variants = [
    Variant(
      title: "one layer", model: "one-layer", flags: "--hidden 32", pyTorch: (0.1012, 50),
      about: "32 numbers between pixels and pixels."),
    Variant(
      title: "sparse", model: "sparse", flags: "--hidden 32 --sparse l1:1e-5", pyTorch: (0.1018, 50),
      about: "the same, and each unit costs something wherever it is not 0 (an L1 penalty on the code)."),
    Variant(
      title: "deep", model: "deep", flags: "--hidden 128,64,32", pyTorch: (0.1118, 50),
      about: "three layers down to 32 and three back."),
    Variant(
      title: "contractive", model: "contractive", flags: "--hidden 32 --contractive 1e-4",
      pyTorch: (0.1154, 35),
      about: """
        32 numbers that may change little when the image does: the squared derivatives of the code are part \
        of the loss, exactly and not by sampling.
        """),
    Variant(
      title: "convolutional", model: "convolutional", flags: "--architecture \"\(convolutions)\"",
      pyTorch: (0.1296, 10),
      about: "small windows instead of whole images; its code of 4 x 4 x 8 holds 128 numbers."),
  ]

  private static func variants(_ page: Workshop) throws -> [(name: String, detector: Detector)] {
    page.heading("Five of a kind")
    page.text(variants.map { "- **\($0.title)**: \($0.about)" }.joined(separator: "\n"))
    page.text(
      """
      All are trained with Adadelta, a rule that adapts its steps by itself and begins slowly, at a learning \
      rate of 1, on the binary cross-entropy, for \(page.epochs(50)) epochs in batches of 256.
      """)
    var models: [(name: String, detector: Detector)] = []
    for variant in variants {
      let detector = try page.fit(
        variant.model, as: variant.title,
        """
        \(page.files("mnist")) \(variant.flags) --loss bce --optimizer adadelta --learning-rate 1 \
        --epochs \(page.epochs(50)) --batch-size 256
        """, showsOutput: false)
      models.append((variant.title, detector))
    }
    page.text(
      """
      The write-up gives no figures. Those of PyTorch come from `pytorch.py` beside this page: the same \
      layers, first weights from the same distribution, the same optimizer.
      """)
    page.standBeside(
      zip(variants, models).map { variant, model in
        let losses = page.validationLosses(of: model.detector)
        return PublishedFigure(
          name: "validation loss, \(variant.title), after \(variant.pyTorch.epochs) epochs",
          published: variant.pyTorch.loss, ours: losses[min(variant.pyTorch.epochs, losses.count) - 1])
      }, source: "PyTorch")
    try page.picture(
      CurvePlot(
        title: "Validation loss by epoch", xLabel: "epoch", yLabel: "binary cross-entropy",
        series: models.map {
          CurveSeries(name: $0.name, valuesByEpoch: page.validationLosses(of: $0.detector))
        }),
      "losses.png", "validation losses of the five networks by epoch")
    try page.picture(
      page.grid(
        "Five networks, ten test images",
        try page.reconstructionRows(of: try page.source("mnist/\(NotebookData.testImages)"), by: models)),
      "reconstructions.png", "ten digits, and what each of the five networks makes of them")
    page.text(
      """
      Where the code holds 32 numbers, the plain network is ahead of the deep one: Adadelta's slow beginning \
      costs the deeper network more, and 50 epochs are not enough for it to catch up. The penalties cost \
      something in the loss, as they must; what they buy is a code with other properties: in the sparse one, \
      a digit is made of a few parts.
      """)
    return models
  }

  // MARK: Principal components

  private static func components(_ page: Workshop) throws {
    page.heading("Against principal components")
    page.text(
      """
      At equal width of the code, and both by the squared error for which principal components are the best \
      linear answer:
      """
    )
    var rows: [[String]] = []
    var last: [(name: String, detector: Detector)] = []
    for width in [8, 16, 32] {
      let network = try page.fit(
        "mse-\(width)", as: "autoencoder, \(width)",
        """
        \(page.files("mnist")) --hidden 128,\(width) --loss mse --epochs \(page.epochs(20)) --batch-size \
        128
        """,
        showsOutput: false, isShown: rows.isEmpty)
      let linear = try page.fit(
        "pca-\(width)", as: "PCA, \(width)",
        "mnist/\(NotebookData.trainImages) --model pca --components \(width)", showsOutput: false,
        isShown: rows.isEmpty)
      last = [("autoencoder, \(width)", network), ("components, \(width)", linear)]
      rows.append(
        try ["\(width)"]
          + [network, linear].map {
            NumberText.fixed(try page.meanTestError(of: $0, on: "mnist"), decimals: 4)
          })
    }
    page.table(
      [.number("code"), .number("autoencoder 128, code, 128"), .number("principal components")], rows)
    page.text("`misfit compare` compares the two error distributions, image by image.")
    try page.command(
      "compare @mse-32.misfit @pca-32.misfit mnist/\(NotebookData.testImages) -o @against-components")
    try page.picture(
      page.grid(
        "32 numbers, nonlinear and linear",
        try page.reconstructionRows(of: try page.source("mnist/\(NotebookData.testImages)"), by: last)),
      "components.png", "ten digits from 32 numbers by an autoencoder and by principal components")
  }

  // MARK: Another target

  private static func denoising(_ page: Workshop, _ models: [(name: String, detector: Detector)]) throws {
    page.heading("Worked example: noise")
    page.text(
      """
      `--noise` disturbs what goes in and leaves what is asked for as it is. Salt and pepper make a tenth of \
      the pixels black or white; masking blackens half of them. A network that never saw noise gives it back \
      smeared; one that learned with it takes it away.
      """)
    let kinds: [(name: String, flag: String, noise: Noise)] = [
      ("salt and pepper", "salt-and-pepper:0.1", Noise(.saltAndPepper, amount: 0.1)),
      ("masked", "masking:0.5", Noise(.masking, amount: 0.5)),
    ]
    let test = try page.source("mnist/\(NotebookData.testImages)")
    for (index, kind) in kinds.enumerated() {
      let file = "noisy-\(index).idx"
      let detector = try page.fit(
        "denoising-\(index)", as: kind.name,
        """
        \(page.files("mnist")) --architecture conv --loss bce --noise \(kind.flag) --epochs \
        \(page.epochs(5)) --batch-size 128
        """,
        showsOutput: false)
      try page.writeNoisyCopies(of: test, noise: kind.noise, count: 10, to: file)
      var rows = try page.reconstructionRows(
        of: try page.workSource(file),
        by: models.suffix(1).map { ("never saw noise", $0.detector) } + [("learned with it", detector)])
      rows[0].name = kind.name
      try page.picture(
        page.grid("Noise: \(kind.name)", rows), "noise-\(index).png",
        "ten digits with \(kind.name) noise, and what two networks make of them")
    }
  }

  private static func coloring(_ page: Workshop) throws {
    page.heading("Worked example: color")
    page.text(
      """
      `--target` names what is asked for: here the same images in color, while `--grey` takes the color \
      from what goes in. The network has to know from forms and shades which color belongs where.
      """)
    let detector = try page.fit(
      "coloring", as: "coloring",
      """
      photos --grey --resize 80x60 --target photos \
      --architecture "conv 32 3 relu | conv 32 3 relu || conv 32 3 relu | conv 3 3 sigmoid" \
      --loss mse --epochs \(page.epochs(30)) --batch-size 16
      """)
    try page.picture(
      try pairs(page, "Color from grey", detector, input: "photos", target: "photos"), "coloring.png",
      "grey images, the colors that the network gives them, and the true ones")
  }

  private static func watermarks(_ page: Workshop) throws {
    page.heading("Worked example: watermarks")
    page.text(
      """
      `marked/` holds the same photos with a band of slanted lines across each, at a place of its own; the \
      target is the folder without. Images belong together by their names.
      """)
    try Watermark.write(copiesOf: page.run.path(of: ("photos", false)), to: page.workPath("marked"))
    let detector = try page.fit(
      "watermarks", as: "watermarks",
      """
      @marked --resize 80x60 --target photos \
      --architecture "conv 32 3 relu | conv 32 3 relu || conv 32 3 relu | conv 3 3 sigmoid" \
      --loss mse --epochs \(page.epochs(30)) --batch-size 16
      """)
    try page.command("reconstruct @watermarks.misfit @marked -o @unmarked", showsOutput: false)
    try page.picture(
      try pairs(page, "Watermarks taken away", detector, input: "@marked", target: "photos"),
      "watermarks.png",
      "marked images, what the network makes of them, and the images without marks")
  }

  /// What goes in, what comes out, and what was asked for.
  private static func pairs(
    _ page: Workshop, _ title: String, _ detector: Detector, input: String, target: String
  ) throws -> ImageGrid {
    let path = CommandLineText(input).words.first.map { page.run.path(of: $0) } ?? input
    let reconstructed = try page.reconstructed(try detector.open(path), by: detector, count: shownPairCount)
    let targets = try LabelledImages(
      reading: try detector.openTargets(page.run.path(of: (target, false))), atMost: shownPairCount)
    let wanted = targets.values.compactMap { detector.outputSchema.image(of: $0.map { Float($0 / 255) }) }
    return page.grid(
      title,
      [("given", reconstructed.originals), ("made of it", reconstructed.reconstructions), ("wanted", wanted)])
  }

  private static let shownPairCount = 7
}
