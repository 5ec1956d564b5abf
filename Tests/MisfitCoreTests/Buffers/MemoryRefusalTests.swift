import Foundation
import MisfitCore
import Testing

@Suite("Memory that the system refuses")
struct MemoryRefusalTests {
  @Test("exits the process with the program's handler")
  func handled() async {
    await #expect(processExitsWith: .exitCode(2)) {
      MemoryRefusal.handle { byteCount in exit(byteCount == 1 << 60 ? 2 : 3) }
      _ = FloatBuffer(count: 1 << 58)
    }
  }

  @Test("exits the process of a program without a handler, with a sentence")
  func unhandled() async throws {
    let result = try #require(
      await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
        _ = ByteBuffer(count: 1 << 60)
      })
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("out of memory: "))
  }
}
