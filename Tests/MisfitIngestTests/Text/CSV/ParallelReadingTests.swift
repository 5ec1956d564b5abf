import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Reading a text on several threads", .timeLimit(.minutes(2)))
struct ParallelReadingTests {
  /// Returns the records that several threads read, and the error that ends them.
  private func shared(
    _ source: CSVSource, batchSize: Int, threads: Int
  ) -> (contents: Contents, error: IngestError?) {
    var contents = Contents()
    let error = ingestError {
      try source.forEachBatch(ofUpTo: batchSize, threadCount: threads) { batch in
        #expect(batch.firstRecord == contents.rows.count + 1)
        contents.add(batch)
      }
    }
    return (contents, error)
  }

  /// Returns the records that one thread reads in the same batches.
  private func single(_ source: CSVSource, batchSize: Int) -> (contents: Contents, error: IngestError?) {
    var contents = Contents()
    let error = ingestError { try source.forEachBatch(ofUpTo: batchSize) { contents.add($0) } }
    return (contents, error)
  }

  private func source(_ text: String, piece: Int, block: Int) throws -> CSVSource {
    let input = MemoryInput(name: "text", bytes: Array(text.utf8), pieceByteCount: piece)
    let options = SourceOptions.with {
      $0.idColumn = "id"
      $0.requiresNamedColumns = false
    }
    return try CSVSource(input, options: options, blockByteCount: block)
  }

  private static let texts = [
    "a,b\n1,2\n3,4\n5,6\n7,8\n9,10", "a,b\r\n1,2\r\n3,4\r\n5,6\r\n\r\n\n",
    "\na,b\n1,2\n\n\n3,4\r\n\r\n \n\n\n5,6\n \n7,\"8\"\n\n",
    "id,b\n\"x\ny\",2\n\"\"\"\n\",4\nz,6\n \"q\" , 8 \r\nin\"side,9\n\"in\"\"side\n\n\",\"10\"\n",
  ]

  @Test("returns the same records wherever the bytes are split", arguments: texts)
  func everyCut(_ text: String) throws {
    for size in 1...text.utf8.count {
      let source = try source(text, piece: size, block: size)
      for batchSize in [1, 2, 100] {
        let expected = single(source, batchSize: batchSize)
        #expect(expected.error == nil && expected.contents.rows.count >= 3)
        for threads in [1, 2, 4] {
          let outcome = shared(source, batchSize: batchSize, threads: threads)
          #expect(outcome.contents == expected.contents && outcome.error == nil, "pieces of \(size)")
        }
      }
    }
  }

  @Test(
    "returns the same error after the same batches",
    arguments: [
      "id,b\nx,1\ny,2\nz\nx,3\nx,bad\n", "id,b\nx,1\ny,2,3\nz,3\n", "id,b\n\"x\n\n\",1\ny,\"2\nz,3\nz,4\n",
      "id,b\nx,1\ny,2\n\nz,3\n \nz,bad\n", "id,b\nx,1\n\"y\"z,3\nx,\"\nx,4\n", "id,b\nx,1\nx,2\nx,nan",
      "id,b\nx,1\n\"y\n\" \"z,3\n", "id,b\nx,1\nx,2\n\r\n\"z\",3,4\n",
    ])
  func everyCutOfErrors(_ text: String) throws {
    let whole = single(try source(text, piece: .max, block: 1 << 16), batchSize: 1)
    #expect(whole.error != nil)
    for size in 1...text.utf8.count {
      let source = try source(text, piece: size, block: size)
      for threads in [1, 2, 4] {
        let outcome = shared(source, batchSize: 1, threads: threads)
        #expect(outcome.error == whole.error, "pieces of \(size)")
        #expect(outcome.contents == whole.contents, "pieces of \(size)")
      }
    }
  }

  @Test("records longer than the gap between blocks are joined", arguments: [1, 2, 4])
  func longRecords(threads: Int) throws {
    let rows = (0..<6).map { row in (0..<4000).map { "\($0).\(row)25" }.joined(separator: ",") }
    let input = MemoryInput(name: "text", bytes: Array(rows.joined(separator: "\n").utf8))
    let source = try CSVSource(input, options: SourceOptions(), blockByteCount: 10_000)
    let outcome = shared(source, batchSize: 2, threads: threads)
    #expect(outcome.contents.rows.count == 6)
    #expect(outcome.contents.rows.last == (0..<4000).map { Double($0) + 0.525 })
    #expect(outcome.contents == single(source, batchSize: 2).contents)
  }

  @Test("texts with all kinds of quotes are read back", arguments: [1, 2, 4])
  func roundTrip(threads: Int) throws {
    var generator = SeededGenerator(seed: 11)
    let letters = Array("ab,\"\n\r x")
    let names = (0..<500).map { _ in
      String(
        (0..<generator.nextIndex(below: 8)).map { _ in letters[generator.nextIndex(below: letters.count)] })
    }
    let lines = names.enumerated().map { index, name in
      index % 3 == 0 ? "\(index),\(index)\n" : "\"\(name.replacing("\"", with: "\"\""))\",\(index)\n"
    }
    let source = try source("id,x\n" + lines.joined(), piece: 97, block: 331)
    let outcome = shared(source, batchSize: 7, threads: threads)
    #expect(
      outcome.contents.ids == names.enumerated().map { $0.offset % 3 == 0 ? "\($0.offset)" : $0.element })
    #expect(outcome.contents.rows == (0..<500).map { [Double($0)] })
  }

  @Test("a training sees the same rows at any number of threads")
  func training() throws {
    let text = (0..<5000).map { "\($0 % 97).\($0),\($0)e-3\n" }.joined()
    let one = try load(text, threads: 1)
    for threads in [2, 4] {
      let other = try load(text, threads: threads)
      #expect(other.schema == one.schema && other.rows == one.rows)
    }
  }

  private func load(_ text: String, threads: Int) throws -> (schema: Schema, rows: [Float]) {
    var options = TrainingData.Options()
    options.threadCount = threads
    let data = try TrainingData.load(CSVSource(text: text), options: options)
    let rows = FloatBuffer(count: data.training.rowCount * 2).all
    try data.training.beginEpoch(0, shuffled: false)
    for row in 0..<data.training.rowCount {
      try data.training.makeAvailable(row..<row + 1)
      data.training.gather(row..<row + 1, into: rows[row * 2..<row * 2 + 2])
    }
    return (data.schema, rows.array)
  }
}

extension Contents {
  fileprivate mutating func add(_ batch: borrowing RecordBatch) {
    for row in 0..<batch.rowCount {
      rows.append((0..<batch.width).map { batch.value(row: row, column: $0) })
      ids.append(batch.id(ofRow: row))
    }
    labels += batch.labels
    lines += batch.lines
    byteOffsets += batch.byteOffsets
  }
}
