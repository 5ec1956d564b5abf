import Foundation
import Testing

@testable import MisfitKernels

@Suite struct BFloat16SupportTests {
  @Test("bf16 is available, or a sentence states the reason")
  func reason() {
    #expect(BFloat16Support.isAvailable == (BFloat16Support.reasonAgainst == nil))
    #expect(BFloat16Support.reasonAgainst.map { $0.hasSuffix(".") } ?? true)
  }

  @Test(
    "a lower level in the environment disables bf16 and is named in the reason")
  func lowerLevel() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("MISFIT_CPU_LEVEL", "avx2", 1)
      exit(BFloat16Support.isAvailable ? 1 : 0)
    }
    await #expect(processExitsWith: .success) {
      unsafe setenv("MISFIT_CPU_LEVEL", "baseline", 1)
      let reason = BFloat16Support.reasonAgainst ?? ""
      exit(reason.contains("MISFIT_CPU_LEVEL=baseline") || reason.contains("no instructions") ? 0 : 1)
    }
  }

  @Test("instructions that oneDNN is forbidden to use are unavailable")
  func forbidden() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("ONEDNN_MAX_CPU_ISA", "AVX2", 1)
      exit(BFloat16Support.reasonAgainst?.contains("no instructions") == true ? 0 : 1)
    }
  }

  @Test("an error names the operation and the reason")
  func refusal() {
    let error = PrimitiveError(operation: .primitive, status: 3)
    #expect(error.description == "oneDNN could not create a primitive: not implemented on this processor.")
    #expect("\(PrimitiveError(operation: .run, status: 6))" == "oneDNN could not run a primitive: status 6.")
    #expect(throws: Never.self) { try PrimitiveError.check(0, .run) }
    #expect(throws: PrimitiveError(operation: .run, status: 1)) { try PrimitiveError.check(1, .run) }
  }
}
