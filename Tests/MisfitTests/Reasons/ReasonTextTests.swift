import MisfitIngest
import Testing

@testable import Misfit

@Suite("Texts of reasons")
struct ReasonTextTests {
  @Test("Two different numbers never look equal")
  func digits() {
    let reason = FeatureError(feature: "year", share: 1, value: .number(2007), expected: .number(2007.02))
    #expect(reason.text == "year 2007 (expected 2007.02)")
    let close = FeatureError(feature: "x", share: 1, value: .number(0.123456), expected: .number(0.123459))
    #expect(close.valueText != close.expectedText)
    let far = FeatureError(feature: "x", share: 1, value: .number(4254), expected: .number(1600.123))
    #expect(far.text == "x 4254 (expected 1600)")
  }

  @Test("A value equal to the expected one is not a reason")
  func equal() {
    let cells: [CellValue] = [
      .number(3), .level("a"), .date(0, hasTime: false), .date(60, hasTime: true), .missing,
    ]
    for cell in cells {
      #expect(!FeatureError(feature: "x", share: 1, value: cell, expected: cell).explains)
    }
    let sameDay = FeatureError(
      feature: "x", share: 1, value: .date(0, hasTime: false), expected: .date(7200, hasTime: false))
    #expect(!sameDay.explains)
  }

  @Test("An expected time is as precise as the value")
  func times() {
    let reason = FeatureError(
      feature: "t", share: 1, value: .date(7200, hasTime: true), expected: .date(93_784, hasTime: true))
    #expect(reason.text == "t 1970-01-01 02:00 (expected 1970-01-02 02:00)")
  }
}
