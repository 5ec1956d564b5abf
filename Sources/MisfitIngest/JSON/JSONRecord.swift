/// The members of one JSON object, those of nested objects among them; memory that is filled again and again.
struct JSONRecord {
  /// One member that holds a value.
  struct Cell {
    /// The name in `bytes`; that of a nested member has those above it in front, with points between them.
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
