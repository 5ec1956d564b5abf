import Misfit
import MisfitModels
import Synchronization

/// Moments of rows of the C interface that were computed in parts, and are merged.
final class MomentsHandle: Sendable {
  private struct State {
    var moments: ExactMoments
    /// The bytes that C reads; nil until they are asked for, and after a change.
    var bytes: ArrowBuffer?
  }

  private let state: Mutex<State>

  /// Creates a handle.
  init(_ moments: ExactMoments) { state = Mutex(State(moments: moments)) }

  /// The moments.
  var moments: ExactMoments { state.withLock { $0.moments } }

  /// Adds the rows of other moments.
  ///
  /// - Throws: ``MomentError`` for those of another model.
  func merge(_ other: ExactMoments) throws {
    try state.withLock { state in
      guard state.moments.grid == other.grid else { throw MomentError(.ofOtherModel) }
      state.moments.merge(other)
      state.bytes = nil
    }
  }

  /// The moments as bytes, which stay where they are until the moments change.
  func storedBytes() -> ArrowBuffer {
    state.withLock { state in
      let bytes = state.bytes ?? ArrowBuffer(Self.bytes(of: state.moments))
      state.bytes = bytes
      return bytes
    }
  }

  /// Returns moments as bytes, which depend on the rows alone; numbers are little-endian.
  private static func bytes(of moments: ExactMoments) -> [UInt8] {
    moments.words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  /// Reads moments from bytes.
  ///
  /// - Throws: ``InterfaceError`` for bytes that are no moments.
  static func moments(from bytes: [UInt8]) throws(InterfaceError) -> ExactMoments {
    let words = stride(from: 0, to: bytes.count / 8 * 8, by: 8).map { start in
      (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
    }
    guard bytes.count % 8 == 0, let moments = ExactMoments(words: words) else {
      throw InterfaceError(.argument, "these bytes are no moments", remedy: "give the bytes of other moments")
    }
    return moments
  }
}
