import Foundation
import MisfitCore
import Testing

@Suite struct NumberTextTests {
  @Test(
    "significant digits",
    arguments: [
      (0, "0"), (-0.0, "0"), (1, "1"), (0.01173, "0.01173"), (0.011734, "0.01173"), (1234, "1234"),
      (1234.5, "1235"), (12345.6, "12346"), (9.9996, "10"), (99.996, "100"), (0.99996, "1"),
      (9.9994, "9.999"),
      (-9.9996, "-10"), (-0.5, "-0.5"), (-1234.4, "-1234"), (0.1, "0.1"), (0.00001234, "0.00001234"),
      (0.0000099996, "0.00001"), (0.000009, "9e-06"), (5.1e-8, "5.1e-08"), (-5.1e-8, "-5.1e-08"),
      (1e15, "1e+15"), (1.23456e20, "1.235e+20"), (9.9996e20, "1e+21"), (999_999_999_999_999, "1e+15"),
      (123_456_789, "123456789"), (1.7976931348623157e308, "1.798e+308"),
      (2.2250738585072014e-308, "2.225e-308"),
      (1e-310, "1e-310"), (5e-324, "4.941e-324"), (-5e-324, "-4.941e-324"), (.nan, "nan"), (.infinity, "inf"),
      (-.infinity, "-inf"),
    ] as [(Double, String)])
  func significant(_ value: Double, _ text: String) {
    #expect(NumberText.significant(value) == text)
  }

  @Test(
    "another number of significant digits",
    arguments: [
      (3.14159, 1, "3"), (3.14159, 2, "3.1"), (3.14159, 6, "3.14159"), (0.95, 1, "1"),
      (1.05e-7, 2, "1.1e-07"),
      (2.0 / 3, 12, "0.666666666667"),
    ] as [(Double, Int, String)])
  func significantDigits(_ value: Double, _ digits: Int, _ text: String) {
    #expect(NumberText.significant(value, digits: digits) == text)
  }

  @Test(
    "fixed decimals",
    arguments: [
      (3.1, 2, "3.10"), (0, 2, "0.00"), (-0.0, 1, "0.0"), (0.999, 2, "1.00"), (9.9996, 3, "10.000"),
      (2.5, 0, "3"),
      (-2.5, 0, "-3"), (-0.004, 2, "0.00"), (-0.006, 2, "-0.01"), (0.05, 2, "0.05"), (0.15, 1, "0.2"),
      (1e-300, 4, "0.0000"), (123_456_789.125, 2, "123456789.13"), (1e17, 1, "100000000000000000.0"),
      (.nan, 2, "nan"),
      (.infinity, 2, "inf"), (-.infinity, 0, "-inf"), (1.5, -3, "2"),
    ] as [(Double, Int, String)])
  func fixed(_ value: Double, _ decimals: Int, _ text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }

  @Test("fixed decimals are those of C's printf, ties aside")
  func fixedAgreesWithC() {
    var generator = SeededGenerator(seed: 1)
    for index in 0..<5000 {
      let size = pow(10, Double(index % 12 - 5))
      let value = (generator.nextUnitDouble() * 2 - 1) * size
      let decimals = index % 7
      // Rounded to nothing, C keeps the sign.
      let expected = String(format: "%.\(decimals)f", value)
      let unsigned = expected.allSatisfy { "-0.".contains($0) } ? expected.filter { $0 != "-" } : expected
      #expect(NumberText.fixed(value, decimals: decimals) == unsigned)
    }
  }

  @Test("significant digits keep the number to half a unit of the last")
  func significantIsClose() throws {
    var generator = SeededGenerator(seed: 2)
    for index in 0..<5000 {
      let value = (generator.nextUnitDouble() + 0.1) * pow(10, Double(index % 600 - 300))
      let read = try #require(Double(NumberText.significant(value)))
      #expect(abs(read - value) <= 0.5001e-3 * value)
    }
  }

  @Test(
    "thousands",
    arguments: [
      (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (60_000, "60,000"), (1_234_567, "1,234,567"),
      (-999, "-999"),
      (-60_000, "-60,000"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
  func grouped(_ count: Int, _ text: String) { #expect(NumberText.grouped(count) == text) }

  @Test(
    "bytes",
    arguments: [
      (0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1.0 KiB"), (49_283_072, "47.0 MiB"),
      (1_048_575, "1.0 MiB"), (1_048_524, "1023.9 KiB"), (1 << 30, "1.0 GiB"), (3 << 40, "3.0 TiB"),
      (5000 << 40, "5000.0 TiB"),
    ])
  func bytes(_ count: Int, _ text: String) { #expect(NumberText.bytes(count) == text) }

  @Test(
    "lengths of time",
    arguments: [
      (0, "0.00 s"), (0.42, "0.42 s"), (9.994, "9.99 s"), (9.996, "10 s"), (12.4, "12 s"),
      (59.6, "1 min 00 s"),
      (185, "3 min 05 s"), (3599.6, "1 h 00 min"), (7620, "2 h 07 min"), (360_000, "100 h 00 min"),
      (-1, "unknown"),
      (.nan, "unknown"), (.infinity, "unknown"),
    ] as [(Double, String)])
  func duration(_ seconds: Double, _ text: String) { #expect(NumberText.duration(seconds: seconds) == text) }

  @Test("numbers as bytes are their descriptions")
  func asBytes() {
    var generator = SeededGenerator(seed: 5)
    var values: [Float] = [
      0, -0, 1, 0.1, 1e16, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity,
    ]
    values += (0..<10_000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())) }
    // The ends of each power of two, whose neighbors are at different distances.
    values += (0..<255).flatMap { exponent in
      [0, 1, 2, 0x40_0000, 0x7f_fffe, 0x7f_ffff].map { Float(bitPattern: exponent << 23 | $0) }
    }
    values += (0..<2_000).map { Float($0) / 1_000 }
    for value in values {
      var bytes = [UInt8(ascii: "x")]
      NumberText.append(shortest: value, to: &bytes)
      #expect(String(decoding: bytes, as: UTF8.self) == (value.isNaN ? "xnan" : "x\(value)"))
    }
    for value in [0, 7, 10, 99, 100, -1, 1_234_567, .max, .min] {
      var bytes = [UInt8(ascii: "x")]
      NumberText.append(value, to: &bytes)
      #expect(String(decoding: bytes, as: UTF8.self) == "x\(value)")
    }
  }
}
