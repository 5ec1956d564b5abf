import MisfitModels
import Testing

@testable import Misfit

@Suite("Families of models")
struct ModelFamilyTests {
  @Test("Every choice but the automatic one has one family")
  func complete() {
    let families = ModelFamilies.all.map(\.choice)
    #expect(families.count == Set(families).count)
    #expect(Set(families) == Set(ModelChoice.allCases).subtracting([.automatic]))
  }

  @Test("A family has a name for people, and its earlier name is still read", arguments: ModelChoice.allCases)
  func names(_ choice: ModelChoice) {
    #expect(ModelChoice(name: choice.name) == choice)
    #expect(ModelChoice(name: choice.rawValue) == choice)
  }

  @Test("The list of options has each name once")
  func options() {
    let names = FitOption.all.map(\.name)
    #expect(names.count == Set(names).count)
    #expect(FitOption.all.allSatisfy { !$0.isSet(FitOptions()) }, "no option is set by default")
  }
}
