import MisfitCore
import MisfitImages
import Testing

@testable import MisfitPlots

@Suite("Histograms")
struct HistogramTests {
  private let blue = Palette.categorical[0]

  @Test("a bar of twice the count has twice the height, on the same floor")
  func heights() throws {
    func bounds(_ counts: [Int]) throws -> [Int] {
      let series = HistogramSeries(name: "s", edges: [0, 1, 2, 3], counts: counts)
      return try HistogramPlot(title: "t", series: [series]).image(scale: 2).bounds(of: blue)
    }
    // The tallest bar sets the scale; the middle bar keeps it while the first one shrinks.
    let tall = try bounds([0, 0, 40])
    let short = try HistogramPlot(
      title: "t",
      series: [
        HistogramSeries(name: "s", edges: [0, 1, 2, 3], counts: [20, 0, 0]),
        HistogramSeries(name: "scale", edges: [0, 1, 2, 3], counts: [0, 0, 40], color: PlotColor(0xFF00FF)),
      ]
    ).image(scale: 2)
    #expect(!short.bounds(of: blue).isEmpty)
    let half = try bounds([20, 0, 40])
    #expect(half[1] == tall[1] && half[3] == tall[3])
    #expect(half[0] < tall[0])
    let area = try HistogramPlot(
      title: "t", series: [HistogramSeries(name: "s", edges: [0, 1, 2, 3], counts: [20, 0, 40])]
    ).image(scale: 2).count(of: blue)
    let tallArea = (tall[2] - tall[0]) * (tall[3] - tall[1])
    #expect(abs(Double(area) / Double(tallArea) - 1.5) < 0.03)
  }

  @Test("the threshold's line is at its value")
  func threshold() throws {
    let series = HistogramSeries(name: "s", edges: [0, 10], counts: [1])
    func center(_ value: Double) throws -> Double {
      let plot = HistogramPlot(
        title: "t", series: [series], threshold: HistogramThreshold(value: value, label: ""))
      let bounds = try plot.image(scale: 2).bounds(of: Palette.alert)
      try #require(bounds.count == 4)
      return Double(bounds[0] + bounds[2]) / 2
    }
    let (quarter, half, last) = try (center(2.5), center(5), center(10))
    #expect(abs((half - quarter) * 2 - (last - half)) <= 3)
    #expect(last > half)
  }

  @Test("one value among thousands is visible on a logarithmic count axis")
  func logarithmic() throws {
    let series = HistogramSeries(name: "s", edges: [0, 1, 2], counts: [100_000, 1])
    func share(_ scale: AxisScale) throws -> Int {
      let plot = HistogramPlot(
        title: "t", series: [series], countScale: scale, size: PlotSize(width: 760, height: 440))
      // The height of blue near the right end of the bars.
      let image = try plot.image(scale: 1)
      return (0..<image.height).count { image.color(520, $0) == blue }
    }
    #expect(try share(.linear) <= 1)
    #expect(try share(.log10) >= 8)
  }

  @Test("values outside the range are reported")
  func outside() {
    let series = HistogramSeries(name: "a", edges: [0, 1], counts: [1], countBelow: 3, countAbove: 1200)
    #expect(HistogramSeries.notes([series]) == ["Outside the range shown: 3 below, 1,200 above."])
    let other = HistogramSeries(name: "b", edges: [0, 1], counts: [1], countAbove: 2)
    #expect(
      HistogramSeries.notes([series, other])
        == ["Outside the range shown: 3 below, 1,200 above (a); 2 above (b)."])
    #expect(HistogramSeries.notes([HistogramSeries(name: "c", edges: [0, 1], counts: [1])]).isEmpty)
  }

  @Test("the comparison has one panel for each model in its color, stacked, on one scale")
  func panels() throws {
    let first = HistogramSeries(name: "a", edges: [0, 1, 2, 3, 4], counts: [8, 0, 0, 0])
    let second = HistogramSeries(name: "b", edges: [0, 1, 2, 3, 4], counts: [0, 0, 0, 4])
    let image = try HistogramPanels(title: "t", series: [first, second]).image(scale: 1)
    let (a, b) = (image.bounds(of: blue), image.bounds(of: Palette.categorical[1]))
    try #require(a.count == 4 && b.count == 4)
    #expect(a[0] < b[0])
    // The solid colors are those of the single panels: the first one's ends above the second one's.
    let solidA = (0..<image.height).filter { image.color(a[0] + 20, $0) == blue }
    let x = b[2] - 20
    let solidB = (0..<image.height).filter { image.color(x, $0) == Palette.categorical[1] }
    try #require(!solidA.isEmpty && !solidB.isEmpty)
    #expect(solidA.min() ?? 0 < solidB.min() ?? 0)
    let longestA = solidA.count { $0 < (solidB.min() ?? 0) }
    let longestB = solidB.count { $0 < (solidB.min() ?? 0) + 110 }
    #expect(abs(Double(longestA) / Double(longestB) - 2) < 0.15)
  }
}

@Suite("Legends")
struct LegendTests {
  @Test("have at most four rows and count what they omit", arguments: [1, 5, 20, 100, 1000])
  func rows(count: Int) throws {
    let canvas = try #require(Canvas.measuring())
    let entries = (0..<count).map {
      PlotPage.LegendEntry(name: "\($0) " + Samples.longTitle, color: Palette.alert, mark: .area)
    }
    #expect(Legend(entries, width: 700, on: canvas).height <= 4 * 20)
  }

  @Test("stay inside their width")
  func width() throws {
    let sketch = Sketch(size: PlotSize(width: 760, height: 200)) { canvas in
      let entries = (0..<80).map {
        PlotPage.LegendEntry(name: "name of model \($0)", color: Palette.alert, mark: .line)
      }
      Legend(entries, width: 700, on: canvas).draw(at: PlotPoint(20, 20), on: canvas)
    }
    let ink = try sketch.image(scale: 1).inkBounds
    #expect(ink[0] >= 18 && ink[2] <= 720 && ink[3] <= 110)
  }
}

@Suite("Curves and points")
struct CurveAndPointTests {
  @Test("the best epoch's mark has its value")
  func bestEpoch() {
    let plot = CurvePlot.training(
      title: "t", trainLoss: [3, 2, 1], validationLoss: [3, 0.011734, 2], bestEpoch: 2)
    #expect(plot.highlight?.label == "best epoch 2: 0.01173")
    #expect(plot.highlight?.position == 2)
    #expect(CurvePlot.training(title: "t", trainLoss: [3], bestEpoch: 7).highlight?.label == "best epoch 7")
  }

  @Test("a falling curve falls, and gaps interrupt it")
  func curve() throws {
    let falling = CurveSeries(name: "", valuesByEpoch: [3, 2, nil, 1, .nan, 0.5])
    #expect(falling.runs(scale: .linear).map(\.count) == [2, 1, 1])
    #expect(CurveSeries(name: "", valuesByEpoch: [-1, 0, 2]).runs(scale: .log10).map(\.count) == [1])
    let image = try CurvePlot(title: "", series: [CurveSeries(name: "", valuesByEpoch: [2, 1])]).image(
      scale: 2)
    let blue = Palette.categorical[0]
    let bounds = image.bounds(of: blue)
    let left = (110..<image.height).first { image.color(bounds[0] + 160, $0) == blue }
    let right = (110..<image.height).first { image.color(bounds[2] - 40, $0) == blue }
    #expect(try #require(left) < #require(right))
  }

  @Test("labels are colored in the order of their numbers, not of their texts")
  func labels() throws {
    let plot = ScatterPlot(
      title: "", x: [0, 1], y: [0, 1], coloring: .labels(["10", "9"]), size: PlotSize(width: 400, height: 300)
    )
    let image = try plot.image(scale: 2)
    // 9 comes first and gets blue; its point is the upper right one.
    let colors = Palette.colors(forCategories: 2).map { $0.mixed(with: PlotColor(0xFFFFFF), fraction: 0.1) }
    func lowest(_ color: PlotColor) -> Int? {
      (100..<image.height).first { y in
        (0..<image.width).contains { x in
          let pixel = image.color(x, y)
          return abs(Int(pixel.red) - Int(color.red)) <= 2 && abs(Int(pixel.green) - Int(color.green)) <= 2
            && abs(Int(pixel.blue) - Int(color.blue)) <= 2
        }
      }
    }
    #expect(try #require(lowest(colors[0])) < #require(lowest(colors[1])))
  }
}

@Suite("Reconstructions, reasons and matrices")
struct GridTests {
  private let white = PlotColor(0xFFFFFF)

  @Test("original and reconstruction are shown pixel for pixel, the difference in its colors")
  func grid() throws {
    let original = Image(height: 1, width: 2, channels: 1, pixels: [0, 50])
    let reconstruction = Image(height: 1, width: 2, channels: 1, pixels: [0, 152])
    let sample = ReconstructionSample(
      rank: 1, id: "x", score: 0.1, original: original, reconstruction: reconstruction)
    #expect(sample.pixelDifferences[0] == 0)
    #expect(abs(sample.pixelDifferences[1] - 0.4) < 1e-6)
    let image = try ReconstructionGrid(title: "", samples: [sample]).image(scale: 2)
    // 2 x 1 pixels, each enlarged to 50 x 50 points.
    let side = 100
    #expect(image.count(of: PlotColor(0x323232)) >= side * side)
    #expect(image.count(of: PlotColor(0x989898)) >= side * side)
    #expect(image.count(of: ColorMap.diverging.color(at: 0.5)) >= side * side)
    #expect(image.count(of: ColorMap.diverging.color(at: 1)) >= side * side)
  }

  @Test("an input of another size than its target is shown before it, as large as the target")
  func inputs() throws {
    let target = Image(height: 1, width: 2, channels: 1, pixels: [0, 50])
    let output = Image(height: 1, width: 2, channels: 1, pixels: [0, 152])
    var sample = ReconstructionSample(
      rank: 1, id: "x", score: 0.1, original: target, reconstruction: output)
    let narrow = ReconstructionGrid(title: "", samples: [sample])
    sample.input = Image(height: 1, width: 1, channels: 3, pixels: [10, 200, 30])
    let wide = ReconstructionGrid(title: "", samples: [sample])
    #expect(wide.size.width >= narrow.size.width)
    let image = try wide.image(scale: 2)
    #expect(image.count(of: PlotColor(0x0AC81E)) >= 2 * 100 * 100)
    for color in [PlotColor(0x323232), PlotColor(0x989898), ColorMap.diverging.color(at: 1)] {
      #expect(image.count(of: color) >= 100 * 100)
    }
  }

  @Test("color differences are absolute")
  func colorDifferences() {
    let original = Image(height: 1, width: 1, channels: 3, pixels: [255, 0, 0])
    let reconstruction = Image(height: 1, width: 1, channels: 3, pixels: [0, 0, 255])
    let sample = ReconstructionSample(
      rank: 1, id: "x", score: 1, original: original, reconstruction: reconstruction)
    #expect(abs(sample.pixelDifferences[0] - 2.0 / 3) < 1e-6)
  }

  @Test("more samples make a larger grid", arguments: [(1, 2), (2, 4), (4, 10), (10, 50)])
  func gridSize(few: Int, many: Int) {
    func area(_ count: Int) -> Double {
      let size = ReconstructionGrid(title: "t", samples: Gallery.samples(count, side: 8)).size
      return size.width * size.height
    }
    #expect(area(few) < area(many))
  }

  @Test("a bar's length is the feature's share")
  func shares() throws {
    func blueCount(_ share: Double) throws -> Int {
      let row = ReasonRow(
        rank: 1, id: "x", score: 1,
        reasons: [Reason(feature: "f", share: share, value: 25.2, expected: 14.1)])
      return try ReasonBars(title: "t", rows: [row]).image(scale: 2).count(of: Palette.categorical[0])
    }
    let (none, half, whole) = try (blueCount(0), blueCount(0.5), blueCount(1))
    #expect(none == 0)
    #expect(half > 0 && abs(Double(whole) / Double(half) - 2) < 0.05)
    #expect(Reason(feature: "f", share: 1, value: 25.2, expected: 14.1).comparison == "25.2, expected 14.1")
  }

  @Test("a matrix' cells have the colors of their numbers, and a missing one is gray")
  func cells() throws {
    let map = HeatMap(title: "", columns: ["a", "b"], rows: ["a", "b"], values: [0, 10, nil, 5])
    let image = try map.image(scale: 1)
    for (part, least) in [(0.0, 4000), (1.0, 4000), (0.5, 4000)] {
      #expect(image.count(of: ColorMap.counts.color(at: part)) > least)
    }
    #expect(image.count(of: ColorMap.counts.color(at: .nan)) > 4000)
  }
}
