import MisfitCore

// The numbers of fields are those of onnx.proto.
extension GraphModel {
  /// The bytes of the model file.
  package var encoded: [UInt8] {
    var message = ProtocolMessage()
    message.add(1, Self.formatVersion)
    message.add(2, "misfit")
    message.add(3, producerVersion)
    message.add(6, summary)
    message.add(7, graph)
    for (domain, version) in domains {
      var set = ProtocolMessage()
      set.add(1, domain)
      set.add(2, version)
      message.add(8, set)
    }
    for (key, value) in metadata {
      var entry = ProtocolMessage()
      entry.add(1, key)
      entry.add(2, value)
      message.add(14, entry)
    }
    return message.bytes
  }

  /// The versions of the domains whose operators the graph has.
  private var domains: [(String, Int)] {
    let standard = [("", Self.opset)]
    return nodes.contains { $0.domain == Self.mlDomain }
      ? standard + [(Self.mlDomain, Self.mlOpset)] : standard
  }

  private var graph: ProtocolMessage {
    var message = ProtocolMessage()
    for node in nodes { message.add(1, node.message) }
    message.add(2, name)
    for constant in constants { message.add(5, constant.tensor.message(named: constant.name)) }
    for input in inputs { message.add(11, input.message) }
    for output in outputs { message.add(12, output.message) }
    return message
  }
}

extension GraphModel.Port {
  fileprivate var message: ProtocolMessage {
    var (shape, tensor, type) = (ProtocolMessage(), ProtocolMessage(), ProtocolMessage())
    for extent in extents {
      var dimension = ProtocolMessage()
      if let extent { dimension.add(1, element: extent) } else { dimension.add(2, "rows") }
      shape.add(1, dimension)
    }
    tensor.add(1, self.type.rawValue)
    tensor.add(2, shape)
    type.add(1, tensor)
    var message = ProtocolMessage()
    message.add(1, name)
    message.add(2, type)
    return message
  }
}

extension GraphNode {
  fileprivate var message: ProtocolMessage {
    var message = ProtocolMessage()
    for input in inputs { message.add(1, element: input) }
    for output in outputs { message.add(2, element: output) }
    message.add(3, outputs.first ?? "")
    message.add(4, name)
    for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
      message.add(5, attribute.message(named: name))
    }
    message.add(7, domain)
    return message
  }
}

extension GraphNode.Attribute {
  fileprivate func message(named name: String) -> ProtocolMessage {
    var message = ProtocolMessage()
    message.add(1, name)
    switch self {
    case .int(let value): message.add(3, element: value)
    case .text(let text): message.add(4, element: text)
    case .ints(let values): for value in values { message.add(8, element: value) }
    case .texts(let texts): for text in texts { message.add(9, element: text) }
    }
    message.add(20, typeNumber)
    return message
  }

  private var typeNumber: Int {
    switch self {
    case .int: 2
    case .text: 3
    case .ints: 7
    case .texts: 8
    }
  }
}

extension GraphTensor {
  fileprivate func message(named name: String) -> ProtocolMessage {
    var message = ProtocolMessage()
    for extent in extents { message.add(1, element: extent) }
    message.add(2, type.rawValue)
    if case .string(let texts) = elements {
      for text in texts { message.add(6, element: text) }
    }
    message.add(8, name)
    if type != .string { message.add(9, bytes: bytes) }
    return message
  }

  /// The elements as little-endian bytes; empty for texts.
  private var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func append(_ pattern: some FixedWidthInteger) {
      for shift in stride(from: 0, to: pattern.bitWidth, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: pattern >> shift))
      }
    }
    switch elements {
    case .float(let values): for value in values { append(value.bitPattern) }
    case .double(let values): for value in values { append(value.bitPattern) }
    case .int64(let values): for value in values { append(Int64(value)) }
    case .uint8(let values): bytes = values
    case .bool(let values): bytes = values.map { $0 ? 1 : 0 }
    case .string: break
    }
    return bytes
  }
}
