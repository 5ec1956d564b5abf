import Foundation
import MisfitCore
import MisfitImages
import MisfitPlots
import Testing

/// Writes every plot, with typical and hostile data, to the folder in `MISFIT_GALLERY`, to be looked at.
@Suite("Gallery", .enabled(if: ProcessInfo.processInfo.environment["MISFIT_GALLERY"] != nil))
struct Gallery {
  static let folder = ProcessInfo.processInfo.environment["MISFIT_GALLERY"] ?? ""

  func show(_ name: String, _ drawing: some Drawing) throws {
    try FileSystem.makeDirectory(Self.folder)
    try drawing.write(to: "\(Self.folder)/\(name).png")
    try drawing.write(to: "\(Self.folder)/\(name).svg")
  }

  @Test("histograms")
  func histograms() throws {
    let values =
      Samples.errors(9980, seed: 1, center: 0.011, spread: 0.5) + (0..<20).map { 0.05 + Double($0) * 0.002 }
    let one = Samples.histogram("errors", values, from: 0, to: 0.06, bins: 60)
    let threshold = HistogramThreshold(value: 0.0371, label: "threshold 0.0371: 52 above")
    let plot = HistogramPlot(
      title: "Reconstruction errors",
      subtitle: "mnist test, 10,000 samples, model 784-32-784, 50 epochs, seed 42",
      xLabel: "mean squared error", series: [one], threshold: threshold)
    try show("histogram", plot)
    var log = plot
    log.countScale = .log10
    log.title = Samples.longTitle
    log.subtitle = Samples.longTitle + ". " + Samples.longTitle
    try show("histogram-log-long", log)
    let other = Samples.histogram(
      "model b with rather a long name: 784-128-64-32-64-128-784",
      Samples.errors(10000, seed: 5, center: 0.017, spread: 0.4), from: 0,
      to: 0.06, bins: 60)
    try show(
      "histogram-two", HistogramPlot(title: "Two models", xLabel: "mean squared error", series: [one, other]))
    try show(
      "histogram-empty",
      HistogramPlot(
        title: "No values", xLabel: "error", series: [HistogramSeries(name: "none", edges: [], counts: [])]))
    try show(
      "histogram-one-value",
      HistogramPlot(
        title: "One value", xLabel: "error",
        series: [HistogramSeries(name: "one", edges: [3.2, 3.2000001], counts: [1])],
        threshold: HistogramThreshold(value: 900, label: "threshold 900")))
    try show(
      "histogram-huge",
      HistogramPlot(
        title: "Huge range", xLabel: "error",
        series: [HistogramSeries(name: "one", edges: [-1e300, 0, 1e300], counts: [1_234_567, 8_000_000])],
        threshold: HistogramThreshold(
          value: -9.7e299, label: "a threshold with quite a long label near the left edge")))
    try show(
      "histogram-tiny",
      HistogramPlot(
        title: "Tiny and negative", xLabel: "signed error",
        series: [
          Samples.histogram(
            "s", Samples.errors(500, seed: 2, center: 1, spread: 0.3).map { ($0 - 1) * 1e-5 }, from: -1e-5,
            to: 1e-5, bins: 12)
        ]))
  }

  @Test("panels")
  func panels() throws {
    func series(_ name: String, _ seed: UInt64, _ center: Double) -> HistogramSeries {
      let values = Samples.errors(10000, seed: seed, center: 1, spread: 0.5).map { ($0 - 1) * 2 + center }
      return Samples.histogram(
        name, values, from: -3, to: 4, bins: 70,
        caption: "mean \(NumberText.significant(center)), standard deviation 1.57")
    }
    let two = [
      series("1 hidden layer (30-2-30)", 1, -0.002), series("3 hidden layers (30-2-2-2-30)", 9, 0.4),
    ]
    try show(
      "panels-2",
      HistogramPanels(
        title: "Signed reconstruction error of two models",
        subtitle:
          "random 100,000 x 30, test tenth, 10 epochs, seeds 1 and 2. No clear difference: the 95 % "
          + "interval of the mean difference, -0.01 to 0.03, contains 0.",
        xLabel: "sum of (input - output)", series: two))
    try show("panels-1", HistogramPanels(title: "One model", xLabel: "error", series: [two[0]]))
    try show(
      "panels-5",
      HistogramPanels(
        title: "Five models", xLabel: "error",
        series: (0..<5).map { series("model \($0)", UInt64($0 + 20), Double($0) * 0.3) }, countScale: .log10))
  }

  @Test("curves")
  func curves() throws {
    let epochs = (1...50).map(Double.init)
    let train = epochs.map { (epoch: Double) -> Double? in 0.03 + 0.08 * exp(-epoch / 4) }
    let validation = epochs.map { (epoch: Double) -> Double? in
      0.032 + 0.07 * exp(-epoch / 4) + 0.000005 * epoch * epoch
    }
    var plot = CurvePlot.training(
      title: "Training", subtitle: "mnist, 60,000 samples, 784-32-784, Adam, batch 128, seed 42",
      trainLoss: train,
      validationLoss: validation, bestEpoch: 23, lossName: "mean squared error")
    try show("curve-50", plot)
    plot.valueScale = .log10
    try show("curve-50-log", plot)
    try show(
      "curve-5",
      CurvePlot.training(
        title: "Five epochs", trainLoss: [0.05, 0.03, nil, .nan, 0.012],
        validationLoss: [0.04, 0.02, 0.017, 0.013, 0.0117], bestEpoch: 5))
    try show("curve-1", CurvePlot.training(title: "One epoch", trainLoss: [0.6931], bestEpoch: 1))
    try show("curve-none", CurvePlot.training(title: "None", trainLoss: []))
    try show(
      "curve-wide",
      CurvePlot.training(
        title: "Exploding, logarithmic", trainLoss: [1e-8, 0.1, 1e12, 1e30, -4], valueScale: .log10))
  }

  @Test("scatter")
  func scatter() throws {
    var generator = SeededGenerator(seed: 4)
    func cloud(_ count: Int, _ classes: Int) -> (x: [Double], y: [Double], labels: [String]) {
      var (x, y, labels): ([Double], [Double], [String]) = ([], [], [])
      for index in 0..<count {
        let label = index % classes
        let angle = Double(label) / Double(classes) * 2 * Double.pi
        x.append(cos(angle) * 3 + generator.nextUnitDouble() + generator.nextUnitDouble())
        y.append(sin(angle) * 3 + generator.nextUnitDouble() + generator.nextUnitDouble())
        labels.append("\(label)")
      }
      return (x, y, labels)
    }
    let digits = cloud(5000, 10)
    try show(
      "scatter-10",
      ScatterPlot(
        title: "The two numbers of the code", subtitle: "digits, 5,000 samples", xLabel: "code 1",
        yLabel: "code 2", x: digits.x, y: digits.y, coloring: .labels(digits.labels)))
    let two = cloud(300, 2)
    try show(
      "scatter-2",
      ScatterPlot(
        title: "Two classes", xLabel: "code 1", yLabel: "code 2", x: two.x, y: two.y,
        coloring: .labels(two.labels.map { $0 == "0" ? "benign" : "malignant" })))
    try show(
      "scatter-value",
      ScatterPlot(
        title: "By error", xLabel: "code 1", yLabel: "code 2", x: digits.x, y: digits.y,
        coloring: .values(digits.x.map { ($0 + 4) * 0.003 }, name: "mean squared error")))
    let many = cloud(2000, 30)
    try show(
      "scatter-30", ScatterPlot(title: "Thirty classes", x: many.x, y: many.y, coloring: .labels(many.labels))
    )
    try show("scatter-1", ScatterPlot(title: "One point", xLabel: "code 1", x: [2], y: [-1e-9]))
    try show(
      "scatter-0",
      ScatterPlot(title: "No finite point", x: [.nan], y: [1], coloring: .values([2], name: "error")))
  }

  static func ring(_ side: Int, _ seed: Int, channels: Int, radius: Double) -> Image {
    var values: [Float] = []
    for row in 0..<side {
      for column in 0..<side {
        let x = (Double(column) + 0.5) / Double(side) * 2 - 1
        let y = (Double(row) + 0.5) / Double(side) * 2 - 1
        let distance = abs((x * x + y * y * (1 + Double(seed % 4) * 0.4)).squareRoot() - radius)
        for channel in 0..<channels { values.append(Float(max(0, 1 - distance * (5 - Double(channel))))) }
      }
    }
    return Image(height: side, width: side, channels: channels, unitValues: values)
  }

  static func samples(_ count: Int, side: Int, channels: Int = 1) -> [ReconstructionSample] {
    (0..<count).map { index in
      ReconstructionSample(
        rank: index + 1, id: "row \(index * 77 + 12)", label: "\(index % 10)",
        score: 0.09 / Double(index + 1),
        original: ring(side, index, channels: channels, radius: 0.65),
        reconstruction: ring(side, index + 1, channels: channels, radius: 0.55))
    }
  }

  @Test("grids")
  func grids() throws {
    try show(
      "grid-28",
      ReconstructionGrid(
        title: "The 10 worst reconstructions", subtitle: "mnist test, 10,000 samples, model 784-32-784",
        samples: Self.samples(10, side: 28)))
    try show("grid-8", ReconstructionGrid(title: "The 6 worst of 8 x 8", samples: Self.samples(6, side: 8)))
    try show(
      "grid-1",
      ReconstructionGrid(
        title: Samples.longTitle, subtitle: Samples.longTitle, samples: Self.samples(1, side: 28)))
    try show("grid-50", ReconstructionGrid(title: "Fifty", samples: Self.samples(50, side: 28)))
    var rgb = Self.samples(3, side: 300, channels: 3)
    rgb[1].id = "a/very/long/path/to/an/image/file-000123.png"
    rgb[1].label = nil
    try show("grid-rgb", ReconstructionGrid(title: "Colour, 300 x 300", samples: rgb))
    let flat = Image(height: 4, width: 16, channels: 1, pixels: [UInt8](repeating: 200, count: 64))
    try show(
      "grid-flat",
      ReconstructionGrid(
        title: "Perfect, 4 x 16",
        samples: [ReconstructionSample(rank: 1, id: "7", score: 0, original: flat, reconstruction: flat)]))
    try show("grid-0", ReconstructionGrid(title: "None", samples: []))
  }

  @Test("reasons")
  func reasons() throws {
    func row(_ rank: Int) -> ReasonRow {
      ReasonRow(
        rank: rank, id: "\(842302 + rank * 17)", label: rank % 2 == 0 ? "malignant" : nil,
        score: 12.31 / Double(rank),
        reasons: [
          Reason(feature: "radius_mean", share: 0.42, value: 25.2, expected: 14.1),
          Reason(
            feature: "a_feature_with_a_remarkably_long_name_third_quartile", share: 0.2, value: -1.2345e-9,
            expected: 123456.789),
          Reason(
            feature: "texture", share: 0.004, value: "granular, of the kind that never ends in this column",
            expected: "smooth"),
        ])
    }
    try show(
      "reasons-5",
      ReasonBars(
        title: "Why these rows do not fit", subtitle: "share of each row's error by feature",
        rows: (1...5).map(row)))
    try show("reasons-1", ReasonBars(title: "One row", rows: [row(1)]))
    var odd = row(3)
    odd.id = Samples.longTitle
    odd.label = Samples.longTitle
    odd.reasons = []
    try show("reasons-odd", ReasonBars(title: Samples.longTitle, rows: [odd, row(2)]))
    try show("reasons-0", ReasonBars(title: "None", rows: []))
  }

  @Test("heat maps")
  func heatMaps() throws {
    try show(
      "heat-2",
      HeatMap(
        title: "Confusion", columnTitle: "predicted", rowTitle: "actual", columns: ["benign", "malignant"],
        rows: ["benign", "malignant"], values: [351, 6, 14, 198], valueName: "rows"))
    let names = (0..<10).map { "\($0)" }
    let values = (0..<100).map { $0 % 11 == 0 ? 970.0 : Double($0 % 7) * 9 }
    try show(
      "heat-10",
      HeatMap(
        title: "Ten classes", columnTitle: "predicted", rowTitle: "actual", columns: names, rows: names,
        values: values))
    let features = (0..<30).map { "feature_\($0)_worst" }
    let correlations = (0..<900).map { (index: Int) -> Double? in
      let distance = Double(index / 30 - index % 30)
      return index == 31 ? nil : cos(distance / 4)
    }
    try show(
      "heat-30",
      HeatMap(
        title: "Correlations", columns: features, rows: features, values: correlations,
        valueName: "correlation", map: .diverging))
    try show("heat-0", HeatMap(title: "None", columns: [], rows: [], values: []))
  }

  @Test("plots that all tests use", arguments: AnyDrawing.all)
  func everything(drawing: AnyDrawing) throws { try show("all, \(drawing.name)", drawing) }
}
