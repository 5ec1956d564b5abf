import MisfitCore
import MisfitImages
import Testing

@testable import MisfitPlots

@Suite("Drawings of models")
struct ModelPlotTests {
  @Test("Weights are drawn pixel for pixel: zero in the middle, one scale for all or each its own")
  func weights() {
    let common = ImageGrid.weights(title: "t", [[0, 1], [0, -0.5]], height: 1, width: 2, channels: 1)
    func color(_ part: Double) -> [UInt8] {
      let color = ColorMap.diverging.color(at: part)
      return [color.red, color.green, color.blue]
    }
    #expect(common.images[0].pixels == color(0.5) + color(1))
    #expect(common.images[1].pixels == color(0.5) + color(0.25))
    #expect(common.scale?.range == -1...1)
    let each = ImageGrid.weights(
      title: "t", [[0, 1], [0, -0.5]], height: 1, width: 2, channels: 1, scaling: .each)
    #expect(each.images[1].pixels == color(0.5) + color(0) && each.scale == nil && each.notes.count == 1)
    let rgb = ImageGrid.weights(title: "t", [[1, 0, -1]], height: 1, width: 1, channels: 3)
    #expect(rgb.images[0].pixels == [255, 128, 0])
    let zeros = ImageGrid.weights(title: "t", [[0, 0]], height: 1, width: 2, channels: 1, scaling: .each)
    #expect(zeros.images[0].pixels == color(0.5) + color(0.5))
  }

  @Test("Images are placed row by row, all enlarged by one factor")
  func places() throws {
    func image(_ color: PlotColor, side: Int) -> Image {
      Image(
        height: side, width: side, channels: 3,
        pixels: (0..<side * side).flatMap { _ in [color.red, color.green, color.blue] })
    }
    let colors = [PlotColor(0xFF0000), PlotColor(0x00FF00), PlotColor(0x0000FF), PlotColor(0xFF00FF)]
    var grid = ImageGrid(title: "", images: colors.map { image($0, side: 5) }, columnCount: 3)
    grid.side = 20
    let drawn = try grid.image(scale: 1)
    let bounds = colors.map { drawn.bounds(of: $0) }
    for place in bounds { #expect(abs(place[2] - place[0] - 20) <= 1 && abs(place[3] - place[1] - 20) <= 1) }
    #expect(bounds[0][0] < bounds[1][0] && bounds[1][0] < bounds[2][0] && bounds[0][1] == bounds[2][1])
    #expect(bounds[3][0] == bounds[0][0] && bounds[3][1] > bounds[0][3])
  }

  @Test("A confusion matrix' cells are colored by their share of the true class, whatever the counts")
  func confusion() throws {
    let map = HeatMap.confusion(classes: ["a", "b"], counts: [[5, 5], [0, 1000]])
    #expect(map.values == [0.5, 0.5, 0, 1] && map.cellTexts == ["5", "5", "", "1000"])
    let image = try map.image(scale: 1)
    #expect(image.count(of: ColorMap.counts.color(at: 0.5)) > 8000)
    #expect(image.count(of: ColorMap.counts.color(at: 1)) > 4000)
    let empty = HeatMap.confusion(classes: ["a", "b"], counts: [[0, 0], [0, 1]])
    #expect(empty.values == [nil, nil, 0, 1])
  }

  @Test("Counts of up to 26 classes fit into their cells", arguments: [2, 10, 26], [9, 12_345])
  func legible(count: Int, samples: Int) throws {
    let classes = (0..<count).map { "class \($0)" }
    let map = HeatMap.confusion(
      classes: classes, counts: classes.map { _ in Array(repeating: samples, count: count) })
    let canvas = try #require(Canvas.measuring())
    #expect(canvas.width(of: "\(samples)", TextStyle(size: map.textSize)) <= map.cell - 4)
    #expect(map.cell >= 24 && map.size.width < 1600)
  }

  @Test("A box spans the quartiles, its whiskers 5 % to 95 %, in the axis' units")
  func boxes() throws {
    let row = BoxRow(
      name: "", low: 1, lowerQuartile: 2, median: 3, upperQuartile: 4, high: 9, isMarked: true)
    let wide = BoxRow(name: "", low: 0, lowerQuartile: 0, median: 5, upperQuartile: 10, high: 10)
    let image = try BoxPanel(title: "", rows: [row, wide]).image(scale: 2)
    let whiskers = image.bounds(of: Palette.alert)
    let all = image.bounds(of: Palette.categorical[0])
    try #require(whiskers.count == 4 && all.count == 4)
    let unit = Double(all[2] - all[0]) / 10
    #expect(abs(Double(whiskers[0] - all[0]) / unit - 1) < 0.12)
    #expect(abs(Double(whiskers[2] - all[0]) / unit - 9) < 0.12)
    #expect(whiskers[3] < all[3])
  }

  @Test("A network narrows to its code, which has its own color")
  func network() throws {
    func layer(_ values: Int, isCode: Bool = false) -> NetworkDiagram.Layer {
      .init(text: "dense", shape: "\(values)", valueCount: values, parameterCount: 1, isCode: isCode)
    }
    let diagram = NetworkDiagram(title: "", layers: [layer(784), layer(32, isCode: true), layer(784)])
    let image = try diagram.image(scale: 2)
    let code = image.bounds(of: Palette.categorical[3])
    let others = image.bounds(of: Palette.categorical[0])
    try #require(code.count == 4 && others.count == 4)
    #expect(Double(code[2] - code[0]) < 0.7 * Double(others[2] - others[0]))
    #expect(abs((code[0] + code[2]) - (others[0] + others[2])) <= 4)
    #expect(code[1] > others[1] && code[3] < others[3])
    let long = NetworkDiagram(title: "", layers: Array(repeating: layer(9), count: 40))
    #expect(long.size.height < 1200 && long.size.width > 2 * diagram.size.width)
  }
}
