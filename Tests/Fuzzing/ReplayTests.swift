import Foundation
import Testing
import _TestSupport

@Suite("Inputs that the fuzzer found")
struct ReplayTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path

  private func inputs(of target: FuzzTarget) throws -> [[UInt8]] {
    let url = URL(fileURLWithPath: "\(Self.folder)/Corpus/\(target.rawValue).pack")
    return CorpusPack.inputs(in: [UInt8](try Data(contentsOf: url)))
  }

  @Test("Each is accepted, or refused with an error message", arguments: FuzzTarget.allCases)
  func replay(_ target: FuzzTarget) throws {
    let folder = try TemporaryFolder()
    let scratch = Scratch(folder: folder.path, models: "\(Self.folder)/Models")
    let inputs = try inputs(of: target)
    var acceptedCount = 0
    for (index, input) in inputs.enumerated() {
      do {
        if try target.accepts(input, in: scratch) { acceptedCount += 1 }
      } catch {
        Issue.record("\(target) \(index), \(input.count) bytes: \(error)")
      }
    }
    // The corpus covers both results.
    #expect(acceptedCount > 0 && acceptedCount < inputs.count)
  }

  @Test("There are at least 2,000 of them")
  func count() throws {
    #expect(try FuzzTarget.allCases.reduce(0) { try $0 + inputs(of: $1).count } >= 2000)
  }

  @Test("A pack returns the files that were added to it")
  func packs() {
    let inputs: [[UInt8]] = [[], [1, 2, 3], Array(repeating: 7, count: 70_000)]
    #expect(CorpusPack.inputs(in: CorpusPack.packed(inputs)) == inputs)
    #expect(CorpusPack.inputs(in: CorpusPack.packed(inputs).dropLast()) == Array(inputs.dropLast()))
  }
}
