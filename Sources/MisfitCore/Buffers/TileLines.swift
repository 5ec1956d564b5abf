/// Lines of a tile in an image: `count` lines of `length` elements each, the first at `start`, and `stride`
/// elements from one to the next.
///
/// Lines of tiles are short, and an image has many, so that eight elements are taken at a time.
package struct TileLines {
  private let start: Int
  private let length: Int
  private let stride: Int
  private let count: Int

  /// Creates lines.
  ///
  /// - Precondition: no number is negative, and lines do not overlap.
  package init(start: Int, length: Int, stride: Int, count: Int) {
    precondition(start >= 0 && count >= 0 && length >= 0 && length <= stride, "lines that overlap")
    self.start = start
    self.length = length
    self.stride = stride
    self.count = count
  }

  /// The number of elements of an image that contains the lines.
  private var leastCount: Int { count == 0 ? 0 : start + (count - 1) * stride + length }

  /// Copies the lines of an image to consecutive bytes, from `place` on.
  ///
  /// - Precondition: the lines are in the image, and the target has room for them.
  package func copy(of image: Span<UInt8>, to target: inout MutableSpan<UInt8>, at place: Int) {
    precondition(leastCount <= image.count && place >= 0, "lines outside of the image")
    precondition(count * length <= target.count - place, "too little room for the lines")
    unsafe image.withUnsafeBufferPointer { image in
      unsafe target.withUnsafeMutableBufferPointer { target in
        for line in 0..<count {
          let (from, to) = (start &+ line &* stride, place &+ line &* length)
          var index = 0
          while index &+ 8 <= length {
            let source = unsafe UnsafeRawPointer(image.baseAddress.unsafelyUnwrapped + from + index)
            let word = unsafe source.loadUnaligned(as: UInt64.self)
            unsafe UnsafeMutableRawPointer(target.baseAddress.unsafelyUnwrapped + to + index)
              .storeBytes(of: word, as: UInt64.self)
            index &+= 8
          }
          while index < length {
            unsafe target[to &+ index] = image[from &+ index]
            index &+= 1
          }
        }
      }
    }
  }

  /// Adds consecutive numbers, those of a tile, to the lines of an image.
  ///
  /// - Precondition: the lines are in the image, and there is a number for each element.
  package func add(_ tile: Span<Float>, to image: inout MutableSpan<Float>) {
    precondition(leastCount <= image.count, "lines outside of the image")
    precondition(tile.count >= count * length, "a number for each element of the lines")
    unsafe tile.withUnsafeBufferPointer { tile in
      unsafe image.withUnsafeMutableBufferPointer { image in
        for line in 0..<count {
          let (from, to) = (line &* length, start &+ line &* stride)
          var index = 0
          while index &+ 8 <= length {
            let added = unsafe UnsafeRawPointer(tile.baseAddress.unsafelyUnwrapped + from + index)
            let place = unsafe UnsafeMutableRawPointer(image.baseAddress.unsafelyUnwrapped + to + index)
            let sum =
              unsafe place.loadUnaligned(as: SIMD8<Float>.self)
              + added.loadUnaligned(as: SIMD8<Float>.self)
            unsafe place.storeBytes(of: sum, as: SIMD8<Float>.self)
            index &+= 8
          }
          while index < length {
            unsafe image[to &+ index] += tile[from &+ index]
            index &+= 1
          }
        }
      }
    }
  }
}
