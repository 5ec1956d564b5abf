import Synchronization

/// The lines of records in a text that is converted to another one while it is read.
///
/// Runs of records at equal distances take a few bytes together, however many they are.
final class RecordLines: Sendable {
  private struct Run {
    var firstRecord: Int
    var firstLine: Int
    var stride: Int
  }

  private struct State {
    var runs: [Run] = []
    var recordCount = 0
    var isFull = false
  }

  private let state = Mutex(State())
  /// The maximum number of runs; later records have no lines.
  private static let runLimit = 1 << 18

  /// Stores the line of a record; a second pass over the same records changes nothing.
  ///
  /// - Precondition: records are added in order, from 1.
  func note(record: Int, line: Int) {
    state.withLock { state in
      guard record == state.recordCount + 1, !state.isFull else { return }
      state.recordCount = record
      if let last = state.runs.last {
        let distance = record - last.firstRecord
        if line == last.firstLine + distance * last.stride { return }
        if distance == 1 { return state.runs[state.runs.count - 1].stride = line - last.firstLine }
      }
      state.isFull = state.runs.count == Self.runLimit
      if state.isFull {
        state.recordCount -= 1
      } else {
        state.runs.append(Run(firstRecord: record, firstLine: line, stride: 1))
      }
    }
  }

  /// Returns the line of a record, from 1; nil if it is not known.
  func line(ofRecord record: Int) -> Int? {
    state.withLock { state in
      guard record >= 1, record <= state.recordCount else { return nil }
      var (low, high) = (0, state.runs.count - 1)
      while low < high {
        let middle = (low + high + 1) / 2
        if state.runs[middle].firstRecord <= record { low = middle } else { high = middle - 1 }
      }
      let run = state.runs[low]
      return run.firstLine + (record - run.firstRecord) * run.stride
    }
  }
}
