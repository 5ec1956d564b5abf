import Foundation
import MisfitCore
import MisfitImages
import MisfitPlots
import Testing

@Suite("All plots")
struct DrawingTests {
  @Test("have their size, are not blank, and clip nothing at the edges", arguments: AnyDrawing.all)
  func edges(drawing: AnyDrawing) throws {
    let image = try drawing.image(scale: 1)
    #expect(image.width == Int(drawing.size.width.rounded()))
    #expect(image.height == Int(drawing.size.height.rounded()))
    let ink = image.inkBounds
    try #require(ink.count == 4)
    // What is cut off at an edge touches it.
    #expect(ink[0] >= 3 && ink[1] >= 3)
    #expect(ink[2] <= image.width - 3 && ink[3] <= image.height - 3)
  }

  @Test(
    "are the same PNG each time, at twice their size", arguments: [AnyDrawing.all[0], AnyDrawing.all[6]])
  func png(drawing: AnyDrawing) throws {
    let bytes = try drawing.png()
    #expect(try drawing.png() == bytes)
    let image = try PNGDecoder.decode(bytes: bytes, path: "memory")
    #expect(image.width == 2 * Int(drawing.size.width))
    #expect(try image == drawing.image(scale: 2))
  }

  @Test("are written in the format of the path's extension, and a missing folder is a file error")
  func files() throws {
    let plot = AnyDrawing.all[0]
    let folder = NSTemporaryDirectory() + "misfit-plots-\(UUID().uuidString)"
    try FileSystem.makeDirectory(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try plot.write(to: folder + "/plot.SVG")
    try plot.write(to: folder + "/plot.png")
    let svg = try #require(FileManager.default.contents(atPath: folder + "/plot.SVG"))
    #expect(try Array(svg) == plot.svg())
    #expect(try PNGDecoder.header(ofFile: folder + "/plot.png").width == 1520)
    let error = #expect(throws: ImageError.self) { try plot.write(to: "/nowhere/plot.png") }
    #expect(error?.kind == .file(FileError(.create, path: "/nowhere/plot.png", errorNumber: ENOENT)))
  }
}
