import Misfit
import MisfitReporting

/// A convolutional autoencoder with batch normalisation that takes noise away, watched through TensorBoard.
package enum BatchNormalizationPage: NotebookPage {
  package static let name = "autoencoder-batchnorm-denoising"
  package static let title = "Taking noise away with batch normalisation"
  package static let summary = "440,865 parameters, noise of half the range, 35 epochs, TensorBoard"

  package static func write(in page: Workshop) throws {
    page.text(
      """
      A denoising autoencoder sees images with noise and is asked for the images without. It cannot learn to \
      copy, since what it is to give is not what it gets: it has to know what digits look like. Here the \
      network is larger, and *batch normalisation* keeps it trainable: after a convolution, each channel is \
      shifted and scaled to mean 0 and deviation 1 over the batch, and two learned numbers a channel undo \
      that where it does harm. For scoring, running means take the place of the batch's, so that a sample's \
      score does not depend on its neighbors.
      """)
    page.heading("The network")
    page.text(
      """
      Convolutions of 16, 32 and 32 filters lead to a dense code of 128 sigmoids; the decoder mirrors them \
      with up-sampling, which repeats each pixel, in place of strides. `conv-bn` is its short name.
      """)
    page.text(
      """
      The write-up makes one noisy copy of every image and trains on those: `:kept` behind the noise's \
      amount does the same. It also keeps a tenth of the images to validate with.
      """)
    let detector = try fit(page, "batch-normalised", as: "one noisy copy", noise: "gaussian:0.5:kept")
    try page.command("inspect @batch-normalised.misfit")
    page.text(
      """
      The running means and deviations are counted as parameters, though no gradient ever changes them: four \
      normalised layers of 16, 32, 32 and 32 channels have 224.
      """)
    let renewed = try losses(page, detector)
    try grids(page, renewed)
    page.heading("Watching it from outside")
    page.text(
      """
      `--tensorboard FOLDER` writes what happens while it happens: losses and learning rate by epoch, \
      histograms of errors and of each layer's weights, and pictures of reconstructions. `tensorboard \
      --logdir tensorboard` shows them in a browser; each of the two runs of this page has a folder there, \
      with \(page.epochs(35)) points in each curve.
      """)
  }

  private static func fit(
    _ page: Workshop, _ model: String, as title: String, noise: String
  ) throws -> Detector {
    try page.fit(
      model, as: title,
      """
      mnist/\(NotebookData.trainImages) --validation 0.1 --architecture conv-bn --loss bce --noise \(noise) \
      --epochs \(page.epochs(35)) --batch-size 64 --tensorboard @tensorboard/\(model)
      """, showsOutput: false)
  }

  /// Gives the network whose noise was new in every epoch.
  private static func losses(_ page: Workshop, _ detector: Detector) throws -> Detector {
    page.heading("Losses")
    let epochs = detector.training.epochs
    let validation = page.validationLosses(of: detector)
    page.standBeside([
      PublishedFigure(
        name: "parameters", published: 440_865, ours: Double(detector.model.parameterCount), aim: .same,
        decimals: 0),
      PublishedFigure(
        name: "parameters that are not trained", published: 224,
        ours: Double(detector.autoencoder.map { $0.parameterCount - $0.trainedParameterCount } ?? 0),
        aim: .same, decimals: 0),
      PublishedFigure(
        name: "training loss after the first epoch", published: 0.1358,
        ours: epochs.first?.trainLoss ?? .nan),
      PublishedFigure(
        name: "training loss after the last epoch", published: 0.0867, ours: epochs.last?.trainLoss ?? .nan),
      PublishedFigure(name: "best validation loss", published: 0.0953, ours: validation.min() ?? .nan),
    ])
    page.text(
      """
      One noisy copy of each image can be memorized, noise included: the training loss continues to fall \
      long after the validation loss has stopped. Misfit's own way is to make new noise for each image in \
      every epoch, which costs nothing, since the noise follows from the seed, and is never stored:
      """)
    let renewed = try fit(page, "renewed-noise", as: "new noise in each epoch", noise: "gaussian:0.5")
    let better = page.validationLosses(of: renewed)
    try page.picture(
      CurvePlot(
        title: "One noisy copy, and new noise in each epoch", xLabel: "epoch", yLabel: "binary cross-entropy",
        series: [
          CurveSeries(name: "one copy: training", valuesByEpoch: epochs.map(\.trainLoss)),
          CurveSeries(name: "one copy: validation", valuesByEpoch: validation),
          CurveSeries(name: "new noise: training", valuesByEpoch: renewed.training.epochs.map(\.trainLoss)),
          CurveSeries(name: "new noise: validation", valuesByEpoch: better),
        ]),
      "training-curves.png", "training and validation losses by epoch, with kept and with new noise")
    page.text(
      """
      With new noise the best validation loss is \(NumberText.fixed(better.min() ?? .nan, decimals: 4)), \
      where one copy ends at \(NumberText.fixed(validation.min() ?? .nan, decimals: 4)) at best.
      """)
    return renewed
  }

  private static func grids(_ page: Workshop, _ detector: Detector) throws {
    page.heading("Twenty-five digits")
    page.text("Test images with noise of another seed, which neither training nor validation has seen.")
    let test = try page.source("mnist/\(NotebookData.testImages)")
    try page.writeNoisyCopies(of: test, noise: Noise(.gaussian, amount: 0.5), count: 25, to: "noisy25.idx")
    let noisy = try page.reconstructed(try page.workSource("noisy25.idx"), by: detector, count: 25)
    let grids = [
      ("clean", try page.reconstructed(test, by: detector, count: 25).originals), ("noisy", noisy.originals),
      ("denoised", noisy.reconstructions),
    ]
    try page.gallery(
      grids.map { name, images in
        (ImageGrid(title: name, images: images, columnCount: 5), "\(name).png", "25 digits, \(name)")
      })
  }
}
