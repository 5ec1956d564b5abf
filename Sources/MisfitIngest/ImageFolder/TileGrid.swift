/// The positions of the tiles of a folder's images.
///
/// Along each axis tiles begin at 0, stride, 2 stride, ... ; if the last of them does not reach the edge, one
/// more ends there, overlapping its neighbor. So every pixel is covered, without padding. The tiles of an
/// image are consecutive records, row by row; images are in the order of the folder.
package struct TileGrid: Sendable, Hashable {
  /// The size and stride of the tiles.
  package let tiles: ImagePreparation.Tiles
  /// The sizes of the prepared images, in the order of their records.
  package let images: [ImageSize]
  /// The index of the first record of each image, from 0, and the number of records.
  private let starts: [Int]

  /// Covers images with tiles.
  ///
  /// - Precondition: no image is smaller than a tile.
  package init(_ tiles: ImagePreparation.Tiles, over images: [ImageSize]) {
    self.tiles = tiles
    self.images = images
    var starts = [0]
    for image in images {
      precondition(image.width >= tiles.side && image.height >= tiles.side, "an image smaller than a tile")
      let count = Self.count(along: image.width, tiles) * Self.count(along: image.height, tiles)
      starts.append((starts.last ?? 0) + count)
    }
    self.starts = starts
  }

  /// The number of tiles of all images.
  package var tileCount: Int { starts.last ?? 0 }

  /// The number of tiles of each image, in order.
  package var tileCounts: [Int] { images.indices.map(tileCount(ofImage:)) }

  /// Returns the number of tiles of an image, counted from 0.
  package func tileCount(ofImage image: Int) -> Int { starts[image + 1] - starts[image] }

  /// Returns the image and the upper left corner of a record's tile; all counted from 0.
  ///
  /// - Precondition: `0 <= record < tileCount`.
  /// - Complexity: O(log images).
  package func place(ofRecord record: Int) -> (image: Int, row: Int, column: Int) {
    precondition(record >= 0 && record < tileCount, "no such tile")
    var (low, high) = (0, images.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= record { low = middle } else { high = middle - 1 }
    }
    let across = Self.count(along: images[low].width, tiles)
    let tile = record - starts[low]
    return (
      low, offset(tile / across, along: images[low].height), offset(tile % across, along: images[low].width)
    )
  }

  private func offset(_ index: Int, along length: Int) -> Int {
    min(index * tiles.stride, length - tiles.side)
  }

  private static func count(along length: Int, _ tiles: ImagePreparation.Tiles) -> Int {
    (length - tiles.side + tiles.stride - 1) / tiles.stride + 1
  }
}
