import MisfitCore
import MisfitIngest

/// The windows over rows, made when they are needed; the rows are stored once.
///
/// Windows begin every `stride` rows of a segment, and the last one ends with it. A segment that is shorter
/// than a window has none.
final class SeriesWindows: EpochRows {
  /// The rows.
  let rows: SeriesRows
  /// The shape of a window.
  let shape: WindowShape
  /// The segments with windows.
  private let segments: [Range<Int>]
  /// The number of windows before those of each segment, and of all: one more than segments.
  private let firstWindows: [Int]

  /// Makes the windows over the segments that are long enough.
  init(_ rows: SeriesRows, _ shape: WindowShape) {
    self.rows = rows
    self.shape = shape
    segments = rows.segments.filter { $0.count >= shape.length }
    firstWindows = segments.reduce(into: [0]) { $0.append($0[$0.count - 1] + Self.count(in: $1, shape)) }
  }

  private static func count(in segment: Range<Int>, _ shape: WindowShape) -> Int {
    (segment.count - shape.length + shape.stride - 1) / shape.stride + 1
  }

  /// The number of windows.
  var rowCount: Int { firstWindows[firstWindows.count - 1] }

  /// The number of floats in a window.
  var width: Int { shape.width }

  func beginEpoch(_ epoch: Int, shuffled: Bool) throws {}
  func makeAvailable(_ range: Range<Int>) throws {}

  /// Returns the rows of a window.
  func rowRange(of window: Int) -> Range<Int> {
    var low = 0
    var high = segments.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstWindows[middle] <= window { low = middle } else { high = middle }
    }
    let segment = segments[low]
    let last = segment.upperBound - shape.length
    let start = min(segment.lowerBound + (window - firstWindows[low]) * shape.stride, last)
    return start..<start + shape.length
  }

  func gather(_ range: Range<Int>, into destination: FloatSlice) {
    let width = width
    let slice = rows.values.slice
    destination.withMutableSpan { output in
      let values = slice.span
      for (place, window) in range.enumerated() {
        write(rowRange(of: window), of: values, into: &output, from: place * width)
      }
    }
  }

  private func write(
    _ rows: Range<Int>, of values: Span<Float>, into output: inout MutableSpan<Float>, from start: Int
  ) {
    let (length, count) = (shape.length, shape.columnCount)
    let first = rows.lowerBound * count
    for index in 0..<length * count { output[start + index] = values[first + index] }
    guard shape.levelWeight != nil else { return }
    for column in 0..<count {
      var sum: Float = 0
      for index in stride(from: start + column, to: start + length * count, by: count) {
        sum += output[index]
      }
      let mean = sum / Float(length)
      for index in stride(from: start + column, to: start + length * count, by: count) {
        output[index] -= mean
      }
      output[start + length * count + column] = mean * shape.levelFactor
    }
  }
}

/// Some windows as a source of rows, which any model can learn from.
struct WindowSource: RecordSource {
  let name: String
  let windows: SeriesWindows
  /// The windows to read, in order.
  let numbers: [Int]

  var layout: RecordLayout {
    RecordLayout(shape: .row(windows.width), rowCount: numbers.count)
  }

  /// Windows are no files: what the model learned from is noted by the series itself.
  var filePaths: [String] { [] }

  func makeReader() throws(IngestError) -> any RecordReader { Reader(self) }

  private final class Reader: RecordReader {
    private let source: WindowSource
    private let row: FloatSlice
    private var done = 0

    init(_ source: WindowSource) {
      self.source = source
      row = FloatBuffer(count: source.windows.width).all
    }

    func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
      batch.reset(firstRecord: done + 1)
      while done < source.numbers.count, batch.rowCount < batch.capacity {
        let number = source.numbers[done]
        source.windows.gather(number..<number + 1, into: row)
        batch.append(row.array.map { Double($0) })
        done += 1
      }
      return batch.rowCount > 0
    }
  }
}
