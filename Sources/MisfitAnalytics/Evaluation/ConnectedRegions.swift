/// The connected regions of a mask.
package enum ConnectedRegions {
  /// Returns the pixels of each region, in order of its first pixel; pixels that touch at a side or a corner
  /// are connected.
  ///
  /// Shapes: `mask` [rows, width], row by row; a pixel is its index in `mask`.
  ///
  /// - Precondition: `mask` has whole rows.
  /// - Complexity: O(pixels).
  package static func of(_ mask: [Bool], width: Int) -> [[Int]] {
    precondition(width >= 1 && mask.count.isMultiple(of: width), "a mask has whole rows")
    let grid = PixelGrid(width: width, height: mask.count / width)
    var isSeen = Array(repeating: false, count: mask.count)
    var regions: [[Int]] = []
    for start in mask.indices where mask[start] && !isSeen[start] {
      var region = [start]
      isSeen[start] = true
      var next = 0
      while next < region.count {
        grid.forEachNeighbor(of: region[next]) { neighbor in
          guard mask[neighbor], !isSeen[neighbor] else { return }
          isSeen[neighbor] = true
          region.append(neighbor)
        }
        next += 1
      }
      regions.append(region)
    }
    return regions
  }
}

/// The neighborhood of pixels: up to eight others, at the sides and corners.
struct PixelGrid {
  let width: Int
  let height: Int

  /// Calls `body` with each neighbor of a pixel.
  @inline(__always)
  func forEachNeighbor(of pixel: Int, _ body: (Int) -> Void) {
    let (row, column) = (pixel / width, pixel % width)
    for otherRow in max(row - 1, 0)...min(row + 1, height - 1) {
      for otherColumn in max(column - 1, 0)...min(column + 1, width - 1) {
        let other = otherRow * width + otherColumn
        if other != pixel { body(other) }
      }
    }
  }
}
