import Foundation
import MisfitCore
import Testing

@testable import MisfitIngest

/// `MISFIT_DECIMAL_COUNT` sets how many numbers of each shape are compared; 10,000 without it.
@Suite("Decimal numbers against strtod and strtof")
struct DecimalRoundingTests {
  /// The form of a generated text.
  enum Shape: CaseIterable {
    case shortestFloat, shortestDouble, shortestSubnormal, randomDigits, fewDigits, manyDigits, halfway,
      floatHalfway
    case overflowEdge, leadingZeros
  }

  private static let count =
    ProcessInfo.processInfo.environment["MISFIT_DECIMAL_COUNT"].flatMap { Int($0) } ?? 10_000

  private func read(_ text: String) -> Double? {
    switch DecimalNumber.read(Array(text.utf8)) {
    case .number(let value): value
    case .tooLarge: text.hasPrefix("-") ? -.infinity : .infinity
    default: nil
    }
  }

  @Test("are rounded like these do", arguments: Shape.allCases)
  func random(_ shape: Shape) {
    var generator = SeededGenerator(seed: 31)
    var roundedTwiceCount = 0
    for _ in 0..<Self.count {
      let text = text(shape, &generator)
      let value = read(text)
      guard value?.bitPattern == (unsafe strtod(text, nil)).bitPattern else {
        Issue.record("\(text) is read as \(String(describing: value))")
        return
      }
      if let value, Float(value).bitPattern != (unsafe strtof(text, nil)).bitPattern {
        roundedTwiceCount += 1
      }
    }
    // A double exactly between two floats no longer contains the side of the tie that its text was on.
    if shape != .floatHalfway { #expect(roundedTwiceCount == 0) }
  }

  private func text(_ shape: Shape, _ generator: inout SeededGenerator) -> String {
    let bits = generator.next()
    let sign = bits & 1 == 0 ? "" : "-"
    switch shape {
    case .shortestFloat: return Float(bitPattern: UInt32(truncatingIfNeeded: bits) & 0xff7f_ffff).description
    case .shortestDouble: return Double(bitPattern: bits & 0xffef_ffff_ffff_ffff).description
    case .shortestSubnormal: return Double(bitPattern: bits & 0x801f_ffff_ffff_ffff).description
    case .randomDigits:
      let exponent = generator.nextIndex(below: 700) - 370
      return sign + pointed(digits(1 + generator.nextIndex(below: 25), &generator), &generator)
        + "e\(exponent)"
    case .fewDigits: return sign + pointed(digits(1 + generator.nextIndex(below: 9), &generator), &generator)
    case .manyDigits:
      return sign + pointed(digits(20 + generator.nextIndex(below: 60), &generator), &generator)
    case .halfway: return halfway(Double(bitPattern: bits & 0x7fef_ffff_ffff_ffff), &generator)
    case .floatHalfway:
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: bits) & 0x7f7f_ffff)
      return exact((Double(float) + Double(float.nextUp)) / 2)
        + ["", "0000001", "e0"][generator.nextIndex(below: 3)]
    case .overflowEdge:
      return sign + "1.79769313486231\(digits(1 + generator.nextIndex(below: 20), &generator))e308"
    case .leadingZeros:
      let zeros = String(repeating: "0", count: generator.nextIndex(below: 40))
      return sign + "0.\(zeros)\(digits(1 + generator.nextIndex(below: 22), &generator))"
    }
  }

  private func digits(_ count: Int, _ generator: inout SeededGenerator) -> String {
    String(decoding: (0..<count).map { _ in UInt8(48 + generator.nextIndex(below: 10)) }, as: UTF8.self)
  }

  /// Digits with a point before them, between two, after them, or nowhere.
  private func pointed(_ digits: String, _ generator: inout SeededGenerator) -> String {
    let place = generator.nextIndex(below: digits.count + 2)
    return place > digits.count ? digits : "\(digits.prefix(place)).\(digits.dropFirst(place))"
  }

  /// The decimal expansion of the middle between a double and the next, cut off, or with digits after it.
  private func halfway(_ value: Double, _ generator: inout SeededGenerator) -> String {
    let text = exact(value.binade / 0x1p53 + value)
    let kept = text.prefix(10 + generator.nextIndex(below: max(1, text.count)))
    return kept.contains(".") ? String(kept) + ["", "1", "5"][generator.nextIndex(below: 3)] : String(text)
  }

  private func exact(_ value: Double) -> String { String(format: "%.*f", 60, value) }

  @Test(
    "hard cases are rounded like these do",
    arguments: [
      "2.2250738585072012e-308", "2.2250738585072011e-308", "2.4703282292062327208e-324",
      "2.47032822920623272e-324",
      "2.4703282292062328e-324", "4.9406564584124654e-324", "7.4109846876186981e-324",
      "7.4109846876186982e-324",
      "1.7976931348623158e308", "1.7976931348623159e308", "179769313486231570814527423731704356798070e267",
      "9007199254740993", "9007199254740992.9999999999999999999", "9007199254740993.0000000000000000001",
      "9007199254740995", "18014398509481985", "5e-324", "0.5e-323", "3e-324", "2e-324", "1e-323", "1e308",
      "1e309",
      "123456789012345678901234567890", "8.98846567431158e307",
      "1.00000000000000011102230246251565404236316680908203125",
      "1.00000000000000011102230246251565404236316680908203124",
      "1.00000000000000011102230246251565404236316680908203126", "6929495644600919.5",
      "3.7455744005952583e15",
      "6.631236846766476e-316", "3.2378839133029012895883524125015321748630e-319", "1.448997445238699",
      "1e23", "8e22",
      "4.2822222222222222222e-19", "12345678.1234567", "00000000000000000000.00000000000000000000", "1e-342",
      "1e-343",
      "9999999999999999999e-343", "0.000000000000000000000000000000000000000000000012345678901234567",
      "16777217", "16777217.0000000001", "3.4028235677973366e38", "1.17549435e-38",
      "7.0064923216240853546e-46",
      "7038531e-32", "1e-400000", "0e400000", "12345678", "123456789", "1234567812345678",
      "12345678123456781",
    ])
  func hardCases(_ text: String) throws {
    for text in [text, "-" + text, "+" + text] {
      #expect(try #require(read(text)).bitPattern == (unsafe strtod(text, nil)).bitPattern, "\(text)")
    }
  }

  @Test("all lengths of digits, before and after the point")
  func lengths() throws {
    let digits = "1234567890123456789012345"
    for before in 0...digits.count {
      for behind in 0...digits.count where before + behind > 0 {
        let text = "\(digits.prefix(before)).\(digits.suffix(behind))"
        #expect(try #require(read(text)).bitPattern == (unsafe strtod(text, nil)).bitPattern, "\(text)")
      }
    }
  }

  @Test("every byte that is not a digit ends a run of digits")
  func otherBytes() {
    for byte in UInt8.min...UInt8.max where !(48...57).contains(byte) {
      for count in 0...9 {
        var mantissa: UInt64 = 0
        var index = 1
        let bytes = [byte] + Array("123456789".utf8.prefix(count)) + [byte, 57, 57, 57, 57, 57, 57, 57, 57]
        DigitWords.scan(bytes.span, &index, into: &mantissa)
        #expect(index == 1 + count && mantissa == UInt64("0123456789".prefix(count + 1)), "\(byte), \(count)")
      }
    }
  }

  @Test("the powers of five are those of exact integers")
  func powers() throws {
    var checksum = SHA256()
    for exponent in PowersOfFive.range {
      let power = PowersOfFive.power(exponent)
      let halves = [power.high, power.low].map { half in
        let text = String(half, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
      }
      checksum.update(Array("\(exponent) \(halves[0]) \(halves[1])\n".utf8).span)
    }
    let expected = try String(contentsOfFile: fixture("powers-of-five.sha256"), encoding: .utf8)
    #expect("\(checksum.digest)" == expected.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
