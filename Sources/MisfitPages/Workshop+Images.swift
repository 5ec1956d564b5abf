import Misfit
import MisfitReporting

extension Workshop {
  /// Images and what a model makes of them, in the model's own order.
  struct ReconstructedImages {
    var originals: [Image] = []
    var reconstructions: [Image] = []
    var errors: [Double] = []
    var labels: [String] = []
  }

  /// The first samples of a source through a model.
  ///
  /// - Throws: ``IngestError``.
  func reconstructed(_ source: any RecordSource, by detector: Detector, count: Int) throws
    -> ReconstructedImages
  {
    var reconstructed = ReconstructedImages()
    do {
      try detector.reconstruct(source).forEachBatch { batch in
        for index in 0..<batch.count {
          let sample = batch.sample(at: index)
          guard let original = detector.schema.image(of: sample.input),
            let image = detector.outputSchema.image(of: sample.reconstruction)
          else { continue }
          reconstructed.originals.append(original)
          reconstructed.reconstructions.append(image)
          reconstructed.errors.append(sample.score)
          reconstructed.labels.append(sample.label ?? "")
          if reconstructed.originals.count == count { throw EnoughSamples() }
        }
      }
    } catch is EnoughSamples {}
    return reconstructed
  }

  /// Originals above what each model makes of them.
  ///
  /// - Throws: ``IngestError``.
  func reconstructionRows(
    of source: any RecordSource, by models: [(name: String, detector: Detector)], count: Int = 10
  ) throws -> [(name: String, images: [Image])] {
    var rows: [(name: String, images: [Image])] = []
    for (name, detector) in models {
      let reconstructed = try reconstructed(source, by: detector, count: count)
      if rows.isEmpty { rows.append(("original", reconstructed.originals)) }
      rows.append((name, reconstructed.reconstructions))
    }
    return rows
  }

  /// Rows of images, all of the same number, their names at the left; images of more pixels stand larger.
  func grid(
    _ title: String, _ rows: [(name: String, images: [Image])], captions: [String] = []
  ) -> ImageGrid {
    var grid = ImageGrid(
      title: title, images: rows.flatMap(\.images), columnCount: rows.first?.images.count)
    grid.rowNames = rows.map(\.name)
    grid.columnNames = captions
    let longest = rows.first?.images.first.map { max($0.width, $0.height) } ?? 0
    grid.side = longest > 56 ? 112 : 56
    return grid
  }

  /// Copies of grey images with noise, as IDX in the work folder, for commands to read.
  ///
  /// The noise is that of training with the same kind and amount, by a seed of its own.
  ///
  /// - Throws: ``IngestError``, ``FileError``.
  func writeNoisyCopies(of source: any RecordSource, noise: Noise, count: Int, to file: String) throws {
    let images = try LabelledImages(reading: source, atMost: count)
    var noise = noise
    noise.bounds = 0...1
    let row = FloatBuffer(count: images.shape.elementCount).all
    let samples = images.values.enumerated().map { index, values in
      row.copy(from: values.map { Float($0 / 255) })
      let key = NoiseKey(seed: 7, stream: 0, epoch: 0, row: index)
      VectorKernels.current.add(noise, key, to: row, into: row)
      return row.array.map { UInt8(($0 * 255).rounded()) }
    }
    let extents = Array(images.shape.extents.prefix(2))
    try IDXBytes.write(samples[...], extents: extents, to: workPath(file))
  }

  /// A file of the work folder as a source.
  ///
  /// - Throws: ``IngestError``.
  func workSource(_ file: String) throws -> any RecordSource { try DataSource.open(workPath(file)) }

  /// The mean error of a data set's test images by the detector's measure.
  ///
  /// - Throws: ``IngestError``.
  func meanTestError(of detector: Detector, on dataset: String) throws -> Double {
    let errors = try detector.score(try source("\(dataset)/\(NotebookData.testImages)")).scores()
    return errors.reduce(0, +) / Double(max(errors.count, 1))
  }

  /// The loss of held-out rows after each epoch; that of the rows trained on where none were held out.
  func validationLosses(of detector: Detector) -> [Double] {
    detector.training.epochs.map { $0.validationLoss ?? $0.trainLoss }
  }
}

/// Ends a pass of which enough has been seen.
private struct EnoughSamples: Error {}
