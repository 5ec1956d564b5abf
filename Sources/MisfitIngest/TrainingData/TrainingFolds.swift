import MisfitCore

/// The samples of training data divided into folds, so that each can be scored by a model fitted without it.
///
/// A sample is a row, or an image with all its tiles. Samples held out of the same source take part like
/// training samples. Rows of a validation source do not: they validate the fit of every fold.
///
/// The division follows from the seed. The rows of a fold are copied, in half of the memory of the original.
package struct TrainingFolds {
  /// The number of folds.
  package let count: Int
  /// The total number of samples.
  package let sampleCount: Int
  private let data: TrainingData
  private let validationShare: Double
  private let seed: UInt64
  /// The fold of each sample; those of ``TrainingData/training`` come first.
  private let foldOfSample: [Int]
  /// The images that are the samples; empty if samples are single rows.
  private let tiledImages: [TiledImage]

  /// The data of one fit, and the rows left out of it.
  package struct Fold {
    /// The rows of the other folds, some of them held out for validation.
    package let data: TrainingData
    /// The rows of this fold.
    package let leftOut: any EpochRows
    /// The images whose tiles are the rows of ``leftOut``; empty if rows are not tiles.
    package let tiledImages: [TiledImage]
    /// The numbers of the samples in ``leftOut``, ascending.
    package let samples: [Int]
  }

  /// Divides samples at random into `count` folds of nearly equal size.
  ///
  /// The fit of each fold holds out the same share of its samples as `data`, unless `hasValidationSource`.
  /// - Precondition: `count` is at least 2, and there are at least twice as many samples.
  package init(
    _ data: TrainingData, count: Int, hasValidationSource: Bool, seed: UInt64
  ) {
    self.data = data
    self.count = count
    self.seed = seed
    sampleCount = Self.sampleCount(of: data, hasValidationSource: hasValidationSource)
    let heldCount =
      data.trainingImages.isEmpty ? data.validation?.rowCount ?? 0 : data.validationImages.count
    validationShare = hasValidationSource ? 0 : Double(heldCount) / Double(sampleCount)
    precondition(count >= 2 && sampleCount >= 2 * count, "too few samples for so many folds")
    let held = hasValidationSource ? [] : data.validationImages
    tiledImages = data.trainingImages + (data.trainingImages.isEmpty ? [] : held)
    var generator = SeededGenerator(seed: seed, stream: SeedStream.folds.value)
    var folds = [Int](repeating: 0, count: sampleCount)
    for (position, sample) in Permutation.random(count: sampleCount, using: &generator).enumerated() {
      folds[Int(sample)] = position % count
    }
    foldOfSample = folds
  }

  /// The samples that the data holds out of training, which come last.
  package var heldOutSamples: Range<Int> {
    let learned = tiledImages.isEmpty ? data.training.rowCount : data.trainingImages.count
    return learned..<sampleCount
  }

  /// Returns the number of samples that can be divided into folds.
  package static func sampleCount(of data: TrainingData, hasValidationSource: Bool) -> Int {
    let (tiles, held) = (data.trainingImages, hasValidationSource ? nil : data.validation)
    if !tiles.isEmpty { return tiles.count + (held == nil ? 0 : data.validationImages.count) }
    return data.training.rowCount + (held?.rowCount ?? 0)
  }

  /// Copies the rows for a fit that leaves one fold out.
  ///
  /// - Throws: ``IngestError`` if a temporary file cannot be read or written.
  package func fold(_ fold: Int) throws -> Fold {
    let parts = parts(of: fold)
    let validates = parts.contains(.validation)
    func stores(_ original: RowStore, _ held: RowStore?, beside: Int) throws -> [RowStore] {
      try copies(of: held.map { [original, $0] } ?? [original], parts, beside: beside)
    }
    let held = usesHeldRows ? data.validation : nil
    let inputs = try stores(
      data.training, held, beside: (data.trainingTargets?.width ?? 0) * MemoryLayout<Float>.size)
    let targets = try data.trainingTargets.map {
      try stores(
        $0, usesHeldRows ? data.validationTargets : nil,
        beside: data.training.width * MemoryLayout<Float>.size)
    }
    let validation = validates ? inputs[1] : usesHeldRows ? nil : data.validation
    func images(_ part: Part) -> [TiledImage] {
      zip(tiledImages, parts).filter { $0.1 == part }.map(\.0)
    }
    return Fold(
      data: TrainingData(
        schema: data.schema, training: inputs[0], validation: validation, targetSchema: data.targetSchema,
        trainingTargets: targets?[0],
        validationTargets: validates ? targets?[1] : usesHeldRows ? nil : data.validationTargets,
        trainingImages: images(.training),
        validationImages: usesHeldRows ? images(.validation) : data.validationImages,
        notes: data.notes),
      leftOut: TrainingData.paired(inputs[2], targets?[2]), tiledImages: images(.leftOut),
      samples: foldOfSample.indices.filter { foldOfSample[$0] == fold })
  }

  /// The role of a sample in the fit of a fold.
  private enum Part: Int { case training, validation, leftOut }

  /// Whether the rows held out of the main fit came from the same source, and so belong to a fold.
  private var usesHeldRows: Bool { !heldOutSamples.isEmpty || data.validation == nil }

  private func parts(of fold: Int) -> [Part] {
    let others = foldOfSample.reduce(0) { $0 + ($1 == fold ? 0 : 1) }
    var selection = Selection(
      TrainingData.heldOut(validationShare, of: others), of: others,
      seed: seed &+ UInt64(fold + 1) &* 0x9E37_79B9_7F4A_7C15)
    return foldOfSample.map { $0 == fold ? .leftOut : selection.next() ? .validation : .training }
  }

  /// Copies the rows of each part into a store of its own.
  private func copies(of originals: [RowStore], _ parts: [Part], beside: Int) throws -> [RowStore] {
    let width = originals[0].width
    let limit = originals.reduce(0) { $0 + $1.memoryLimitBytes } / 2
    let stores = [limit / 2, limit / 4, limit / 4].map {
      RowStore(
        width: width, kind: .floats, seed: data.training.seed, memoryLimitBytes: $0, bytesBeside: beside)
    }
    let rowCount = max(1, min(1024, (1 << 18) / width))
    let buffer = FloatBuffer(count: rowCount * width).all
    var (sample, tile) = (0, 0)
    for original in originals {
      for start in stride(from: 0, to: original.rowCount, by: rowCount) {
        let range = start..<min(start + rowCount, original.rowCount)
        try original.copyRows(range, into: buffer[0..<range.count * width])
        for row in 0..<range.count {
          try stores[parts[sample].rawValue].append(buffer[row * width..<(row + 1) * width])
          tile += 1
          if tiledImages.isEmpty || tile == tiledImages[sample].tileCount { (sample, tile) = (sample + 1, 0) }
        }
      }
    }
    for store in stores { try store.finish() }
    return stores
  }
}
