/// An image that is cut into tiles.
package struct TiledImage: Sendable, Hashable {
  /// The size of the prepared image.
  package let size: ImageSize
  /// The number of its tiles.
  package let tileCount: Int

  /// Creates the size of an image and the number of its tiles.
  package init(size: ImageSize, tileCount: Int) {
    self.size = size
    self.tileCount = tileCount
  }
}

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
      let count = tiles.count(along: image.width) * tiles.count(along: image.height)
      starts.append((starts.last ?? 0) + count)
    }
    self.starts = starts
  }

  /// The number of tiles of all images.
  package var tileCount: Int { starts.last ?? 0 }

  /// The images with the numbers of their tiles, in order.
  package var tiledImages: [TiledImage] {
    images.indices.map { TiledImage(size: images[$0], tileCount: tileCount(ofImage: $0)) }
  }

  /// Returns the number of tiles of an image, counted from 0.
  package func tileCount(ofImage image: Int) -> Int { starts[image + 1] - starts[image] }

  /// Returns the records of an image's tiles, counted from 0.
  func records(ofImage image: Int) -> Range<Int> { starts[image]..<starts[image + 1] }

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
    let corner = tiles.corner(ofTile: record - starts[low], in: images[low])
    return (low, corner.row, corner.column)
  }
}

extension ImagePreparation.Tiles {
  /// Returns the number of tiles along a side of an image.
  fileprivate func count(along length: Int) -> Int { (length - side + stride - 1) / stride + 1 }

  /// Returns the number of tiles that hold each position along a side of an image: [length].
  package func counts(along length: Int) -> [Int] {
    var counts = Array(repeating: 0, count: length)
    for tile in 0..<count(along: length) {
      let start = min(tile * stride, length - side)
      for position in start..<start + side { counts[position] += 1 }
    }
    return counts
  }

  /// Returns the upper left corner of a tile of an image; tiles are counted row by row from 0.
  package func corner(ofTile tile: Int, in image: ImageSize) -> (row: Int, column: Int) {
    let across = count(along: image.width)
    return (
      min(tile / across * stride, image.height - side), min(tile % across * stride, image.width - side)
    )
  }
}
