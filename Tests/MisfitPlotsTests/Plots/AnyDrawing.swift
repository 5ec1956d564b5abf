import MisfitCore
import MisfitImages
import MisfitPlots
import Testing

/// A plot with a name, for tests that all plots must pass.
struct AnyDrawing: Drawing, CustomTestStringConvertible {
  let name: String
  let drawing: any Drawing
  var testDescription: String { name }
  var size: PlotSize { drawing.size }
  func draw(on canvas: Canvas) { drawing.draw(on: canvas) }

  init(_ name: String, _ drawing: any Drawing) {
    self.name = name
    self.drawing = drawing
  }

  /// Every plot with friendly, empty and hostile data.
  static let all: [AnyDrawing] = histograms + curvesAndPoints + tables + images + boxes

  private static var histograms: [AnyDrawing] {
    let errors = Samples.errors(500, seed: 1, center: 0.01, spread: 0.5)
    let one = Samples.histogram("errors", errors, from: 0, to: 0.03, bins: 20)
    var other = Samples.histogram(Samples.longTitle, errors.map { $0 * 1.5 }, from: 0, to: 0.03, bins: 20)
    other.caption = Samples.longTitle
    let empty = HistogramSeries(name: "", edges: [], counts: [])
    let huge = HistogramSeries(name: "huge", edges: [-1e308, 0, 1e308], counts: [Int.max / 2, 1])
    let narrow = HistogramSeries(name: "narrow", edges: [1, 1.0.nextUp], counts: [3])
    let broken = HistogramSeries(name: "broken", edges: [0, .nan, 2], counts: [3, 4])
    let threshold = HistogramThreshold(value: 0.02, label: "threshold 0.02")
    return [
      AnyDrawing(
        "histogram", HistogramPlot(title: "Errors", xLabel: "error", series: [one], threshold: threshold)),
      AnyDrawing(
        "histogram, long texts",
        HistogramPlot(
          title: Samples.longTitle, subtitle: Samples.longTitle, xLabel: Samples.longTitle,
          yLabel: Samples.longTitle, series: [one, other],
          threshold: HistogramThreshold(value: 1e9, label: Samples.longTitle), countScale: .log10)),
      AnyDrawing("histogram, empty", HistogramPlot(title: "", series: [empty])),
      AnyDrawing("histogram, no series", HistogramPlot(title: "None", series: [])),
      AnyDrawing(
        "histogram, huge",
        HistogramPlot(title: "Huge", series: [huge], threshold: HistogramThreshold(value: .nan, label: "nan"))
      ),
      AnyDrawing("histogram, narrow", HistogramPlot(title: "Narrow", series: [narrow], countScale: .log10)),
      AnyDrawing("panels", HistogramPanels(title: "Two", xLabel: "error", series: [one, other])),
      AnyDrawing("histogram, broken", HistogramPlot(title: "Broken", series: [broken, one])),
      AnyDrawing(
        "histogram, long numbers",
        HistogramPlot(
          title: "Long numbers",
          series: [
            HistogramSeries(
              name: "", edges: [-123_456.000001, -123_456.0000006, -123_456.0000004, -123_456],
              counts: [1, 2, 3])
          ], size: PlotSize(width: 500, height: 300))),
      AnyDrawing("panels, none", HistogramPanels(title: "None", series: [])),
      AnyDrawing("panels, one", HistogramPanels(title: "One", series: [one])),
      AnyDrawing(
        "panels, twelve", HistogramPanels(title: "Twelve", series: [one] + Array(repeating: other, count: 11))
      ),
    ]
  }

  private static var curvesAndPoints: [AnyDrawing] {
    let wild: [Double?] = [1e-300, nil, .nan, .infinity, -5, 1e300]
    let numbers = (0..<40).map { Double($0) }
    return [
      AnyDrawing(
        "curve",
        CurvePlot.training(
          title: "Training", trainLoss: [3, 2, 1], validationLoss: [3, 2.5, 2.6], bestEpoch: 2)),
      AnyDrawing("curve, wild", CurvePlot.training(title: Samples.longTitle, trainLoss: wild, bestEpoch: 99)),
      AnyDrawing(
        "curve, wild and logarithmic",
        CurvePlot.training(title: "Wild", trainLoss: wild, bestEpoch: 6, valueScale: .log10)),
      AnyDrawing("curve, none", CurvePlot.training(title: "None", trainLoss: [])),
      AnyDrawing("curve, no series", CurvePlot(title: "None", series: [])),
      AnyDrawing(
        "scatter",
        ScatterPlot(
          title: "Code", x: numbers, y: numbers, coloring: .labels(numbers.map { "\(Int($0) % 3)" }))),
      AnyDrawing(
        "scatter, long labels",
        ScatterPlot(
          title: "Code", x: numbers, y: numbers,
          coloring: .labels(numbers.map { "\($0)" + Samples.longTitle }))),
      AnyDrawing(
        "scatter, values",
        ScatterPlot(
          title: "Code", x: numbers, y: numbers,
          coloring: .values(numbers.map { 1 / ($0 - 3) }, name: Samples.longTitle))),
      AnyDrawing("scatter, none", ScatterPlot(title: "None", x: [], y: [])),
      AnyDrawing("scatter, not finite", ScatterPlot(title: "None", x: [.nan, 1], y: [1, .infinity])),
      AnyDrawing(
        "scatter, huge", ScatterPlot(title: "Huge", xLabel: "x", x: [-1e308, 1e308], y: [1e-320, 0])),
    ]
  }

  private static var images: [AnyDrawing] {
    let wild: [Float] = [1e30, -.infinity, .nan, 0, 1e-30, -2]
    var named = ImageGrid.weights(
      title: Samples.longTitle, subtitle: Samples.longTitle, Array(repeating: wild, count: 7), height: 2,
      width: 3, channels: 1, columnCount: 3)
    named.captions = Array(repeating: Samples.longTitle, count: 5)
    named.rowNames = Array(repeating: Samples.longTitle, count: 9)
    named.columnNames = Array(repeating: Samples.longTitle, count: 2)
    named.xLabel = Samples.longTitle
    named.yLabel = Samples.longTitle
    let large = Image(height: 600, width: 900, channels: 3, pixels: Array(repeating: 9, count: 1_620_000))
    return [
      AnyDrawing("image grid, names", named),
      AnyDrawing("image grid, none", ImageGrid(title: "None", images: [])),
      AnyDrawing("image grid, large", ImageGrid(title: "Large", images: [large, large])),
      AnyDrawing(
        "image grid, color",
        ImageGrid.weights(
          title: "Colour", [wild, wild], height: 1, width: 2, channels: 3, scaling: .each)),
    ]
  }

  private static var boxes: [AnyDrawing] {
    func row(_ name: String, _ middle: Double) -> BoxRow {
      BoxRow(
        name: name, detail: "1,000", low: middle / 3, lowerQuartile: middle / 2, median: middle,
        upperQuartile: middle * 1.5, high: middle * 3)
    }
    let layer = NetworkDiagram.Layer(
      text: Samples.longTitle, shape: Samples.longTitle, valueCount: .max, parameterCount: .max, isCode: true)
    return [
      AnyDrawing("boxes", BoxPanel(title: "Errors", xLabel: "error", rows: [row("0", 1), row("1", 2)])),
      AnyDrawing(
        "boxes, wild",
        BoxPanel(
          title: Samples.longTitle, subtitle: Samples.longTitle, xLabel: Samples.longTitle,
          rows: [row(Samples.longTitle, 1e300), row("", .nan), row("0", 0)],
          threshold: HistogramThreshold(value: 2, label: Samples.longTitle), scale: .log10,
          notes: [Samples.longTitle])),
      AnyDrawing("boxes, none", BoxPanel(title: "None", rows: [])),
      AnyDrawing("network, long", NetworkDiagram(title: "Long", layers: Array(repeating: layer, count: 40))),
      AnyDrawing("network, none", NetworkDiagram(title: "None", layers: [])),
      AnyDrawing(
        "network, one",
        NetworkDiagram(title: "One", layers: [.init(text: "input", shape: "0", valueCount: 0)])),
      AnyDrawing(
        "confusion",
        HeatMap.confusion(
          classes: names26, counts: names26.map { _ in Array(repeating: 12_345, count: 26) })),
      AnyDrawing("confusion, none", HeatMap.confusion(classes: [], counts: [])),
    ]
  }

  private static let names26 = (0..<26).map { String(UnicodeScalar(UInt8(65 + $0))) }

  private static var tables: [AnyDrawing] {
    let reason = Reason(
      feature: Samples.longTitle, share: .nan, value: Samples.longTitle, expected: Samples.longTitle)
    let row = ReasonRow(
      rank: 1_000_000, id: Samples.longTitle, label: Samples.longTitle, scoreText: "1e+300", reasons: [reason]
    )
    let names = ["a", Samples.longTitle, "c"]
    let values: [Double?] = [1, nil, .nan, -1e300, 0, 1e300, .infinity, 2, 3]
    return [
      AnyDrawing("grid", ReconstructionGrid(title: "Worst", samples: Gallery.samples(5, side: 8))),
      AnyDrawing(
        "grid, color",
        ReconstructionGrid(title: Samples.longTitle, samples: Gallery.samples(1, side: 150, channels: 3))),
      AnyDrawing("grid, none", ReconstructionGrid(title: "None", samples: [])),
      AnyDrawing("reasons", ReasonBars(title: Samples.longTitle, rows: Array(repeating: row, count: 11))),
      AnyDrawing("reasons, none", ReasonBars(title: "None", rows: [])),
      AnyDrawing(
        "heat map",
        HeatMap(
          title: "Confusion", columnTitle: "predicted", rowTitle: "actual", columns: ["0", "1"],
          rows: ["0", "1"], values: [9, 1, 2, 8])),
      AnyDrawing(
        "heat map, wild",
        HeatMap(
          title: Samples.longTitle, columns: names, rows: names, values: values, valueName: Samples.longTitle,
          map: .diverging)),
      AnyDrawing(
        "heat map, large",
        HeatMap(
          title: "Large", columns: (0..<200).map(String.init), rows: (0..<50).map(String.init),
          values: (0..<10_000).map { Double($0) }, map: .sequential)),
      AnyDrawing("heat map, none", HeatMap(title: "None", columns: [], rows: [], values: [])),
    ]
  }
}
