import MisfitCore

// Operators of each element, with operands broadcast as NumPy's.
extension GraphInterpreter {
  /// Returns the result of an operator of each element; nil for another operator.
  static func elementwise(_ node: GraphNode, _ operands: [GraphTensor]) -> GraphTensor? {
    switch node.name {
    case "Identity": return operands[0]
    case "Cast": return ElementType(rawValue: node.int("to") ?? 0).map { operands[0].cast(to: $0) }
    case "Where": return chosen(operands)
    case "Not": return GraphTensor(operands[0].extents, .bool(operands[0].truths.map { !$0 }))
    case "IsNaN":
      return GraphTensor(operands[0].extents, .bool(operands[0].doubles.map(\.isNaN)))
    default: break
    }
    if operands.count == 1, let function = function(node.name) {
      let operand = operands[0]
      return GraphTensor(operand.extents, .double(operand.doubles.map(function))).cast(to: operand.type)
    }
    guard operands.count == 2 else { return nil }
    if let comparison = comparison(node.name) {
      let (extents, pairs) = paired(operands[0], operands[1])
      return GraphTensor(extents, .bool(pairs.map { comparison($0.0, $0.1) }))
    }
    guard let operation = operation(node.name) else { return nil }
    let (extents, pairs) = paired(operands[0], operands[1])
    // A result of floats in doubles, rounded, is that of the operation in floats.
    return GraphTensor(extents, .double(pairs.map { operation($0.0, $0.1) })).cast(to: operands[0].type)
  }

  private static func function(_ name: String) -> ((Double) -> Double)? {
    switch name {
    case "Neg": { -$0 }
    case "Exp": Mathematics.exp
    case "Log": Mathematics.log
    case "Sqrt": { $0.squareRoot() }
    case "Abs": { $0.magnitude }
    case "Sign": { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case "Floor": { $0.rounded(.down) }
    case "Sin": Mathematics.sin
    case "Cos": Mathematics.cos
    case "Tanh":
      { x in
        let less = Mathematics.expm1(-2 * x.magnitude)
        return (x < 0 ? 1 : -1) * less / (less + 2)
      }
    case "Sigmoid": { 1 / (1 + Mathematics.exp(-$0)) }
    default: nil
    }
  }

  private static func operation(_ name: String) -> ((Double, Double) -> Double)? {
    switch name {
    case "Add": { $0 + $1 }
    case "Sub": { $0 - $1 }
    case "Mul": { $0 * $1 }
    case "Div": { $0 / $1 }
    case "Max": { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
    case "Min": { $0.isNaN || $1.isNaN ? .nan : min($0, $1) }
    default: nil
    }
  }

  private static func comparison(_ name: String) -> ((Double, Double) -> Bool)? {
    switch name {
    case "Greater": { $0 > $1 }
    case "Less": { $0 < $1 }
    case "GreaterOrEqual": { $0 >= $1 }
    case "LessOrEqual": { $0 <= $1 }
    case "Equal": { $0 == $1 }
    case "And": { $0 == 1 && $1 == 1 }
    case "Or": { $0 == 1 || $1 == 1 }
    default: nil
    }
  }

  /// Returns the extents of two operands together, and their elements in pairs.
  private static func paired(_ a: GraphTensor, _ b: GraphTensor) -> ([Int], [(Double, Double)]) {
    let extents = broadcast([a.extents, b.extents])
    let (left, right) = (a.doubles, b.doubles)
    if a.extents == extents, b.extents == extents { return (extents, Array(zip(left, right))) }
    return (
      extents,
      zip(sources(of: a.extents, in: extents), sources(of: b.extents, in: extents))
        .map { (left[$0], right[$1]) }
    )
  }

  private static func chosen(_ operands: [GraphTensor]) -> GraphTensor {
    let extents = broadcast(operands.map(\.extents))
    let condition = operands[0].truths
    let tests = sources(of: operands[0].extents, in: extents).map { condition[$0] }
    let yes = operands[1].taking(sources(of: operands[1].extents, in: extents), extents)
    let no = operands[2].taking(sources(of: operands[2].extents, in: extents), extents)
    func pick<Element>(_ a: [Element], _ b: [Element]) -> [Element] {
      tests.indices.map { tests[$0] ? a[$0] : b[$0] }
    }
    switch (yes.elements, no.elements) {
    case (.int64(let a), .int64(let b)): return GraphTensor(extents, .int64(pick(a, b)))
    case (.string(let a), .string(let b)): return GraphTensor(extents, .string(pick(a, b)))
    default: return GraphTensor(extents, .double(pick(yes.doubles, no.doubles))).cast(to: yes.type)
    }
  }

  /// Returns the extents that all of some extents are broadcast to.
  static func broadcast(_ all: [[Int]]) -> [Int] {
    let rank = all.map(\.count).max() ?? 0
    return (0..<rank).map { axis in
      all.map { extents in
        let own = axis - (rank - extents.count)
        return own < 0 ? 1 : extents[own]
      }.reduce(1) { $0 == 1 ? $1 : $0 }
    }
  }

  /// Returns the index of the element of a tensor that each element of a broadcast one comes from.
  static func sources(of extents: [Int], in broadcast: [Int]) -> [Int] {
    let offset = broadcast.count - extents.count
    var steps = [Int](repeating: 0, count: broadcast.count)
    var step = 1
    for axis in extents.indices.reversed() {
      steps[axis + offset] = extents[axis] == 1 ? 0 : step
      step *= extents[axis]
    }
    return indices(broadcast, steps: steps)
  }

  /// Returns the offset of each element of a tensor whose axes advance by `steps`.
  static func indices(_ extents: [Int], steps: [Int]) -> [Int] {
    var offsets = [0]
    for (extent, step) in zip(extents, steps) {
      var next: [Int] = []
      next.reserveCapacity(offsets.count * extent)
      for offset in offsets { for index in 0..<extent { next.append(offset + index * step) } }
      offsets = next
    }
    return offsets
  }
}

extension GraphTensor {
  /// Returns the tensor in another type.
  func cast(to type: ElementType) -> GraphTensor {
    guard type != self.type else { return self }
    switch type {
    case .float: return GraphTensor(extents, .float(doubles.map { Float($0) }))
    case .double: return GraphTensor(extents, .double(doubles))
    case .int64:
      let values = doubles.map { $0.magnitude < 9e18 ? Int($0) : 0 }
      return GraphTensor(extents, .int64(values))
    case .bool: return GraphTensor(extents, .bool(doubles.map { $0 != 0 }))
    case .uint8, .string: preconditionFailure("no graph casts to \(type.name)")
    }
  }

  /// Returns the elements at some indices, in another shape.
  func taking(_ indices: [Int], _ extents: [Int]) -> GraphTensor {
    switch elements {
    case .float(let values): GraphTensor(extents, .float(indices.map { values[$0] }))
    case .uint8(let values): GraphTensor(extents, .uint8(indices.map { values[$0] }))
    case .int64(let values): GraphTensor(extents, .int64(indices.map { values[$0] }))
    case .string(let values): GraphTensor(extents, .string(indices.map { values[$0] }))
    case .bool(let values): GraphTensor(extents, .bool(indices.map { values[$0] }))
    case .double(let values): GraphTensor(extents, .double(indices.map { values[$0] }))
    }
  }
}
