import Foundation
import MisfitCore

/// Small data that tests write.
enum SampleData {
  /// A table with the columns id, temp, pressure, flow (nearly their sum) and kind; the last row is
  /// anomalous.
  static func sensors(rows: Int = 40) -> String {
    var generator = SeededGenerator(seed: 7)
    var text = "id,temp,pressure,flow,kind\n"
    for row in 1...rows {
      let temp = 20 + 5 * Double(generator.nextUnitFloat())
      let pressure = 3 + 2 * Double(generator.nextUnitFloat())
      let isOdd = row == rows
      let flow = isOdd ? 90 : temp + pressure + Double(generator.nextUnitFloat()) / 10
      text += "r\(row),\(temp),\(pressure),\(flow),\(isOdd ? "bad" : "ok")\n"
    }
    return text
  }

  /// A table of random numbers from 0 to 5, columns `c1`, `c2`, ...
  static func numbers(rows: Int, columns: Int) -> String {
    var generator = SeededGenerator(seed: 8)
    var text = (1...columns).map { "c\($0)" }.joined(separator: ",") + "\n"
    for _ in 0..<rows {
      text += (0..<columns).map { _ in "\(5 * generator.nextUnitFloat())" }.joined(separator: ",") + "\n"
    }
    return text
  }

  /// An IDX file of bytes, with a header of `promised` samples.
  static func idx(_ count: Int, _ extents: [Int], promised: Int? = nil) -> Data {
    var bytes: [UInt8] = [0, 0, 8, UInt8(extents.count + 1)]
    for extent in [promised ?? count] + extents { bytes += bigEndian(UInt32(extent)) }
    var generator = SeededGenerator(seed: 9)
    for index in 0..<count * extents.reduce(1, *) {
      let isCorner = index % extents.reduce(1, *) == 0
      bytes.append(isCorner ? 0 : UInt8(generator.nextUnitFloat() * 255))
    }
    return Data(bytes)
  }

  /// Labels from 0 to 2 in turn, as an IDX file.
  static func idxLabels(_ count: Int) -> Data {
    Data([0, 0, 8, 1] + bigEndian(UInt32(count)) + (0..<count).map { UInt8($0 % 3) })
  }

  /// A grey PNG image of one shade, with the pixels stored and not compressed.
  static func png(width: Int, height: Int, shade: UInt8) -> Data {
    var header = bigEndian(UInt32(width))
    header += bigEndian(UInt32(height))
    header += [8, 0, 0, 0, 0]
    var rows: [UInt8] = []
    for row in 0..<height {
      rows.append(0)
      for column in 0..<width { rows.append(UInt8(column * row & 0xFF) ^ shade) }
    }
    let length = [UInt8(rows.count & 0xFF), UInt8(rows.count >> 8)]
    var stored: [UInt8] = [0x78, 0x01, 0x01]
    stored += length + length.map { ~$0 }
    stored += rows
    stored += bigEndian(adler(rows))
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    return Data([signature, chunk("IHDR", header), chunk("IDAT", stored), chunk("IEND", [])].joined())
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return Array([bigEndian(UInt32(content.count)), body, bigEndian(cyclicRedundancy(body))].joined())
  }

  private static func cyclicRedundancy(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
      }
    }
  }

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return b << 16 | a
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { (shift: UInt32) in UInt8(truncatingIfNeeded: value >> shift) }
  }
}
