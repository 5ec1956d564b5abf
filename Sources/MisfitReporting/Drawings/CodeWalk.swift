import Misfit
import MisfitCore
import MisfitImages
import MisfitIngest
import MisfitKernels
import MisfitPlots

/// Decoded codes between those of samples: a grid over a code of two values, or interpolations from one
/// sample to another.
///
///     let walk = try CodeWalk(detector.reconstruct(source))
///     try walk.drawing?.write(to: "walk.png")
package struct CodeWalk: Sendable {
  /// The options of a walk.
  package struct Options: Sendable {
    /// The number of codes per side of the grid, for a code of two values.
    package var gridSide = 15
    /// The share of the codes below the first row (column) of the grid, and above the last.
    package var quantile = 0.02
    /// The number of pairs of samples, for codes of other sizes.
    package var pairCount = 8
    /// The number of decoded codes from one sample to the other, both included.
    package var stepCount = 9
    /// The maximum number of codes that are kept to compute quantiles, spread evenly over the source.
    package var codeLimit = 20_000

    /// Creates default options.
    package init() {}
  }

  /// Codes with their labels, spread evenly over the source; each code has the shape [C].
  package let codes: [(code: [Float], label: String?)]
  /// The detector whose decoder is used.
  package let detector: Detector
  private let samples: [(input: [Float], code: [Float], title: String)]
  private let options: Options
  private let sourceName: String

  /// Collects codes from a source in one pass, and samples to interpolate between: one of each label if there
  /// are labels, else samples spread evenly over the source.
  ///
  /// - Throws: ``IngestError``.
  package init(_ scoring: Scoring, options: Options = Options()) throws {
    var scoring = scoring
    scoring.stitchesTiles = false
    scoring.takesCrossEntropy = false
    detector = scoring.detector
    sourceName = scoring.source.name
    self.options = options
    var kept = SpreadSample<(code: [Float], label: String?)>(limit: options.codeLimit)
    var pairs = WalkSamples(limit: 2 * options.pairCount)
    if scoring.detector.codeCount > 0 {
      try scoring.forEachBatch { batch in
        for index in 0..<batch.count {
          let code = batch.code(at: index)
          kept.offer { (code.array, batch.label(at: index)) }
          pairs.offer(label: batch.label(at: index)) {
            (batch.input(at: index).array, code.array, batch.label(at: index) ?? batch.id(at: index))
          }
        }
      }
    }
    codes = kept.elements
    samples = pairs.elements
  }

  /// The walk as a grid of images; nil if samples are not pictures, or the model has no code.
  package var drawing: ImageGrid? {
    guard detector.outputSchema.isPicture, detector.codeCount > 0 else { return nil }
    return detector.codeCount == 2 ? grid : interpolations
  }

  /// A scatter plot of the codes, colored by label; nil unless codes have two values.
  package var scatter: ScatterPlot? {
    guard detector.codeCount == 2, !codes.isEmpty else { return nil }
    let hasLabels = codes.contains { $0.label != nil }
    return ScatterPlot(
      title: "The two values of the code",
      subtitle: "\(NumberText.grouped(codes.count)) samples of \(FileSystem.lastComponent(of: sourceName))",
      xLabel: "code 1", yLabel: "code 2", x: codes.map { Double($0.code[0]) },
      y: codes.map { Double($0.code[1]) },
      coloring: hasLabels ? .labels(codes.map { $0.label ?? "none" }) : .none)
  }

  private var grid: ImageGrid? {
    let side = max(options.gridSide, 2)
    guard let x = range(of: 0), let y = range(of: 1) else { return nil }
    func value(_ range: (low: Float, high: Float), _ step: Int) -> Float {
      range.low + (range.high - range.low) * Float(step) / Float(side - 1)
    }
    let codes = (0..<side * side).flatMap { [value(x, $0 % side), value(y, side - 1 - $0 / side)] }
    guard let images = decode(codes) else { return nil }
    let share = NumberText.significant(options.quantile * 100)
    let upper = NumberText.significant((1 - options.quantile) * 100)
    var grid = ImageGrid(
      title: "What the decoder makes of the plane of codes",
      subtitle:
        """
        each value of the code from the \(share) % to the \(upper) % quantile of \
        \(FileSystem.lastComponent(of: sourceName))
        """,
      images: images, columnCount: side)
    grid.gap = 0
    grid.columnNames = (0..<side).map { NumberText.significant(Double(value(x, $0)), digits: 2) }
    grid.rowNames = (0..<side).map { NumberText.significant(Double(value(y, side - 1 - $0)), digits: 2) }
    grid.xLabel = "code 1"
    grid.yLabel = "code 2"
    return grid
  }

  private func range(of component: Int) -> (low: Float, high: Float)? {
    let values = codes.map { $0.code[component] }.filter(\.isFinite).sorted()
    guard !values.isEmpty else { return nil }
    let cut = Int((Double(values.count - 1) * min(max(options.quantile, 0), 0.49)).rounded())
    return (values[cut], values[values.count - 1 - cut])
  }

  private var interpolations: ImageGrid? {
    let steps = max(options.stepCount, 2)
    let pairs = stride(from: 0, to: samples.count - 1, by: 2).map { (samples[$0], samples[$0 + 1]) }
    guard !pairs.isEmpty else { return nil }
    let codes = pairs.flatMap { from, to in
      (0..<steps).flatMap { step in
        zip(from.code, to.code).map { $0 + ($1 - $0) * Float(step) / Float(steps - 1) }
      }
    }
    guard let decoded = decode(codes) else { return nil }
    var images: [Image] = []
    for (row, (from, to)) in pairs.enumerated() {
      guard let first = detector.schema.shownImage(of: from.input),
        let last = detector.schema.shownImage(of: to.input)
      else { return nil }
      images += [first] + decoded[row * steps..<(row + 1) * steps] + [last]
    }
    var grid = ImageGrid(
      title: "From one sample to another",
      subtitle: "what the decoder makes of the codes between them; the samples themselves at both ends",
      images: images, columnCount: steps + 2)
    grid.rowNames = pairs.map { "\($0.0.title) to \($0.1.title)" }
    grid.columnNames = ["sample"] + (0..<steps).map { share(of: $0, steps) } + ["sample"]
    return grid
  }

  private func share(of step: Int, _ steps: Int) -> String {
    "\(Int((Double(step) / Double(steps - 1) * 100).rounded())) %"
  }

  private func decode(_ codes: [Float]) -> [Image]? {
    guard let decoded = detector.model.decoded(FloatBuffer(codes).all) else { return nil }
    let width = detector.outputSchema.width
    let values = decoded.array
    return stride(from: 0, to: values.count, by: width).compactMap {
      detector.outputSchema.shownImage(of: Array(values[$0..<$0 + width]))
    }
  }
}

extension Schema {
  /// Returns encoded values as an image: unchanged if the data is in [0, 1], else scaled from the range of
  /// the training data.
  ///
  /// Nil if samples are not pictures.
  func shownImage(of values: [Float]) -> Image? {
    guard !liesInUnitInterval else { return image(of: values) }
    let low = (0..<width).map { encode(minima[$0], column: $0) }.min() ?? 0
    let high = (0..<width).map { encode(maxima[$0], column: $0) }.max() ?? 1
    let span = max(high - low, .leastNormalMagnitude)
    return image(of: values.map { ($0 - low) / span })
  }
}
