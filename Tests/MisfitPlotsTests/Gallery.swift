import Foundation
import MisfitCore
import MisfitImages
import MisfitPlots
import Testing

/// Writes every plot, with friendly and nasty data, to the folder in `MISFIT_GALLERY`, to be looked at.
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
    let values = Samples.errors(9980, seed: 1, center: 0.011, spread: 0.5) + (0..<20).map { 0.05 + Double($0) * 0.002 }
    let one = Samples.histogram("errors", values, from: 0, to: 0.06, bins: 60)
    let threshold = HistogramThreshold(value: 0.0371, label: "threshold 0.0371: 52 above")
    let plot = HistogramPlot(
      title: "Reconstruction errors", subtitle: "mnist test, 10,000 samples, model 784-32-784, 50 epochs, seed 42",
      xLabel: "mean squared error", series: [one], threshold: threshold)
    try show("histogram", plot)
    var log = plot
    log.countScale = .log10
    log.title = Samples.longTitle
    log.subtitle = Samples.longTitle + ". " + Samples.longTitle
    try show("histogram-log-long", log)
    let other = Samples.histogram(
      "model b with rather a long name: 784-128-64-32-64-128-784", Samples.errors(10000, seed: 5, center: 0.017, spread: 0.4), from: 0,
      to: 0.06, bins: 60)
    try show("histogram-two", HistogramPlot(title: "Two models", xLabel: "mean squared error", series: [one, other]))
    try show("histogram-empty", HistogramPlot(title: "No values", xLabel: "error", series: [HistogramSeries(name: "none", edges: [], counts: [])]))
    try show(
      "histogram-one-value",
      HistogramPlot(
        title: "One value", xLabel: "error", series: [HistogramSeries(name: "one", edges: [3.2, 3.2000001], counts: [1])],
        threshold: HistogramThreshold(value: 900, label: "threshold 900")))
    try show(
      "histogram-huge",
      HistogramPlot(
        title: "Huge range", xLabel: "error",
        series: [HistogramSeries(name: "one", edges: [-1e300, 0, 1e300], counts: [1_234_567, 8_000_000])],
        threshold: HistogramThreshold(value: -9.7e299, label: "a threshold with quite a long label near the left edge")))
    try show(
      "histogram-tiny",
      HistogramPlot(
        title: "Tiny and negative", xLabel: "signed error",
        series: [Samples.histogram("s", Samples.errors(500, seed: 2, center: 1, spread: 0.3).map { ($0 - 1) * 1e-5 }, from: -1e-5, to: 1e-5, bins: 12)]))
  }

  @Test("panels")
  func panels() throws {
    func series(_ name: String, _ seed: UInt64, _ center: Double) -> HistogramSeries {
      let values = Samples.errors(10000, seed: seed, center: 1, spread: 0.5).map { ($0 - 1) * 2 + center }
      return Samples.histogram(
        name, values, from: -3, to: 4, bins: 70, caption: "mean \(NumberText.significant(center)), standard deviation 1.57")
    }
    let two = [series("1 hidden layer (30-2-30)", 1, -0.002), series("3 hidden layers (30-2-2-2-30)", 9, 0.4)]
    try show(
      "panels-2",
      HistogramPanels(
        title: "Signed reconstruction error of two models",
        subtitle: "random 100,000 x 30, test tenth, 10 epochs, seeds 1 and 2. No clear difference: the 95 % interval of the mean difference, -0.01 to 0.03, holds 0.",
        xLabel: "sum of (input - output)", series: two))
    try show("panels-1", HistogramPanels(title: "One model", xLabel: "error", series: [two[0]]))
    try show(
      "panels-5",
      HistogramPanels(
        title: "Five models", xLabel: "error", series: (0..<5).map { series("model \($0)", UInt64($0 + 20), Double($0) * 0.3) }, countScale: .log10))
  }
}
