import MisfitCore

/// Writes batches as an Arrow stream or file.
///
/// Nothing is written twice, so that either may go to a pipe.
package final class ArrowFileWriter {
  /// The form of the bytes.
  package enum Form: Sendable {
    /// A stream of messages.
    case stream
    /// A stream between the marks of a file and an index of its batches; readers need the whole of it.
    case file
  }

  private let form: Form
  private let send: ([UInt8]) throws(FileError) -> Void
  private let schema: FlatNode
  private var byteOffset = 0
  /// Offset, number of bytes of the metadata, and number of bytes of the body of each batch.
  private var blocks: [Int64] = []

  private static let mark: [UInt8] = [255, 255, 255, 255]

  /// Writes the schema of the columns.
  ///
  /// - Throws: the error of `send`, which gets the bytes in order.
  package init(
    _ form: Form, columns: [ArrowCells], send: @escaping ([UInt8]) throws(FileError) -> Void
  ) throws(FileError) {
    self.form = form
    self.send = send
    schema = Self.schema(of: columns)
    if form == .file { try write(ArrowFile.magic + [0, 0]) }
    _ = try write(Self.message(kind: 1, schema, bodyByteCount: 0), body: [])
  }

  /// Writes a batch of the columns that the schema was written of, all of the same length.
  ///
  /// - Throws: the error of the receiver.
  package func write(_ columns: [ArrowCells]) throws(FileError) {
    var body: [UInt8] = []
    var extents: [Int64] = []
    for buffer in columns.flatMap(\.buffers) {
      extents += [Int64(body.count), Int64(buffer.count)]
      body += buffer
      Self.pad(&body)
    }
    let nodes = columns.flatMap { [Int64($0.count), Int64($0.missingCount)] }
    let batch = FlatNode.table([
      .long(Int64(columns.first?.count ?? 0)), .node(.structures(nodes, width: 2)),
      .node(.structures(extents, width: 2)),
    ])
    let start = byteOffset
    let count = try write(Self.message(kind: 3, batch, bodyByteCount: body.count), body: body)
    // The second number of a block has 4 bytes, and 4 more are empty.
    blocks += [Int64(start), Int64(count), Int64(body.count)]
  }

  /// Writes the end.
  ///
  /// - Throws: the error of the receiver.
  package func finish() throws(FileError) {
    try write(Self.mark + [0, 0, 0, 0])
    guard form == .file else { return }
    let footer = FlatNode.table([
      .short(4), .node(schema), .node(.structures([], width: 3)), .node(.structures(blocks, width: 3)),
    ])
    let bytes = footer.rootBytes
    try write(bytes + FlatNode.littleEndian(Int32(bytes.count)) + ArrowFile.magic)
  }

  private static func schema(of columns: [ArrowCells]) -> FlatNode {
    let fields = columns.map { column in
      let (code, type): (UInt8, FlatNode) =
        switch column.kind {
        case .number: (3, .table([.short(2)]))
        case .flag: (6, .table([]))
        case .text: (20, .table([]))
        }
      return FlatNode.table([
        .node(.text(column.name)), .byte(1), .byte(code), .node(type), nil, .node(.tables([])),
      ])
    }
    return .table([.short(0), .node(.tables(fields))])
  }

  private static func message(kind: UInt8, _ header: FlatNode, bodyByteCount: Int) -> [UInt8] {
    FlatNode.table([.short(4), .byte(kind), .node(header), .long(Int64(bodyByteCount))]).rootBytes
  }

  /// Writes a message; returns the number of bytes before its body.
  private func write(_ metadata: [UInt8], body: [UInt8]) throws(FileError) -> Int {
    var metadata = metadata
    Self.pad(&metadata)
    let head = Self.mark + FlatNode.littleEndian(Int32(metadata.count)) + metadata
    try write(head)
    try write(body)
    return head.count
  }

  private func write(_ bytes: [UInt8]) throws(FileError) {
    byteOffset += bytes.count
    try send(bytes)
  }

  private static func pad(_ bytes: inout [UInt8]) {
    while bytes.count % 8 != 0 { bytes.append(0) }
  }
}
