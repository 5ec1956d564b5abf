import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Writing Arrow data")
struct ArrowFileWriterTests {
  private func columns(_ rows: Range<Int>) -> [ArrowCells] {
    var numbers = ArrowCells("x", .number)
    var flags = ArrowCells("flag", .flag)
    var texts = ArrowCells("a, b", .text)
    for row in rows {
      numbers.append(row % 5 == 0 ? nil : Double(row) / 4)
      flags.append(row % 7 == 0 ? nil : row % 2 == 0)
      texts.append(row % 3 == 0 ? nil : "ä\(row)")
    }
    return [numbers, flags, texts]
  }

  private func bytes(_ form: ArrowFileWriter.Form, _ batches: [[ArrowCells]]) throws -> [UInt8] {
    let sink = Sink()
    let writer = try ArrowFileWriter(form, columns: batches[0]) { sink.bytes += $0 }
    for batch in batches { try writer.write(batch) }
    try writer.finish()
    return sink.bytes
  }

  private final class Sink {
    var bytes: [UInt8] = []
  }

  @Test("what is written is read again", arguments: [ArrowFileWriter.Form.stream, .file])
  func roundTrip(_ form: ArrowFileWriter.Form) throws {
    let written = try bytes(form, [columns(0..<13), columns(13..<13), columns(13..<20)])
    let lines = (0..<20).map { row in
      let number = row % 5 == 0 ? "" : "\(Double(row) / 4)"
      let flag = row % 7 == 0 ? "" : "\(row % 2 == 0)"
      return "\(number),\(flag),\(row % 3 == 0 ? "" : "\"ä\(row)\"")\n"
    }
    #expect(try arrowText(written) == "\"x\",\"flag\",\"a, b\"\n" + lines.joined())
    #expect(written.count % 8 == (form == .file ? 2 : 0))
  }

  @Test("columns are used again for the next batch")
  func reuse() throws {
    var cells = columns(0..<9)
    for index in cells.indices { cells[index].removeAll() }
    for row in 0..<4 {
      cells[0].append(Double(row))
      cells[1].append(true)
      cells[2].append("z")
    }
    let expected = "\"x\",\"flag\",\"a, b\"\n" + (0..<4).map { "\(Double($0)),true,\"z\"\n" }.joined()
    #expect(try arrowText(bytes(.stream, [cells])) == expected)
  }
}
