import MisfitAnalytics
import MisfitIngest

/// A connected region of an image where the map of the image is above the threshold.
///
/// Positions and sizes are in pixels of the image's file, from its upper left corner, counted from 0,
/// whatever size the model works on.
public struct ImageRegion: Sendable, Hashable {
  /// The leftmost column of the region's box.
  public var x: Int
  /// The topmost row of the region's box.
  public var y: Int
  /// The number of columns of the box.
  public var width: Int
  /// The number of rows of the box.
  public var height: Int
  /// The number of pixels of the region, at most those of its box.
  public var area: Int
  /// The largest value of the map in the region, in units of the threshold: larger than 1.
  public var peak: Double
  /// The column of the largest value.
  public var peakX: Int
  /// The row of the largest value.
  public var peakY: Int

  /// Creates a region.
  public init(
    x: Int, y: Int, width: Int, height: Int, area: Int, peak: Double, peakX: Int, peakY: Int
  ) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
    self.area = area
    self.peak = peak
    self.peakX = peakX
    self.peakY = peakY
  }
}

extension ImageRegion {
  /// Returns the connected regions of the values above 1, the largest peak first.
  ///
  /// Pixels that touch at a side or a corner belong to one region. Values have the shape [height, width], row
  /// by row; NaN belongs to no region.
  ///
  /// - Precondition: `values` has `width * height` elements.
  /// - Complexity: O(pixels).
  package static func regions(above values: [Float], width: Int, height: Int) -> [ImageRegion] {
    precondition(values.count == width * height, "one value a pixel")
    let regions = ConnectedRegions.of(values.map { $0 > 1 }, width: width).map { pixels in
      var growth = Growth(at: pixels[0], width: width)
      for pixel in pixels {
        growth.add(row: pixel / width, column: pixel % width, value: values[pixel])
      }
      return growth.region
    }
    // Regions of one peak stay in the order of their first pixels.
    return regions.enumerated().sorted { ($1.element.peak, $0.offset) < ($0.element.peak, $1.offset) }
      .map(\.element)
  }

  /// A region that is being filled.
  private struct Growth {
    private var left: Int
    private var right: Int
    private var top: Int
    private var bottom: Int
    private var area = 0
    private var peak: Float = 0
    private var peakPlace: (row: Int, column: Int)

    init(at pixel: Int, width: Int) {
      (left, right) = (pixel % width, pixel % width)
      (top, bottom) = (pixel / width, pixel / width)
      peakPlace = (top, left)
    }

    mutating func add(row: Int, column: Int, value: Float) {
      (left, right) = (min(left, column), max(right, column))
      (top, bottom) = (min(top, row), max(bottom, row))
      area += 1
      // Of equal values the first in reading order, whatever the order of the search.
      guard value > peak || value == peak && (row, column) < peakPlace else { return }
      (peak, peakPlace) = (value, (row, column))
    }

    var region: ImageRegion {
      ImageRegion(
        x: left, y: top, width: right - left + 1, height: bottom - top + 1, area: area, peak: Double(peak),
        peakX: peakPlace.column, peakY: peakPlace.row)
    }
  }
}
