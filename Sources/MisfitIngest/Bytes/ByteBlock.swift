import MisfitCore
import Synchronization

/// Bytes of an input that several threads read; the last of them returns the memory to the store.
///
/// Unchecked, because the bytes are moved out at the end of its life, when no thread reads them any more.
final class ByteBlock: @unchecked Sendable {
  private(set) var bytes: [UInt8]
  private let store: ByteBlockStore?

  init(_ bytes: [UInt8], from store: ByteBlockStore? = nil) {
    self.bytes = bytes
    self.store = store
  }

  deinit {
    var spare: [UInt8] = []
    swap(&spare, &bytes)
    store?.giveBack(spare)
  }
}

/// Memory for blocks of one size, which is reused: fresh memory costs a page fault for each 4 KiB.
final class ByteBlockStore: Sendable {
  let byteCount: Int
  private let spares = Mutex<[[UInt8]]>([])

  init(byteCount: Int) { self.byteCount = byteCount }

  func take() -> [UInt8] {
    spares.withLock { $0.popLast() } ?? Array(repeating: 0, count: byteCount)
  }

  func giveBack(_ bytes: consuming [UInt8]) {
    let spare = bytes
    guard spare.count == byteCount else { return }
    spares.withLock { $0.append(spare) }
  }
}
