import Testing

@testable import MisfitONNX

/// The fields of a protocol-buffer message: numbers, or bytes.
private struct Fields {
  private(set) var numbers: [Int: [Int]] = [:]
  private(set) var bytes: [Int: [[UInt8]]] = [:]

  init(_ message: [UInt8]) {
    var position = 0
    func variable() -> Int {
      var (value, shift) = (0, 0)
      while true {
        let byte = Int(message[position])
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 { return value }
      }
    }
    while position < message.count {
      let key = variable()
      if key & 7 == 0 {
        numbers[key >> 3, default: []].append(variable())
      } else {
        #expect(key & 7 == 2)
        let count = variable()
        bytes[key >> 3, default: []].append(Array(message[position..<position + count]))
        position += count
      }
    }
  }

  func messages(_ field: Int) -> [Fields] { (bytes[field] ?? []).map { Fields($0) } }
  func texts(_ field: Int) -> [String] { (bytes[field] ?? []).map { String(decoding: $0, as: UTF8.self) } }
}

@Suite("Encoding of graphs")
struct GraphModelEncodingTests {
  /// The file of a graph with an input of rows and one of texts.
  private func file() -> Fields {
    let graph = GraphBuilder()
    let rows = graph.input("rows", .double, [nil, 2])
    let words = graph.input("words", .string, [nil, 1])
    let index = words.indices(of: ["": -1, "a": 0], default: 1).cast(to: .double)
    let weights = graph.matrix([0.5, -2], width: 1, name: "weights")
    graph.output("score", (rows.matMul(weights) + index).reshaped([-1]), [nil])
    var model = graph.model(named: "test")
    model.producerVersion = "1.2"
    model.metadata = [("name", "value"), ("empty", "")]
    return Fields(model.encoded)
  }

  @Test("A file states its format, its producer and its operators' versions")
  func header() {
    let file = file()
    #expect(file.numbers[1] == [7] && file.texts(2) == ["misfit"] && file.texts(3) == ["1.2"])
    let domains = file.messages(8)
    #expect(domains.map { $0.texts(1) } == [[], ["ai.onnx.ml"]])
    #expect(domains.map { $0.numbers[2] } == [[13], [2]])
    #expect(file.messages(14).map { $0.texts(1) } == [["name"], ["empty"]])
    #expect(file.messages(14).map { $0.texts(2) } == [["value"], []])
  }

  @Test("Inputs and outputs have a type and extents, with a name for the number of rows")
  func ports() throws {
    let graph = try #require(file().messages(7).first)
    #expect(graph.messages(11).flatMap { $0.texts(1) } == ["rows", "words"])
    #expect(graph.messages(12).flatMap { $0.texts(1) } == ["score"])
    let type = try #require(graph.messages(11)[0].messages(2).first?.messages(1).first)
    #expect(type.numbers[1] == [11])
    let extents = try #require(type.messages(2).first).messages(1)
    #expect(extents.map { $0.texts(2) } == [["rows"], []] && extents.map { $0.numbers[1] } == [nil, [2]])
  }

  @Test("A constant has its extents, its type and its bytes")
  func constants() throws {
    let graph = try #require(file().messages(7).first)
    let weights = try #require(graph.messages(5).first { $0.texts(8) == ["weights"] })
    #expect(weights.numbers[1] == [2, 1] && weights.numbers[2] == [1])
    #expect(weights.bytes[9] == [[0, 0, 0, 0x3F, 0, 0, 0, 0xC0]])
  }

  @Test("Attributes have their types, and keep zeros, negative numbers and empty texts")
  func attributes() throws {
    let graph = try #require(file().messages(7).first)
    let encoder = try #require(graph.messages(1).first { $0.texts(4) == ["LabelEncoder"] })
    #expect(encoder.texts(7) == ["ai.onnx.ml"])
    let attributes = encoder.messages(5)
    #expect(attributes.flatMap { $0.texts(1) } == ["default_int64", "keys_strings", "values_int64s"])
    #expect(attributes.map { $0.numbers[20] } == [[2], [8], [7]])
    #expect(attributes[0].numbers[3] == [1])
    #expect(attributes[1].texts(9) == ["", "a"] && attributes[2].numbers[8] == [-1, 0])
  }

  @Test("Every value of a node is an input, a constant, or the output of an earlier node")
  func order() throws {
    let graph = try #require(file().messages(7).first)
    var known = Set((graph.messages(11) + graph.messages(5)).flatMap { $0.texts(1) + $0.texts(8) })
    for node in graph.messages(1) {
      #expect(node.texts(1).allSatisfy(known.contains))
      for output in node.texts(2) { #expect(known.insert(output).inserted) }
    }
    #expect(known.contains("score"))
  }
}
