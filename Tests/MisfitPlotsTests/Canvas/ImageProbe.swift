import MisfitImages
import MisfitPlots

extension Image {
  func color(_ x: Int, _ y: Int) -> PlotColor {
    let samples = Array(self[y, x])
    return PlotColor(red: samples[0], green: samples[1], blue: samples[2])
  }

  /// The pixels for which something holds, as x and y.
  private func places(where holds: (UInt8, UInt8, UInt8) -> Bool) -> [(x: Int, y: Int)] {
    var places: [(x: Int, y: Int)] = []
    for index in 0..<width * height {
      let start = index * 3
      if holds(pixels[start], pixels[start + 1], pixels[start + 2]) {
        places.append((index % width, index / width))
      }
    }
    return places
  }

  func count(of color: PlotColor) -> Int {
    places { $0 == color.red && $1 == color.green && $2 == color.blue }.count
  }

  /// Returns left, top, right and bottom (the last two exclusive) of the pixels with a color; empty if there
  /// are none.
  func bounds(of color: PlotColor) -> [Int] {
    Self.bounds(places { $0 == color.red && $1 == color.green && $2 == color.blue })
  }

  /// The same of all that is not white.
  var inkBounds: [Int] { Self.bounds(places { $0 != 255 || $1 != 255 || $2 != 255 }) }

  private static func bounds(_ places: [(x: Int, y: Int)]) -> [Int] {
    guard let left = places.map(\.x).min(), let right = places.map(\.x).max(),
      let top = places.map(\.y).min(), let bottom = places.map(\.y).max()
    else { return [] }
    return [left, top, right + 1, bottom + 1]
  }
}
