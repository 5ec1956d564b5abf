/// Many small inputs in one file: each is its length, four bytes little-endian, and then its bytes.
enum CorpusPack {
  /// The file of some inputs.
  static func packed(_ inputs: [[UInt8]]) -> [UInt8] {
    inputs.flatMap { input in
      (0..<4).map { UInt8(truncatingIfNeeded: input.count >> ($0 * 8)) } + input
    }
  }

  /// The inputs of a file; what is cut off at its end is left out.
  static func inputs(in file: [UInt8]) -> [[UInt8]] {
    var inputs: [[UInt8]] = []
    var start = 0
    while start + 4 <= file.count {
      let count = (0..<4).reduce(0) { $0 | Int(file[start + $1]) << ($1 * 8) }
      guard start + 4 + count <= file.count else { break }
      inputs.append(Array(file[start + 4..<start + 4 + count]))
      start += 4 + count
    }
    return inputs
  }
}
