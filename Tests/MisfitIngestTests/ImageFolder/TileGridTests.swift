import Testing

@testable import MisfitIngest

@Suite("Positions of tiles")
struct TileGridTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let width: Int
    let height: Int
    let side: Int
    let stride: Int
    var testDescription: String { "\(width) x \(height) in tiles of \(side) every \(stride)" }
  }

  static let cases = [
    Case(width: 8, height: 4, side: 4, stride: 4), Case(width: 9, height: 7, side: 4, stride: 4),
    Case(width: 9, height: 7, side: 4, stride: 3), Case(width: 4, height: 4, side: 4, stride: 1),
    Case(width: 5, height: 11, side: 5, stride: 2), Case(width: 1, height: 3, side: 1, stride: 1),
  ]

  @Test("every pixel is covered, every tile is inside, and no two are the same", arguments: cases)
  func coverage(tile: Case) {
    let size = ImageSize(width: tile.width, height: tile.height)
    let grid = TileGrid(.init(side: tile.side, stride: tile.stride), over: [size])
    var covered = Set<[Int]>()
    var corners = Set<[Int]>()
    for record in 0..<grid.tileCount {
      let place = grid.place(ofRecord: record)
      #expect(place.image == 0)
      #expect(place.row >= 0 && place.row + tile.side <= tile.height)
      #expect(place.column >= 0 && place.column + tile.side <= tile.width)
      corners.insert([place.row, place.column])
      for row in 0..<tile.side {
        for column in 0..<tile.side { covered.insert([place.row + row, place.column + column]) }
      }
    }
    #expect(covered.count == tile.width * tile.height)
    #expect(corners.count == grid.tileCount)
  }

  @Test("records cover images of different sizes in order")
  func images() {
    let sizes = [(9, 4), (4, 4), (5, 8)].map { ImageSize(width: $0.0, height: $0.1) }
    let grid = TileGrid(.init(side: 4), over: sizes)
    #expect(grid.tiledImages.map(\.tileCount) == [3, 1, 4])
    #expect(grid.tileCount == 8)
    let places = (0..<8).map { grid.place(ofRecord: $0) }
    #expect(places.map(\.image) == [0, 0, 0, 1, 2, 2, 2, 2])
    #expect(places.map(\.column) == [0, 4, 5, 0, 0, 1, 0, 1])
    #expect(places.map(\.row) == [0, 0, 0, 0, 0, 0, 4, 4])
  }
}
