import Foundation
import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Decimal numbers")
struct DecimalNumberTests {
  private func read(_ text: String) -> Double? {
    guard case .number(let value) = DecimalNumber.read(Array(text.utf8)) else { return nil }
    return value
  }

  private func reference(_ text: String) -> Double { unsafe strtod(text, nil) }

  @Test(
    "hard cases are rounded as strtod rounds them",
    arguments: [
      "0", "-0", "+1", "1.", ".5", "1e0", "1E5", "1e+5", "1e-5", "9007199254740993", "9007199254740992.5",
      "9007199254740991e22", "1e22", "1e23", "8.5e22", "1.7976931348623157e308", "4.9e-324", "2.4e-324",
      "2.2250738585072011e-308", "2.2250738585072014e-308", "0.1", "0.30000000000000004",
      "0.1234567890123456789012345678901234567890", "1234567890123456789", "12345678901234567890",
      "9999999999999999999", "18446744073709551615", "18446744073709551616", "1e-27",
      "9999999999999999999e-27",
      "9999999999999999999e27", "1e27", "1e28", "179769313486231580793e288", "3.141592653589793238",
      "000000000000000000000000000001.5", "0.000000000000000000000000000000001", "7.7395604855596330",
      "1e-400", "0e999999999", "4503599627370496.5", "4503599627370497.5", "9007199254740993e1",
    ])
  func hardCases(_ text: String) throws {
    #expect(try #require(read(text)).bitPattern == reference(text).bitPattern)
  }

  @Test("100,000 random numbers are rounded as strtod rounds them")
  func randomNumbers() {
    var generator = SeededGenerator(seed: 7)
    for index in 0..<100_000 {
      let text: String
      switch index % 4 {
      case 0: text = Double(bitPattern: generator.next() & 0x7fef_ffff_ffff_ffff).description
      case 1:
        let digits = generator.next() >> UInt64(generator.nextIndex(below: 60))
        text = "\(digits)e\(generator.nextIndex(below: 60) - 30)"
      case 2: text = "-\(generator.nextIndex(below: 1_000_000)).\(generator.next())"
      default: text = generator.nextUnitDouble().description
      }
      #expect(read(text)?.bitPattern == reference(text).bitPattern, "\(text)")
    }
  }

  @Test("ties between two doubles are rounded to even")
  func ties() {
    // 2^53 + 1 and its scaled relatives, exactly between neighbors, and one unit off to either side.
    for exponent in -5...5 {
      for digits in ["9007199254740993", "9007199254740993000", "9007199254740992999", "9007199254740993001"]
      {
        let text = "\(digits)e\(exponent)"
        #expect(read(text) == reference(text), "\(text)")
      }
    }
  }

  @Test(
    "invalid numbers have a reason",
    arguments: [
      ("", DecimalNumber.Reading.empty), ("  ", .empty), ("nan", .notFinite), ("-inf", .notFinite),
      ("Infinity", .notFinite), ("1e999", .tooLarge), ("-1e400", .tooLarge), ("0x10", .notANumber),
      ("1,5", .notANumber), ("e5", .notANumber), (".", .notANumber), ("-", .notANumber), ("1e", .notANumber),
      ("1e+", .notANumber), ("1 2", .notANumber), ("--1", .notANumber), ("1.2.3", .notANumber),
      ("abc", .notANumber), ("é", .notANumber),
    ])
  func notNumbers(_ text: String, _ reading: DecimalNumber.Reading) {
    #expect(DecimalNumber.read(Array(text.utf8)) == reading)
  }

  @Test("spaces and tabs around a number are allowed")
  func spaces() { #expect(read(" \t 2.5  ") == 2.5) }
}
