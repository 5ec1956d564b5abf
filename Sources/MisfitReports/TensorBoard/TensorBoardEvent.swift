import MisfitCore

/// An event of a run in TensorBoard's format.
///
/// It covers the required subset of `Event` and `Summary` (tensorboard/compat/proto/event.proto and
/// summary.proto).
package struct TensorBoardEvent: Sendable, Hashable {
  /// The content of an event.
  package enum Content: Sendable, Hashable {
    /// The beginning of every file.
    case fileVersion
    /// The start or resumption of a run: TensorBoard discards earlier events of this step and later ones.
    case start
    /// A named number.
    case scalar(String, Float)
    /// A named distribution of many numbers.
    case histogram(String, TensorBoardHistogram)
    /// A named PNG file.
    case image(String, width: Int, height: Int, channels: Int, png: [UInt8])
  }

  /// The time in seconds since 1970.
  package var wallTime: Double
  /// The epoch.
  package var step: Int
  /// The content.
  package var content: Content

  /// Creates an event.
  package init(wallTime: Double, step: Int, _ content: Content) {
    self.wallTime = wallTime
    self.step = step
    self.content = content
  }

  /// The event as a record: its length, the length's checksum, the message, and its checksum.
  ///
  /// Source: TensorFlow, `tsl/lib/io/record_writer.h`. Numbers are little-endian.
  package var record: [UInt8] {
    let content = message.bytes
    let length = Self.littleEndian(UInt64(content.count))
    return length + Self.littleEndian(CRC32C.masked(of: length)) + content
      + Self.littleEndian(CRC32C.masked(of: content))
  }

  private var message: ProtocolMessage {
    var message = ProtocolMessage()
    message.add(1, wallTime)
    message.add(2, step)
    switch content {
    case .fileVersion: message.add(3, "brain.Event:2")
    case .start:
      var log = ProtocolMessage()
      log.add(1, 1)
      message.add(7, log)
    case .scalar(let tag, let value): message.add(5, Self.summary(tag) { $0.add(2, choice: value) })
    case .histogram(let tag, let histogram):
      message.add(5, Self.summary(tag) { $0.add(5, histogram.message) })
    case .image(let tag, let width, let height, let channels, let png):
      var image = ProtocolMessage()
      image.add(1, height)
      image.add(2, width)
      image.add(3, channels)
      image.add(4, bytes: png)
      message.add(5, Self.summary(tag) { $0.add(4, image) })
    }
    return message
  }

  private static func summary(_ tag: String, _ add: (inout ProtocolMessage) -> Void) -> ProtocolMessage {
    var value = ProtocolMessage()
    value.add(1, tag)
    add(&value)
    var summary = ProtocolMessage()
    summary.add(1, value)
    return summary
  }

  private static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    stride(from: 0, to: Value.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: value >> Value($0)) }
  }
}
