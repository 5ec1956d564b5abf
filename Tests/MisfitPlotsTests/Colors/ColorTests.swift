import MisfitPlots
import Testing

@Suite("Colors")
struct ColorTests {
  private func luma(_ color: PlotColor) -> Double {
    0.299 * Double(color.red) + 0.587 * Double(color.green) + 0.114 * Double(color.blue)
  }

  @Test("the sequential map runs from viridis' first to its last color and only gets lighter")
  func sequential() {
    #expect(ColorMap.sequential.color(at: 0) == PlotColor(0x440154))
    #expect(ColorMap.sequential.color(at: 1) == PlotColor(0xFDE725))
    let shades = (0...100).map { luma(ColorMap.sequential.color(at: Double($0) / 100)) }
    #expect(zip(shades, shades.dropFirst()).allSatisfy { $0 <= $1 + 0.5 })
  }

  @Test("the diverging map is lightest in its middle and falls evenly to both ends")
  func diverging() {
    #expect(ColorMap.diverging.color(at: 0.5) == PlotColor(0xF7F7F7))
    for step in 1...10 {
      let part = Double(step) / 20
      let low = luma(ColorMap.diverging.color(at: 0.5 - part))
      let high = luma(ColorMap.diverging.color(at: 0.5 + part))
      #expect(low < luma(ColorMap.diverging.color(at: 0.5 - part + 0.05)))
      #expect(abs(low - high) < 30)
    }
  }

  @Test("numbers outside are clamped and NaN is gray", arguments: ColorMap.allCases)
  func outside(map: ColorMap) {
    #expect(map.color(at: -3) == map.color(at: 0))
    #expect(map.color(at: .infinity) == map.color(at: 1))
    #expect(map.color(at: .nan) == PlotColor(0xBDBDBD))
  }

  @Test("categories have distinct colors, up to ten", arguments: 0...10)
  func categories(count: Int) {
    let colors = Palette.colors(forCategories: count)
    #expect(colors.count == count)
    #expect(Set(colors).count == count)
  }

  @Test("colors repeat for more categories")
  func manyCategories() {
    let colors = Palette.colors(forCategories: 25)
    #expect(colors.count == 25)
    #expect(colors[20] == colors[0])
  }
}
