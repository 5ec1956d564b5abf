import MisfitCore
import Testing

@testable import MisfitPlots

@Suite struct SeriesPlotTests {
  private func band(_ count: Int, bins: Int, value: (Int) -> Double) -> SeriesPlot.Band {
    var band = SeriesPlot.Band(binCount: bins)
    for row in 0..<count { band.add(value(row), to: min(row * bins / max(count, 1), bins - 1)) }
    return band
  }

  private func plot(_ count: Int, bins: Int, events: [ClosedRange<Double>] = []) -> SeriesPlot {
    let values = band(count, bins: bins) { $0 == count / 2 ? 90 : Double($0 % 7) }
    return SeriesPlot(
      title: "Series",
      panels: [
        SeriesPlot.Panel(name: "cpu", values: values, expected: band(count, bins: bins) { Double($0 % 7) }),
        SeriesPlot.Panel(name: "score", values: values, threshold: 50),
      ], ticks: [SeriesPlot.Tick(fraction: 0.5, label: "12:00")], events: events)
  }

  @Test(
    "a plot of any length has its size", arguments: [(0, 640), (1, 1), (1, 640), (300, 300), (20_000, 640)])
  func aPlotOfAnyLengthHasItsSize(rows: Int, bins: Int) throws {
    let plot = plot(rows, bins: bins, events: rows > 0 ? [0.4...0.6, 1...1, 0...0] : [])
    let image = try plot.image(scale: 1)
    #expect(image.width == 860)
    #expect(image.height == 420)
    #expect(Set(image.pixels).count > 2)
  }

  @Test("a plot without panels is drawn") func aPlotWithoutPanelsIsDrawn() throws {
    let plot = SeriesPlot(title: "Nothing", panels: [], ticks: [])
    #expect(try plot.image(scale: 1).height == 120)
  }

  @Test("hostile values are drawn") func hostileValuesAreDrawn() throws {
    var values = SeriesPlot.Band(binCount: 4)
    values.add(.infinity, to: 0)
    values.add(-1e308, to: 1)
    values.add(1e308, to: 2)
    let panel = SeriesPlot.Panel(name: "", values: values, expected: values, threshold: -1e308)
    _ = try SeriesPlot(title: "", panels: [panel], ticks: [], events: [0...1]).image(scale: 1)
  }

  @Test("a bin holds its smallest and largest value") func aBinHoldsItsSmallestAndLargestValue() {
    var band = SeriesPlot.Band(binCount: 3)
    for value in [3.0, -1, 7, .nan] { band.add(value, to: 1) }
    #expect(band.low[1] == -1)
    #expect(band.high[1] == 7)
    #expect(band.low[0].isNaN && band.high[2].isNaN)
  }

  @Test("one far value among many rows is visible") func oneFarValueAmongManyRowsIsVisible() {
    let band = band(20_000, bins: SeriesPlot.binCount) { $0 == 10_000 ? 90 : Double($0 % 7) }
    #expect(band.high.count { $0 == 90 } == 1)
  }

  @Test("lines end at holes that are not joined") func linesEndAtHolesThatAreNotJoined() {
    var band = SeriesPlot.Band(binCount: 6)
    for bin in [0, 1, 4] { band.add(1, to: bin) }
    var plot = plot(10, bins: 10)
    #expect(plot.runs(of: band) == [[0, 1], [4]])
    plot.joinedBinCount = 2
    #expect(plot.runs(of: band) == [[0, 1, 4]])
  }
}
