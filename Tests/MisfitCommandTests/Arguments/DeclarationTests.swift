import Testing

@testable import MisfitCommand

/// The conventions of every verb; new verbs are checked once they are in the program's list.
@Suite("Declarations")
struct DeclarationTests {
  @Test("of every verb are consistent")
  func soundness() {
    for program in [Program.misfit, Program.sample()] {
      for verb in program.groups.flatMap(\.verbs) { check(verb) }
    }
  }

  private func check<V: Verb>(_ verb: V.Type) {
    let descriptions = Invocation<V>.arguments.map(\.description)
    let names = descriptions.flatMap { $0.names + $0.synonyms }
    #expect(Set(names).count == names.count, "\(V.name) has a flag twice")
    #expect(V.summary.hasSuffix(".") && !V.summary.contains("\n"), "\(V.name): the summary is one sentence")
    #expect(descriptions.count { $0.count.upperBound > 1 } <= 1, "\(V.name): two lists of positionals")
    for description in descriptions { check(description, of: V.name) }
  }

  private func check(_ description: ArgumentDescription, of verb: String) {
    let place = "\(verb) \(description.name)"
    #expect(description.help.hasSuffix("."), "\(place): the help is made of sentences")
    for name in description.names {
      let isLong = name.hasPrefix("--") && name.count > 3
      #expect(isLong || name.count == 2 && name.hasPrefix("-"), "\(place): \(name)")
      #expect(name == name.lowercased() && !name.contains("_"), "\(place): \(name)")
    }
    switch description.form {
    case .switch: #expect(description.placeholder.isEmpty, "\(place): a switch takes no value")
    case .flag: #expect(!description.placeholder.isEmpty && !description.names.isEmpty, "\(place)")
    case .positional: #expect(!description.placeholder.isEmpty, "\(place)")
    }
  }

  @Test("are parsed from the spelling in help")
  func spelling() {
    let both = FlagSpelling("-o, --output PATH")
    #expect(both.names == ["-o", "--output"])
    #expect(both.placeholder == "PATH")
    #expect(FlagSpelling("--resume").placeholder == nil)
  }
}
