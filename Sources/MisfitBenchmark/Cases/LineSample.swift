import Misfit

/// Evenly spaced lines of a text with a header, and the number of all lines.
struct LineSample {
  /// The number of all lines, including the header.
  private(set) var lineCount = 0
  /// The first line after the header, and then each `step`-th.
  private(set) var lines: [String] = []

  /// Reads a file once, a block at a time.
  ///
  /// - Throws: ``FileError``.
  init(_ path: String, every step: Int) throws(FileError) {
    let file = try ByteFile.reading(path)
    var line: [UInt8] = []
    var block: [UInt8] = []
    while try file.read(upTo: 1 << 20, appendingTo: &block) > 0 {
      var start = 0
      for index in block.indices where block[index] == UInt8(ascii: "\n") {
        if isWanted(step) {
          line.append(contentsOf: block[start..<index])
          lines.append(String(decoding: line, as: UTF8.self))
        }
        line.removeAll(keepingCapacity: true)
        lineCount += 1
        start = index + 1
      }
      if isWanted(step) { line.append(contentsOf: block[start...]) }
      block.removeAll(keepingCapacity: true)
    }
  }

  private func isWanted(_ step: Int) -> Bool { lineCount > 0 && (lineCount - 1) % step == 0 }
}
