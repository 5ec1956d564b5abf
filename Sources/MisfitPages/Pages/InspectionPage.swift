import Misfit
import MisfitReporting

/// Defects on painted circuit boards: whole images, patches, structural errors and repair, by the figures
/// that inspectors use.
package enum InspectionPage: NotebookPage {
  package static let name = "inspection"
  package static let title = "Inspection: find the defect, and show where it is"
  package static let summary = "whole images, patches, structural errors and repair on circuit boards"

  /// A model of the page.
  private struct Method {
    var title: String
    var model: String
    var flags: String
    /// Whether its map has the unit of its score, so that it is shown.
    var isShown = false
  }

  package static func write(in page: Workshop) throws {
    let boards = page.workPath("boards")
    let counts = page.run.isQuick ? (12, 4, 6) : (100, 60, 60)
    try PaintedBoards.write(to: boards, train: counts.0, good: counts.1, defective: counts.2)
    page.text(
      """
      A camera looks at parts that should all be good. There are pictures of good ones, and none of what may \
      go wrong. Which part is bad, and where? This page asks several models, trained on the same \
      \(counts.0) pictures of good boards.
      """)
    try showBoards(page, counts)
    let found = try compare(page, methods(page))
    try showMaps(page, found)
    ladder(page)
    try enlarging(page)
  }

  // MARK: The boards

  private static func showBoards(_ page: Workshop, _ counts: (train: Int, good: Int, defective: Int)) throws {
    page.heading("The boards")
    page.text(
      """
      The boards are painted from a seed, since pictures of real ones may not be shown here: \
      \(PaintedBoards.side) x \(PaintedBoards.side) pixels, light tracks between pads, uneven light, noise. \
      No two are alike. \(counts.good) good boards and \(counts.defective) with one or two defects are kept \
      for the test: a track that is interrupted, a bridge between two, a spur, a bite, an island of copper. \
      Which pixels they cover is known.
      """)
    let good = (0..<6).map { PaintedBoards.board($0, isDefective: false).image }
    let bad = (0..<6).map { PaintedBoards.board(counts.train + counts.good + $0, isDefective: true) }
    try page.picture(
      page.grid(
        "Painted boards", [("good", good), ("defective", bad.map(\.image)), ("mask", bad.map(\.mask))]),
      "boards.png", "six good boards, six with defects, and the masks of these")
  }

  // MARK: Models

  private static func methods(_ page: Workshop) -> [Method] {
    let whole =
      "--architecture conv --loss mse --epochs \(page.epochs(60)) --batch-size 16 --calibration split"
    let repair = page.run.isQuick ? " --epochs 1" : ""
    return [
      Method(title: "nearest whole images", model: "whole", flags: "--whole"),
      Method(title: "convolutional autoencoder, squared error", model: "conv", flags: whole),
      Method(title: "the same, gradients", model: "conv-msgms", flags: "\(whole) --error msgms"),
      Method(title: "the same, SSIM", model: "conv-ssim", flags: "\(whole) --error ssim"),
      Method(title: "patches, gradients", model: "patches-msgms", flags: "--error msgms"),
      Method(title: "patches, SSIM", model: "patches-ssim", flags: "--error ssim", isShown: true),
      Method(
        title: "patches, nearest neighbors", model: "patches-local", flags: "--model local --reference 4000",
        isShown: true),
      Method(title: "patches, autoencoder", model: "patches-autoencoder", flags: "--model autoencoder"),
      Method(title: "patches, both (the default)", model: "patches", flags: "", isShown: true),
      Method(title: "repair and judge", model: "repair", flags: "--model repair\(repair)", isShown: true),
    ]
  }

  private static func compare(
    _ page: Workshop, _ methods: [Method]
  ) throws -> [(method: Method, detector: Detector)] {
    page.heading("What each model finds")
    page.text(
      """
      A model of **whole images** has to know every layout that a board can have. A model of **patches** of \
      8 x 8 pixels has to know what any place of a board looks like, which is much less. An autoencoder of \
      patches reproduces what is smooth, be it a defect or not; the distance to what is common does not \
      see ragged edges, which no two boards have alike. The default adds both. **Structural \
      errors** compare an image and its reconstruction by what surrounds each pixel: SSIM by means, \
      variances and covariance, MSGMS by gradients at four scales. **Repair** paints synthetic defects on \
      the good boards, trains one network that takes them away and a second one that reads a board beside \
      its repair and judges where they differ for a reason.
      """)
    var rows: [[String]] = []
    var found: [(method: Method, detector: Detector)] = []
    for method in methods {
      let detector = try page.fit(
        method.model, as: method.title, "@boards/train/good \(method.flags)", showsOutput: false,
        isShown: ["conv-ssim", "patches", "repair"].contains(method.model))
      found.append((method, detector))
      let result = try result(page, detector)
      func text(_ value: Double?) -> String { value.map { NumberText.fixed($0, decimals: 3) } ?? "" }
      let figures = result.figures
      rows.append([
        method.title, text(result.images.areaUnderROC), text(figures.areaUnderROC),
        text(figures.areaUnderOverlap), text(figures.bestF1), text(figures.hitShareAtOneFalseRegion),
      ])
    }
    page.table(
      [
        .text("model"), .number("AUROC of images"), .number("AUROC of pixels"), .number("AUPRO"),
        .number("best F1 of pixels"), .number("defects hit at one false region an image"),
      ], rows)
    page.text(
      """
      AUROC is the chance that a bad board, or pixel, has a higher score than a good one: 0.5 is guessing. \
      AUPRO counts each defect alike, whatever its size, up to a false-positive rate of 0.3. All figures are \
      those of `misfit report MODEL boards/test --masks boards/masks`.
      """)
    return found
  }

  private static func result(_ page: Workshop, _ detector: Detector) throws -> DefectResult {
    let source = try detector.open(page.workPath("boards/test"))
    let scoring = try detector.score(source)
    var evaluation = DefectEvaluation(
      try DefectAnnotations(masks: page.workPath("boards/masks"), of: source), scoring)
    try scoring.forEachBatch { try evaluation.update($0) }
    guard let result = evaluation.result else { preconditionFailure("boards without images") }
    return result
  }

  // MARK: Maps

  private static func showMaps(_ page: Workshop, _ found: [(method: Method, detector: Detector)]) throws {
    page.heading("Where the defect is")
    page.text(
      """
      A map has one scale for all images and days: colors begin at half of the threshold, and turn orange at \
      the threshold, where the line is. `misfit detect` and `misfit report` draw such an overlay for every \
      flagged image, and `misfit watch` draws it as the image arrives.
      """)
    var rows: [(name: String, images: [Image])] = []
    for (method, detector) in found where method.isShown {
      let source = try detector.open(page.workPath("boards/test/defect"))
      var (originals, overlays): ([Image], [Image]) = ([], [])
      try detector.score(source).forEachBatch { batch in
        guard overlays.count < 6, batch.count > 0 else { return }
        let sample = batch.sample(at: 0)
        guard let image = detector.schema.image(of: sample.input, shape: sample.shape) else { return }
        originals.append(image)
        overlays.append(overlay(sample, on: image, detector))
      }
      if rows.isEmpty { rows.append(("board", originals)) }
      rows.append((method.title, overlays))
    }
    try page.picture(
      page.grid("Maps of six defective boards", rows), "maps.png",
      "six defective boards, and what models mark on them")
  }

  private static func overlay(_ sample: ScoredSample, on image: Image, _ detector: Detector) -> Image {
    let size = ImageSize(width: image.width, height: image.height)
    guard let map = sample.anomalyMap(.threshold(detector.calibration.threshold.value)) else { return image }
    let values = map.resampled(to: size)
    return HeatOverlay(
      image: image, levels: values.map(HeatScale.level), mask: values.map { $0 > 1 }, boxes: []
    ).drawn()
  }

  // MARK: Published

  private static func ladder(_ page: Workshop) {
    page.heading("The published ladder")
    page.text(
      """
      MVTec AD has 15 kinds of parts and surfaces, photographed. Its figures cannot be compared with those \
      of painted boards, but the order of the methods can: errors of whole images at the bottom, then \
      patches and synthetic defects, then networks that were trained on millions of other pictures, which \
      Misfit does not have.
      """)
    page.table(
      [.text("method"), .number("AUROC of images, MVTec AD"), .text("what it is")],
      [
        ["AE-SSIM (Bergmann et al., 2019)", "0.84", "autoencoder, structural error"],
        ["RIAD (Zavrtanik et al., 2021)", "0.917", "parts are hidden and painted in; MSGMS"],
        ["Patch SVDD (Yi and Yoon, 2020)", "0.921", "learned features of patches, nearest neighbors"],
        ["CutPaste (Li et al., 2021)", "0.952", "a network that tells cut-and-paste defects"],
        ["DRAEM (Zavrtanik et al., 2021)", "0.980", "repair and judge, with a set of textures"],
        ["PaDiM (Defard et al., 2021)", "0.955", "pretrained features of patches, normal distributions"],
        ["PatchCore (Roth et al., 2022)", "0.991", "pretrained features of patches, nearest neighbors"],
      ])
  }

  // MARK: Enlarging

  private static func enlarging(_ page: Workshop) throws {
    page.heading("Worked example: twice the pixels")
    page.text(
      """
      A camera with half the resolution: the network gets boards of 48 x 48 pixels and is asked for the \
      96 x 96 that they were made from. Bicubic interpolation knows nothing about boards.
      """)
    let detector = try page.fit(
      "enlarging", as: "enlarging",
      """
      @boards/train/good --resize 48x48 --target @boards/train/good --target-resize 96x96 \
      --architecture "conv 32 5 relu | conv 32 3 relu || up 2 | conv 32 3 relu | conv 1 3 sigmoid" \
      --loss mse --epochs \(page.epochs(60)) --batch-size 8 --calibration split
      """, showsOutput: false)
    let folder = page.workPath("boards/test/good")
    let enlarged = try page.reconstructed(try detector.open(folder), by: detector, count: .max)
    let targets = try LabelledImages(reading: try detector.openTargets(folder), atMost: .max)
    let bicubic = enlarged.originals.map(\.bicubicallyDoubled)
    func ratio(_ images: [[Double]]) -> String {
      var (sum, count) = (0.0, 0)
      for (image, target) in zip(images, targets.values) {
        for (value, wanted) in zip(image, target) {
          sum += (value - wanted) * (value - wanted)
          count += 1
        }
      }
      let mean = sum / Double(max(1, count))
      return NumberText.fixed(10 * Mathematics.log(255 * 255 / mean) / Mathematics.log(10), decimals: 2)
    }
    page.table(
      [.text("method"), .number("peak signal-to-noise ratio, dB")],
      [
        ["bicubic interpolation", ratio(bicubic)],
        ["network", ratio(enlarged.reconstructions.map { $0.pixels.map(Double.init) })],
      ])
    func image(_ values: [Double]) -> Image {
      let side = PaintedBoards.side
      return Image(height: side, width: side, channels: 1, pixels: values.map { UInt8($0.rounded()) })
    }
    let shown = min(6, bicubic.count)
    try page.picture(
      page.grid(
        "Twice the pixels",
        [
          ("bicubic", bicubic.prefix(shown).map(image)),
          ("network", Array(enlarged.reconstructions.prefix(shown))),
          ("true", targets.values.prefix(shown).map(image)),
        ]), "enlarged.png", "boards enlarged by interpolation and by a network, and the true ones")
  }
}
