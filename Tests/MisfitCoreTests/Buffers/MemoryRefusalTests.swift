import Foundation
import MisfitCore
import Testing

@Suite("Memory that the system refuses")
struct MemoryRefusalTests {
  @Test("ends the process in the way that the program has set")
  func handled() async {
    await #expect(processExitsWith: .exitCode(2)) {
      MemoryRefusal.handle { byteCount in exit(byteCount == 1 << 60 ? 2 : 3) }
      _ = FloatBuffer(count: 1 << 58)
    }
  }

  @Test("ends the process of a program that has set nothing")
  func unhandled() async {
    await #expect(processExitsWith: .failure) { _ = ByteBuffer(count: 1 << 60) }
  }
}
