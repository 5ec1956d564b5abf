/// The members of one JSON object, including those of nested objects; its memory is reused.
struct JSONRecord {
  /// One member with a value.
  struct Cell {
    /// The name in `bytes`; that of a nested member is preceded by the outer names, separated by points.
    var name: Range<Int>
    /// The text of the value in `bytes`: a string without its quotes and escapes, a list as compact JSON.
    var text: Range<Int>
  }

  var bytes: [UInt8] = []
  var cells: [Cell] = []
  /// The line on which the object begins, from 1.
  var line = 1

  mutating func reset(line: Int) {
    bytes.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
    self.line = line
  }
}
