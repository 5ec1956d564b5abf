import MisfitCore
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("Damaged Arrow data")
struct HostileArrowFileTests {
  private static let small = ["deltas.arrows", "replaced.arrows", "images.arrow", "lists.arrows"]

  /// Reads all cells; returns the error.
  private func outcome(_ bytes: [UInt8], ignored: [String] = []) -> IngestError? {
    let options = SourceOptions.with {
      $0.memoryLimitBytes = 1 << 22
      $0.ignoredColumns = ignored
    }
    do {
      let input = MemoryInput(name: "x.arrow", bytes: bytes)
      let table = try ArrowFile.table(input, options: options)
      if table.fields.contains(where: { !$0.type.tensor.extents.isEmpty }) {
        _ = try contents(of: DataSource.open(table, options: options))
      } else {
        _ = try arrowText(bytes, options: options)
      }
      return nil
    } catch {
      guard let error = error as? IngestError else {
        Issue.record("an error of another kind: \(error)")
        return nil
      }
      #expect(error.position?.source == "x.arrow" && !error.problem.isEmpty)
      return error
    }
  }

  @Test("cut off anywhere, a file is an error", arguments: ["images.arrow", "types-lz4.arrow"])
  func cut(_ name: String) throws {
    let bytes = try arrowBytes(name)
    let end = try #require(bytes.lastRange(of: [255, 255, 255, 255, 0, 0, 0, 0])).lowerBound
    let step = max(1, end / 400)
    for count in stride(from: 0, to: end, by: step) {
      #expect(outcome(Array(bytes[..<count])) != nil, "the first \(count) bytes")
    }
  }

  @Test("with any byte changed, a stream is read or is an error", arguments: small, [UInt8(0xff), 0x80, 1])
  func changed(_ name: String, by mask: UInt8) throws {
    var bytes = try arrowBytes(name)
    for index in bytes.indices {
      bytes[index] ^= mask
      _ = outcome(bytes)
      bytes[index] ^= mask
    }
  }

  @Test("with several bytes changed, data of all types is read or is an error")
  func shuffled() throws {
    var generator = SeededGenerator(seed: 7)
    for name in ["types.arrows", "types-zstd.arrow", "types-lz4.arrow", "others.arrow"] {
      let bytes = try arrowBytes(name)
      for _ in 0..<60 {
        var changed = bytes
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
          let index = Int.random(in: 8..<bytes.count, using: &generator)
          changed[index] = [0, 1, 8, 127, 128, 255][Int.random(in: 0..<6, using: &generator)]
        }
        _ = outcome(changed, ignored: ["list", "union"])
      }
    }
  }

  @Test("metadata that states more than there is needs no memory")
  func claims() throws {
    let head: [UInt8] = [255, 255, 255, 255]
    for count: Int32 in [-1, .min, .max, 1 << 28, 1 << 20, 9] {
      #expect(outcome(head + FlatNode.littleEndian(count) + [1, 2, 3, 4]) != nil)
    }
    let body = FlatNode.table([.short(4), .byte(3), .node(.table([.long(1 << 40)])), .long(1 << 47)])
    #expect(outcome(message(body)) != nil)
  }

  private func message(_ node: FlatNode) -> [UInt8] {
    let bytes = node.rootBytes
    let padded = bytes + Array(repeating: 0, count: (8 - bytes.count % 8) % 8)
    return [255, 255, 255, 255] + FlatNode.littleEndian(Int32(padded.count)) + padded
  }

  private func schema(_ fields: [FlatNode]) -> [UInt8] {
    let schema = FlatNode.table([.short(0), .node(.tables(fields))])
    return message(.table([.short(4), .byte(1), .node(schema), .long(0)]))
  }

  private func field(_ name: String, _ code: UInt8, _ type: FlatNode, _ children: [FlatNode] = []) -> FlatNode
  {
    .table([.node(.text(name)), .byte(1), .byte(code), .node(type), nil, .node(.tables(children))])
  }

  private func batch(rows: Int64, nodes: [Int64], buffers: [Int64], body: [UInt8] = []) -> [UInt8] {
    let batch = FlatNode.table([
      .long(rows), .node(.structures(nodes, width: 2)), .node(.structures(buffers, width: 2)),
    ])
    return message(.table([.short(4), .byte(3), .node(batch), .long(Int64(body.count))])) + body
  }

  @Test("a column contradicts its buffers, and the error names it")
  func contradictions() throws {
    let number = field("a", 3, .table([.short(2)]))
    let eight: [UInt8] = Array(repeating: 0, count: 8)
    #expect(
      outcome(schema([number]) + batch(rows: 1, nodes: [1, 0], buffers: [0, 0, 0, 8], body: eight)) == nil)
    let bad = [
      batch(rows: 2, nodes: [1, 0], buffers: [0, 0, 0, 8], body: eight),
      batch(rows: 2, nodes: [2, 0], buffers: [0, 0, 0, 8], body: eight),
      batch(rows: 1, nodes: [1, 0], buffers: [0, 0, 1, 8], body: eight),
      batch(rows: 1, nodes: [1, 0], buffers: [0, 0, .max, 8], body: eight),
      batch(rows: 1, nodes: [1, 0], buffers: [0, 0, -8, 8], body: eight),
      batch(rows: 1, nodes: [1, 0], buffers: [0, 0], body: eight),
      batch(rows: 1, nodes: [], buffers: [0, 0, 0, 8], body: eight),
      batch(rows: 1, nodes: [1, 2], buffers: [0, 0, 0, 8], body: eight),
      batch(rows: 1, nodes: [1, 1], buffers: [0, 0, 0, 8], body: eight),
      batch(rows: 1, nodes: [-1, 0], buffers: [0, 0, 0, 8], body: eight),
    ]
    for bytes in bad {
      let error = try #require(outcome(schema([number]) + bytes))
      #expect(error.position?.column == "a")
      #expect(error.position?.byteOffset == schema([number]).count)
    }
    #expect(outcome(schema([number]) + batch(rows: -1, nodes: [], buffers: [])) != nil)
  }

  @Test("rows without values are few")
  func nulls() throws {
    let null = schema([field("a", 1, .table([]))])
    #expect(outcome(null + batch(rows: 9, nodes: [9, 9], buffers: [])) == nil)
    #expect(outcome(null + batch(rows: 1 << 40, nodes: [1 << 40, 1 << 40], buffers: [])) != nil)
  }

  @Test("lists of lists without end are an error")
  func depth() throws {
    var inner = field("x", 3, .table([.short(2)]))
    for _ in 0..<40 { inner = field("x", 16, .table([.int(2)]), [inner]) }
    #expect(outcome(schema([inner])) != nil)
  }

  @Test("texts that views share do not take the memory of their copies")
  func sharedViews() throws {
    // A dictionary of 1,000 views of the same 100,000 bytes, which would be 100 MB as texts.
    let prefix: [UInt8] = Array(repeating: 120, count: 4)
    let place: [UInt8] = Array(repeating: 0, count: 8)
    let view: [UInt8] = FlatNode.littleEndian(Int32(100_000)) + prefix + place
    let text: [UInt8] = Array(repeating: 120, count: 100_000)
    let body: [UInt8] = Array(repeating: view, count: 1_000).flatMap(\.self) + text
    let values = FlatNode.table([
      .long(1_000), .node(.structures([1_000, 0], width: 2)),
      .node(.structures([0, 0, 0, 16_000, 16_000, 100_000], width: 2)), nil,
      .node(.structures([1], width: 1)),
    ])
    let dictionary = FlatNode.table([.long(5), .node(values), .byte(0)])
    let encoding = FlatNode.table([.long(5), .node(.table([.int(32), .byte(1)]))])
    let field = FlatNode.table([
      .node(.text("a")), .byte(1), .byte(24), .node(.table([])), .node(encoding), .node(.tables([])),
    ])
    let bytes =
      schema([field])
      + message(.table([.short(4), .byte(2), .node(dictionary), .long(Int64(body.count))])) + body
    #expect(outcome(bytes)?.kind == .malformedArrow("a dictionary contradicts its size"))
  }
}

extension [UInt8] {
  /// Returns the last range with these bytes.
  fileprivate func lastRange(of bytes: [UInt8]) -> Range<Int>? {
    indices.reversed().first { self[$0...].starts(with: bytes) }.map { $0..<$0 + bytes.count }
  }
}
