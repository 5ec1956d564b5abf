import Foundation
import Testing

/// An NPY file of 32-bit floats, read without the code under test.
struct NPYBytes {
  let header: String
  let values: [Float]

  init(_ file: Data) throws {
    let bytes = [UInt8](file)
    try #require(bytes.count > 10 && bytes[0] == 0x93 && bytes[6] == 1)
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    header = String(decoding: bytes[10..<start], as: UTF8.self)
    #expect(start % 64 == 0 && header.contains("'descr': '<f4', 'fortran_order': False"))
    values = stride(from: start, to: bytes.count, by: 4).map { place in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) })
    }
  }
}
