import Misfit
import MisfitReporting

/// Codes of several widths under two losses, what they are worth to a classifier, what they weigh, and
/// color.
package enum FirstAutoencoderPage: NotebookPage {
  package static let name = "first-autoencoder"
  package static let title = "A first autoencoder: how much fits into a few numbers?"
  package static let summary =
    "codes of 8, 16 and 64 numbers, their size, nearest neighbors by code, color"

  private static let widths = [8, 16, 64]
  private static let datasets = [("mnist", "MNIST"), ("fashion-mnist", "Fashion-MNIST")]

  package static func write(in page: Workshop) throws {
    page.text(
      """
      How many numbers does it take to describe a handwritten digit, or a shoe? This page trains the \
      simplest autoencoder there is, one hidden layer between 784 pixels and 784 pixels, with codes of 8, 16 \
      and 64 numbers, on MNIST and on Fashion-MNIST, whose ten classes are articles of clothing. Then it \
      asks what the codes are good for: how much they save, and whether a classifier can work with them in \
      place of the images.
      """)
    let models = try codes(page)
    try storage(page, models)
    try neighbors(page, models)
    try deeper(page, models)
    try weights(page, models)
    try color(page)
  }

  /// Fitted models by data set, loss and width.
  private typealias Models = [String: Detector]

  private static func key(_ dataset: String, _ loss: String, _ width: Int) -> String {
    "\(dataset)-\(loss)-\(width)"
  }

  // MARK: Codes

  private static func codes(_ page: Workshop) throws -> Models {
    page.heading("Three widths, two losses")
    page.text(
      """
      Each network trains for \(page.epochs(30)) epochs in batches of 256. The loss is the mean squared \
      error, or the binary cross-entropy, which takes each pixel for the probability of white. The commands \
      differ in two words; this is one of the twelve:
      """)
    var models = Models()
    var rows: [[String]] = []
    for (dataset, title) in datasets {
      for width in widths {
        var row = [title, "\(width)"]
        for loss in ["mse", "bce"] {
          let name = key(dataset, loss, width)
          let detector = try page.fit(
            name, as: "\(title), \(width), \(loss)",
            """
            \(page.files(dataset)) --hidden \(width) --loss \(loss) --epochs \(page.epochs(30)) --batch-size \
            256
            """,
            isShown: models.isEmpty)
          models[name] = detector
          row.append(NumberText.fixed(detector.training.validationLoss ?? .nan, decimals: 4))
          row.append(NumberText.fixed(try page.meanTestError(of: detector, on: dataset), decimals: 4))
        }
        rows.append(row)
      }
    }
    page.table(
      [
        .text("images"), .number("code"), .number("mse: validation loss"), .number("its squared error"),
        .number("bce: validation loss"), .number("its squared error"),
      ], rows)
    page.text(
      """
      The two losses cannot be compared with each other, but the squared error of the test images can, \
      whatever a network was trained for. It hardly matters which loss it was: the width of the code does.
      """)
    for (dataset, title) in datasets {
      let test = try page.source("\(dataset)/\(NotebookData.testImages)")
      let shown = widths.compactMap { width in
        models[key(dataset, "bce", width)].map { (name: "\(width) numbers", detector: $0) }
      }
      try page.picture(
        page.grid("\(title) from a few numbers", try page.reconstructionRows(of: test, by: shown)),
        "\(dataset).png", "ten images of \(title) and their reconstructions from 8, 16 and 64 numbers")
    }
    return models
  }

  // MARK: Storage

  private static func storage(_ page: Workshop, _ models: Models) throws {
    page.heading("What a code weighs")
    page.text(
      """
      `misfit encode` writes the codes. As 32-bit floats, they take this much beside the images they stand \
      for, which are stored as bytes and packed by gzip:
      """
    )
    var rows: [[String]] = []
    for (dataset, title) in datasets {
      let images = "\(dataset)/\(NotebookData.testImages)"
      let packed = FileSystem.status(of: page.run.path(of: (images, false)))?.size ?? 0
      let count = try page.source(images).layout.rowCount ?? 0
      for width in widths {
        let file = "\(dataset)-\(width).npy"
        try page.command(
          "encode @\(key(dataset, "bce", width)).misfit \(images) -o @\(file)",
          showsOutput: false, isShown: rows.isEmpty)
        let size = FileSystem.status(of: page.workPath(file))?.size ?? 0
        rows.append([
          title, "\(width)", NumberText.bytes(size), NumberText.bytes(count * 784), NumberText.bytes(packed),
          NumberText.fixed(Double(count * 784) / Double(max(size, 1)), decimals: 1),
          NumberText.fixed(Double(packed) / Double(max(size, 1)), decimals: 1),
        ])
      }
    }
    page.table(
      [
        .text("images"), .number("code"), .number("codes on disk"), .number("images as bytes"),
        .number("images packed"), .number("bytes by codes"), .number("packed by codes"),
      ], rows)
    page.text(
      """
      Packed digits are small already, since most of their pixels are black: a code of 64 floats takes more \
      room than they do, and loses something besides. An autoencoder is a poor archive; what it gains is in \
      the next section.
      """)
  }

  // MARK: Neighbours

  private static func neighbors(_ page: Workshop, _ models: Models) throws {
    page.heading("What a code is worth to a classifier")
    page.text(
      """
      The plainest classifier of all: look for the seven training images nearest to a test image, and take \
      their most frequent label. Near can mean near in all 784 pixels, or near in a code. Nothing here was \
      given a label while it was trained. The search is exact: every test image is compared with all \
      60,000.
      """)
    var rows: [[String]] = []
    var figures: [PublishedFigure] = []
    var seconds: [String: Double] = [:]
    let cases: [(dataset: String, width: Int?, published: Double?)] = [
      ("mnist", 8, 0.90), ("mnist", 16, nil), ("mnist", nil, 0.97), ("fashion-mnist", 8, nil),
      ("fashion-mnist", 16, 0.84), ("fashion-mnist", nil, nil),
    ]
    var matrices: [(drawing: any Drawing, file: String, alternativeText: String)] = []
    for (dataset, width, published) in cases {
      let title = datasets.first { $0.0 == dataset }?.1 ?? dataset
      let what = width.map { "\($0) numbers" } ?? "784 pixels"
      let result = try classified(page, dataset, width, isShown: rows.isEmpty)
      let accuracy = result.accuracy ?? .nan
      seconds["\(dataset) \(what)"] = result.searchSeconds
      rows.append([
        title, what, NumberText.fixed(accuracy * 100, decimals: 1) + " %",
        NumberText.fixed(result.encodingSeconds, decimals: 2),
        NumberText.fixed(result.searchSeconds, decimals: 2),
      ])
      if let published {
        figures.append(
          PublishedFigure(
            name: "accuracy, \(title), \(what)", published: published, ours: accuracy, aim: .more, decimals: 2
          ))
      }
      matrices.append(
        (
          HeatMap.confusion(
            subtitle: "\(title), seven neighbors by \(what)", classes: result.classes,
            counts: result.confusion.counts),
          "confusion-\(dataset)-\(width.map(String.init) ?? "pixels").png",
          "confusion matrix, \(title), \(what)"
        ))
    }
    page.table(
      [
        .text("images"), .text("compared by"), .number("right"), .number("reading and encoding, s"),
        .number("search, s"),
      ], rows)
    page.standBeside(figures)
    page.text(
      speedText(seconds, count: try page.source("mnist/\(NotebookData.testImages)").layout.rowCount ?? 0))
    for start in stride(from: 0, to: matrices.count, by: 3) {
      try page.gallery(Array(matrices[start..<start + 3]))
    }
    page.text(
      """
      Eight numbers confuse 4 with 9 and 3 with 5, as people do who write in a hurry; shirts are taken for \
      coats and pullovers, in pixels as in codes.
      """
    )
  }

  private static func speedText(_ seconds: [String: Double], count: Int) -> String {
    guard let pixels = seconds["mnist 784 pixels"], let code = seconds["mnist 8 numbers"], code > 0 else {
      return ""
    }
    return """
      The write-up found the search in all pixels to be 1,000 times slower than in codes. Here the ratio is \
      \(NumberText.fixed(pixels / code, decimals: 0)), and not because codes are slow: distances are \
      computed as one large matrix product, so that even all 784 pixels take \
      \(NumberText.fixed(pixels, decimals: 1)) s for \(NumberText.grouped(count)) images.
      """
  }

  private static func classified(
    _ page: Workshop, _ dataset: String, _ width: Int?, isShown: Bool
  ) throws -> NeighborClassification {
    if isShown {
      let model = width.map { " --model @\(key(dataset, "bce", $0)).misfit" } ?? ""
      try page.command(
        """
        classify \(dataset)/\(NotebookData.trainImages) \(dataset)/\(NotebookData.testImages)\(model) \
        --labels \(dataset)/\(NotebookData.trainLabels) --test-labels \(dataset)/\(NotebookData.testLabels) \
        -o @neighbors
        """)
    }
    var options = NeighborClassification.Options()
    options.detector = try width.map { try page.open(key(dataset, "bce", $0)) }
    options.threadCount = page.run.threadCount
    return try NeighborClassification.run(
      train: try page.source(
        "\(dataset)/\(NotebookData.trainImages)", labels: "\(dataset)/\(NotebookData.trainLabels)"),
      test: try page.source(
        "\(dataset)/\(NotebookData.testImages)", labels: "\(dataset)/\(NotebookData.testLabels)"),
      options: options)
  }

  // MARK: One more layer

  private static func deeper(_ page: Workshop, _ models: Models) throws {
    page.heading("One more layer on each side")
    page.text(
      """
      A code of 16 numbers again, but between hidden layers of 300: the code need not be a straight \
      projection of the pixels any more.
      """
    )
    let layers = "dense 300 relu | dense 16 relu || dense 300 relu | dense 784 sigmoid"
    let deep = try page.fit(
      "mnist-300-16", as: "MNIST, 300 and 16, bce",
      """
      \(page.files("mnist")) --architecture "\(layers)" --loss bce --epochs \(page.epochs(30)) \
      --batch-size 256
      """
    )
    let plain = models[key("mnist", "bce", 16)]
    var rows: [(name: String, detector: Detector)] = [("300, 16, 300", deep)]
    if let plain { rows.insert(("16", plain), at: 0) }
    page.text(
      """
      The validation loss falls from \
      \(NumberText.fixed(plain?.training.validationLoss ?? .nan, decimals: 4)) to \
      \(NumberText.fixed(deep.training.validationLoss ?? .nan, decimals: 4)) at the same width of the code.
      """)
    try page.picture(
      page.grid(
        "A code of 16, without and with a layer of 300",
        try page.reconstructionRows(of: try page.source("mnist/\(NotebookData.testImages)"), by: rows)),
      "deeper.png", "ten digits, and their reconstructions from 16 numbers by a shallow and a deep network")
  }

  // MARK: Weights

  private static func weights(_ page: Workshop, _ models: Models) throws {
    page.heading("What the first layer looks for")
    page.text(
      """
      A unit of the first layer has a weight for each pixel, so its weights are an image: ink where they are \
      positive speaks for the unit, and against it where they are negative.
      """
    )
    try page.command("draw @\(key("mnist", "bce", 64)).misfit -o @weights", showsOutput: false)
    guard let detector = models[key("mnist", "bce", 64)],
      let drawing = DetectorDrawings(detector).weights(atMost: 64)
    else { return }
    try page.picture(
      drawing, "weights.png", "the weights of 64 units as images, red where positive and blue where negative",
      caption:
        """
        Blots and waves rather than strokes: a unit alone says little, and only together do they draw. The \
        border, where no digit ever has ink, keeps what the weights began with.
        """
    )
  }

  // MARK: Color

  private static func color(_ page: Workshop) throws {
    page.heading("In color")
    page.text(
      """
      A folder of color images is fitted by its name. The images of `photos/` are read as they are, brought \
      to 40 x 30 pixels, and have three values a pixel; nothing else changes.
      """)
    let detector = try page.fit(
      "photos", as: "photos",
      """
      photos --resize 40x30 --hidden 64 --loss mse --epochs \(page.epochs(200)) --batch-size 32 --validation \
      0.1
      """
    )
    let photos = try detector.open(page.run.path(of: ("photos", false)))
    try page.picture(
      page.grid(
        "Color images from 64 numbers",
        try page.reconstructionRows(of: photos, by: [("64 numbers", detector)], count: 8)),
      "photos.png", "eight color images and their reconstructions")
    page.text(
      """
      The ground color comes first, then the positions of the large shapes; what is particular to one image \
      comes last, and with it goes the error. `misfit rank` names the images that are left over:
      """
    )
    try page.command("rank @photos.misfit photos --top 5")
  }
}
