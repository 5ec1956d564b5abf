import MisfitPlots
import Testing

@testable import Misfit
@testable import MisfitReporting

@Suite("Reasons in a plot")
struct FeatureErrorReportingTests {
  @Test("The expected value is named if it is another one")
  func expected() {
    var reason = FeatureError(feature: "a", share: 0.5, value: .number(25.2), expected: .number(14.1))
    #expect(reason.bar.value == "25.2" && reason.bar.expected == "14.1")
    reason.value = .level("No")
    reason.expected = .level("Yes")
    reason.probability = 0.0098
    #expect(reason.bar.value == "\"No\" (p 0.0098)" && reason.bar.expected == "\"Yes\"")
  }

  @Test("The rarity of a level is a remark, not an expectation")
  func rarity() {
    var reason = FeatureError(feature: "a", share: 0.5, value: .level("x"), expected: .level("x"))
    reason.levelShare = 0.027
    #expect(reason.bar.value == "\"x\", rare: 2.7 % of rows" && reason.bar.expected == nil)
  }

  @Test("A gross outlier is compared with the range of training")
  func range() {
    var reason = FeatureError(feature: "a", share: 0.5, value: .number(98_000), expected: .number(105))
    reason.usual = .init(low: .number(10.5), high: .number(141.4), share: nil, group: nil)
    #expect(reason.bar.value == "98000, in training 10.5 to 141.4" && reason.bar.expected == nil)
  }
}
