import MisfitCore

/// Standard output: results, collected in a buffer.
final class ResultStream {
  private let sink: TextSink
  private var pending: [UInt8] = []

  private static let flushByteCount = 1 << 16

  init(_ sink: TextSink) { self.sink = sink }

  var width: Int { sink.width }
  var style: TextStyle { sink.style }
  var isTerminal: Bool { sink.isTerminal }

  /// Appends text to the buffer.
  ///
  /// - Throws: ``FileError``.
  func write(_ text: String) throws(FileError) {
    pending.append(contentsOf: text.utf8)
    if pending.count >= Self.flushByteCount { try flush() }
  }

  /// Writes out the buffer.
  ///
  /// - Throws: ``FileError``.
  func flush() throws(FileError) {
    guard !pending.isEmpty else { return }
    let bytes = pending
    pending.removeAll(keepingCapacity: true)
    try sink.write(bytes)
  }
}
