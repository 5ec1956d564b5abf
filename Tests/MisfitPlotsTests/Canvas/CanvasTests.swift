import MisfitCore
import MisfitImages
import Testing

@testable import MisfitPlots

/// A drawing made of a closure.
struct Sketch: Drawing {
  var size = PlotSize(width: 100, height: 50)
  var body: @Sendable (Canvas) -> Void
  func draw(on canvas: Canvas) { body(canvas) }
}

@Suite("Canvas")
struct CanvasTests {
  private let red = PlotColor(0xFF0000)

  @Test("a rectangle covers its pixels exactly, at every scale", arguments: [1.0, 2, 3])
  func rectangle(scale: Double) throws {
    let sketch = Sketch { $0.fill(PlotRectangle(x: 10, y: 20, width: 30, height: 5), PlotColor(0xFF0000)) }
    let image = try sketch.image(scale: scale)
    #expect(image.width == Int(100 * scale) && image.height == Int(50 * scale))
    #expect(image.count(of: red) == Int(30 * 5 * scale * scale))
    #expect(image.bounds(of: red) == [Int(10 * scale), Int(20 * scale), Int(40 * scale), Int(25 * scale)])
    #expect(image.color(0, 0) == PlotColor(0xFFFFFF))
  }

  @Test("opacity mixes with what is below, and rectangles filled at once do not darken each other")
  func opacity() throws {
    let sketch = Sketch { canvas in
      let half = PlotColor(0x000000, opacity: 0.5)
      canvas.fill(PlotRectangle(x: 0, y: 0, width: 10, height: 10), half)
      canvas.fill(
        [
          PlotRectangle(x: 20, y: 0, width: 10, height: 10),
          PlotRectangle(x: 20, y: 0, width: 10, height: 10),
        ],
        half)
    }
    let image = try sketch.image(scale: 1)
    #expect(abs(Int(image.color(5, 5).red) - 128) <= 1)
    #expect(image.color(25, 5) == image.color(5, 5))
  }

  @Test("an enlarged image keeps square pixels and no shades between")
  func nearest() throws {
    let pixels: [UInt8] = [255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0]
    let image = Image(height: 2, width: 2, channels: 3, pixels: pixels)
    let sketch = Sketch { $0.draw(image, in: PlotRectangle(x: 10, y: 10, width: 20, height: 20)) }
    let drawn = try sketch.image(scale: 2)
    for (color, x, y) in [(0xFF0000, 10, 10), (0x00FF00, 20, 10), (0x0000FF, 10, 20), (0, 20, 20)] {
      let color = PlotColor(UInt32(color))
      #expect(drawn.count(of: color) == 20 * 20)
      #expect(drawn.bounds(of: color) == [2 * x, 2 * y, 2 * x + 20, 2 * y + 20])
    }
  }

  @Test("a gray image is shown in gray")
  func grey() throws {
    let image = Image(height: 1, width: 1, channels: 1, pixels: [100])
    let sketch = Sketch { $0.draw(image, in: PlotRectangle(x: 0, y: 0, width: 8, height: 8)) }
    #expect(try sketch.image(scale: 1).color(4, 4) == PlotColor(0x646464))
  }

  @Test("text is placed by its alignment", arguments: [HorizontalAlignment.left, .center, .right])
  func alignment(horizontal: HorizontalAlignment) throws {
    let style = TextStyle(size: 12)
    let sketch = Sketch {
      $0.text("HHHH", at: PlotPoint(50, 25), style, horizontal: horizontal, vertical: .middle)
    }
    let image = try sketch.image(scale: 4)
    let width = try #require(Canvas.measuring()).width(of: "HHHH", style) * 4
    let ink = image.inkBounds
    let start = 200 - (horizontal == .left ? 0 : horizontal == .center ? width / 2 : width)
    #expect(abs(Double(ink[0]) - start) < 8)
    #expect(abs(Double(ink[2]) - (start + width)) < 8)
    #expect(abs(Double(ink[1] + ink[3]) / 2 - 100) <= 2)
  }

  @Test("text has the same width at every scale and on paper")
  func measuring() throws {
    let style = TextStyle(size: 11.5)
    let width = try #require(Canvas.measuring()).width(of: "784-128-64-32", style)
    for scale in [1.0, 2, 3] {
      nonisolated(unsafe) var measured = 0.0
      _ = try Sketch { canvas in unsafe measured = canvas.width(of: "784-128-64-32", style) }.image(
        scale: scale)
      #expect(unsafe measured == width)
    }
  }

  @Test("control characters and a null byte do not cut a text short")
  func controlCharacters() throws {
    let canvas = try #require(Canvas.measuring())
    let plain = canvas.width(of: "one two", TextStyle(size: 12))
    #expect(canvas.width(of: "one\u{0}two", TextStyle(size: 12)) == plain)
    #expect(canvas.width(of: "one\ntwo", TextStyle(size: 12)) == plain)
  }

  @Test("clipping keeps everything inside")
  func clipping() throws {
    let sketch = Sketch { canvas in
      canvas.clipped(to: PlotRectangle(x: 10, y: 10, width: 10, height: 10)) {
        canvas.fill(PlotRectangle(x: 0, y: 0, width: 100, height: 50), PlotColor(0xFF0000))
      }
    }
    #expect(try sketch.image(scale: 1).count(of: red) == 100)
  }

  @Test("a drawing too tall for Cairo gets a smaller scale instead of an error")
  func tall() throws {
    let sketch = Sketch(size: PlotSize(width: 2, height: 64_000)) { _ in }
    #expect(try sketch.image(scale: 2).height == 32_000)
  }
}

@Suite("Fitting text")
struct TextFittingTests {
  private let style = TextStyle(size: 12)

  @Test("a name that is too long is shortened in the middle")
  func middle() throws {
    let canvas = try #require(Canvas.measuring())
    let name = "temperature_of_the_third_bearing_maximum"
    let shown = TextFitting.middleTruncated(name, to: 120, style, on: canvas)
    #expect(shown.hasPrefix("temp") && shown.hasSuffix("mum") && shown.contains("…"))
    #expect(canvas.width(of: shown, style) <= 120)
    #expect(TextFitting.middleTruncated("short", to: 120, style, on: canvas) == "short")
    #expect(TextFitting.middleTruncated(name, to: 1, style, on: canvas) == "…")
  }

  @Test("lines break at spaces and the last one is shortened")
  func lines() throws {
    let canvas = try #require(Canvas.measuring())
    let lines = TextFitting.lines(Samples.longTitle, width: 200, style, maximumCount: 3, on: canvas)
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { canvas.width(of: $0, style) <= 200 })
    #expect(lines[2].hasSuffix("…") && !lines[1].hasSuffix("…"))
    #expect(TextFitting.lines("", width: 200, style, maximumCount: 3, on: canvas).isEmpty)
  }

  @Test("a text of a million letters is shortened quickly")
  func enormous() throws {
    let canvas = try #require(Canvas.measuring())
    let shown = TextFitting.middleTruncated(
      String(repeating: "m", count: 1_000_000), to: 100, style, on: canvas)
    #expect(shown.count < 20)
  }
}
