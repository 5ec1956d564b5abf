import Foundation
import Testing

@testable import MisfitKernels

@Suite struct BFloat16SupportTests {
  @Test("bf16 is there, or a sentence says why not")
  func reason() {
    #expect(BFloat16Support.isAvailable == (BFloat16Support.reasonAgainst == nil))
    #expect(BFloat16Support.reasonAgainst.map { $0.hasSuffix(".") } ?? true)
  }

  @Test(
    "a lower level in the environment turns bf16 off and is named in the reason, where the processor has it")
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

  @Test("what oneDNN is forbidden to use is not available")
  func forbidden() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("ONEDNN_MAX_CPU_ISA", "AVX2", 1)
      exit(BFloat16Support.reasonAgainst?.contains("no instructions") == true ? 0 : 1)
    }
  }

  @Test("a refusal says what was asked for, and why")
  func refusal() {
    let error = PrimitiveError(operation: .primitive, status: 3)
    #expect(error.description == "oneDNN refused a primitive: it has no implementation for this processor.")
    #expect("\(PrimitiveError(operation: .run, status: 6))" == "oneDNN refused a run: its status is 6.")
    #expect(throws: Never.self) { try PrimitiveError.check(0, .run) }
    #expect(throws: PrimitiveError(operation: .run, status: 1)) { try PrimitiveError.check(1, .run) }
  }
}
