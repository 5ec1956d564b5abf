import Foundation
import Testing

@testable import MisfitKernels

@Suite struct CPULevelTests {
  @Test("every level up to the highest has its kernels, and no level above it")
  func levels() {
    for level in CPULevel.allCases {
      let kernels = VectorKernels(level: level)
      #expect((kernels != nil) == (level.rawValue <= CPULevel.highest.rawValue))
      #expect(kernels.map { $0.level == level } ?? true)
    }
    #expect(VectorKernels.current.level.rawValue <= CPULevel.highest.rawValue)
  }

  @Test("the environment forces a lower level")
  func forced() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("MISFIT_CPU_LEVEL", "baseline", 1)
      exit(VectorKernels.current.level == .baseline ? 0 : 1)
    }
  }

  @Test("an unknown level is ignored")
  func unknown() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("MISFIT_CPU_LEVEL", "sse9", 1)
      exit(VectorKernels.current.level == .highest ? 0 : 1)
    }
  }
}
