import MisfitCore
import MisfitIngest

/// The deviations of a column's values from the values around them in time.
///
/// The deviation of a value is its distance from the median of the ``reach`` values before it or from that of
/// the ``reach`` values after it, whichever is smaller; 0 if it is above one of them and below the other. A
/// value thus deviates if it is far from both sides: a spike or a dip of up to two rows does, the edge of a
/// new level and a steep trend do not. Beside the end of a segment, the values of one side are enough.
struct SeriesDeviations {
  /// The number of values on either side.
  static let reach = 4

  private let values: FloatSlice
  private let width: Int
  private let column: Int
  private let number: NumberEncoding?
  private let scale: Double
  private let offset: Double

  /// Makes the deviations of a column of `record.columns`, in its unit.
  init(_ rows: SeriesRows, column: Int, record: SeriesRecord) {
    values = rows.values.slice
    width = rows.values.width
    self.column = column
    let index = record.columns[column]
    let schema = record.schema
    number = schema.table?.used[index].number
    let isPlain = schema.table == nil
    scale = isPlain ? schema.scales[index] : 1
    offset = isPlain ? schema.offsets[index] : 0
  }

  private func value(_ row: Int) -> Double {
    let encoded = Double(values[row * width + column])
    return number?.decode(encoded) ?? encoded * scale + offset
  }

  /// Calls `body` with each row of a segment and its deviation, in order; not with NaN.
  func forEach(in segment: Range<Int>, _ body: (_ row: Int, _ deviation: Double) -> Void) {
    // The values of the rows from `reach` before to `reach` after the current one, in a ring.
    let size = 2 * Self.reach + 2
    var ring = [Double](repeating: 0, count: size)
    var read = segment.lowerBound
    for row in segment {
      while read < min(row + Self.reach + 1, segment.upperBound) {
        ring[(read - segment.lowerBound) % size] = value(read)
        read += 1
      }
      let index = row - segment.lowerBound
      let before = Self.median(of: ring, max(0, index - Self.reach)..<index)
      let after = Self.median(of: ring, index + 1..<min(index + Self.reach + 1, segment.count))
      let own = ring[index % size]
      let deviation = Self.smaller(own - (before ?? after ?? own), own - (after ?? before ?? own))
      if !deviation.isNaN { body(row, deviation) }
    }
  }

  private static func smaller(_ one: Double, _ other: Double) -> Double {
    if one > 0 && other > 0 { return min(one, other) }
    if one < 0 && other < 0 { return max(one, other) }
    return one.isNaN ? one : 0
  }

  /// Returns the median of at most four values of a ring; nil for none.
  private static func median(of ring: [Double], _ range: Range<Int>) -> Double? {
    func value(_ offset: Int) -> Double { ring[(range.lowerBound + offset) % ring.count] }
    switch range.count {
    case 0: return nil
    case 1: return value(0)
    case 2: return (value(0) + value(1)) / 2
    case 3:
      let (a, b, c) = (value(0), value(1), value(2))
      return max(min(a, b), min(max(a, b), c))
    default:
      let (a, b, c, d) = (value(0), value(1), value(2), value(3))
      return (max(min(a, b), min(c, d)) + min(max(a, b), max(c, d))) / 2
    }
  }
}
