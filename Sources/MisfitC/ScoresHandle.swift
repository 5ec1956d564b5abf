import FoundationEssentials
import MisfitAnalytics
import MisfitIngest
import Synchronization

/// Scores of the C interface that were computed in parts, and are merged.
final class ScoresHandle: Sendable {
  private struct State {
    var scores: CalibrationScores
    /// The bytes that C reads; nil until they are asked for, and after a change.
    var bytes: ArrowBuffer?
  }

  private let state: Mutex<State>

  /// Creates a handle.
  init(_ scores: CalibrationScores = CalibrationScores()) {
    state = Mutex(State(scores: scores))
  }

  /// The scores.
  var scores: CalibrationScores { state.withLock { $0.scores } }

  /// Changes the scores.
  func update(_ body: (inout CalibrationScores) -> Void) {
    state.withLock { state in
      body(&state.scores)
      state.bytes = nil
    }
  }

  /// The scores as bytes, which stay where they are until the scores change.
  func storedBytes() throws -> ArrowBuffer {
    try state.withLock { state in
      let bytes = try state.bytes ?? ArrowBuffer(Self.bytes(of: state.scores))
      state.bytes = bytes
      return bytes
    }
  }

  /// Returns scores as bytes.
  ///
  /// They are the size of a JSON text in 8 bytes, the text of the sketch, and the largest scores as 32-bit
  /// floats, ascending. Numbers are little-endian.
  ///
  /// The bytes depend on the scores alone, not on their order or on what was merged.
  static func bytes(of scores: CalibrationScores) throws -> [UInt8] {
    let (sketch, largest) = scores.state
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = [UInt8](try encoder.encode(sketch))
    var bytes: [UInt8] = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
    bytes.reserveCapacity(bytes.count + 4 * largest.count)
    for score in largest {
      let bits = score.bitPattern
      for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
    return bytes
  }

  /// Reads scores from bytes.
  ///
  /// - Throws: ``InterfaceError`` for bytes that ``bytes(of:)`` cannot have written.
  static func scores(from bytes: [UInt8]) throws(InterfaceError) -> CalibrationScores {
    guard let scores = decoded(bytes) else {
      throw InterfaceError(.argument, "these bytes are no scores", remedy: "give the bytes of other scores")
    }
    return scores
  }

  private static func decoded(_ bytes: [UInt8]) -> CalibrationScores? {
    guard bytes.count >= 8 else { return nil }
    let textCount = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard textCount <= UInt64(bytes.count - 8) else { return nil }
    let text = bytes[8..<8 + Int(textCount)]
    let rest = bytes[(8 + Int(textCount))...]
    guard rest.count % 4 == 0, rest.count <= 4 * CalibrationScores.exactLimit,
      let sketch = try? JSONDecoder().decode(QuantileSketch.self, from: Data(text))
    else { return nil }
    let largest = stride(from: rest.startIndex, to: rest.endIndex, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(rest[start + $1]) << (8 * UInt32($1)) })
    }
    return CalibrationScores(sketch: sketch, largest: largest)
  }
}
