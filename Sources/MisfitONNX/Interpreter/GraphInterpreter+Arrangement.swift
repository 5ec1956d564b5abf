// Operators that arrange elements, and reductions.
extension GraphInterpreter {
  /// Returns the result of an operator that arranges elements; nil for another operator.
  static func arranged(_ node: GraphNode, _ operands: [GraphTensor]) -> GraphTensor? {
    let operand = operands[0]
    switch node.name {
    case "Reshape": return operand.reshaped(filled(operands[1].integers, operand))
    case "Transpose": return transposed(operand, node.ints("perm"))
    case "Expand":
      let extents = broadcast([operand.extents, operands[1].integers])
      return operand.taking(sources(of: operand.extents, in: extents), extents)
    case "Gather": return gathered(operand, operands[1], axis: node.int("axis") ?? 0)
    case "GatherElements": return gatheredElements(operand, operands[1], axis: node.int("axis") ?? 0)
    case "Concat": return concatenated(operands, axis: node.int("axis") ?? 0)
    default: return nil
    }
  }

  /// Returns the extents that a reshaping asks for: 0 keeps one, and -1 is what is left.
  private static func filled(_ wanted: [Int], _ operand: GraphTensor) -> [Int] {
    var extents = wanted.enumerated().map { axis, extent in extent == 0 ? operand.extents[axis] : extent }
    if let open = extents.firstIndex(of: -1) {
      let known = extents.reduce(1) { $1 < 0 ? $0 : $0 * $1 }
      extents[open] = known == 0 ? 0 : operand.count / known
    }
    return extents
  }

  private static func transposed(_ operand: GraphTensor, _ axes: [Int]) -> GraphTensor {
    var steps = [Int](repeating: 1, count: axes.count)
    for axis in axes.indices.dropLast().reversed() {
      steps[axis] = steps[axis + 1] * operand.extents[axis + 1]
    }
    let extents = axes.map { operand.extents[$0] }
    return operand.taking(indices(extents, steps: axes.map { steps[$0] }), extents)
  }

  private static func gathered(_ operand: GraphTensor, _ places: GraphTensor, axis: Int) -> GraphTensor {
    let before = operand.extents[..<axis]
    let after = operand.extents[(axis + 1)...]
    let inner = after.reduce(1, *)
    let extent = operand.extents[axis]
    var sources: [Int] = []
    for outer in 0..<before.reduce(1, *) {
      for place in places.integers {
        let index = place < 0 ? place + extent : place
        for element in 0..<inner { sources.append((outer * extent + index) * inner + element) }
      }
    }
    return operand.taking(sources, before + places.extents + after)
  }

  private static func gatheredElements(
    _ operand: GraphTensor, _ places: GraphTensor, axis: Int
  ) -> GraphTensor {
    precondition(operand.extents.count == 2 && axis == 1, "elements are gathered from rows")
    let (width, count) = (operand.extents[1], places.extents[1])
    let sources = places.integers.enumerated().map { $0 / max(1, count) * width + $1 }
    return operand.taking(sources, places.extents)
  }

  private static func concatenated(_ operands: [GraphTensor], axis: Int) -> GraphTensor {
    let first = operands[0]
    let outer = first.extents[..<axis].reduce(1, *)
    let sizes = operands.map { $0.extents[axis...].reduce(1, *) }
    func joined<Element>(_ lists: [[Element]]) -> [Element] {
      var result: [Element] = []
      for index in 0..<outer {
        for (list, size) in zip(lists, sizes) { result += list[index * size..<(index + 1) * size] }
      }
      return result
    }
    var extents = first.extents
    extents[axis] = operands.reduce(0) { $0 + $1.extents[axis] }
    switch first.type {
    case .string: return GraphTensor(extents, .string(joined(operands.map(\.texts))))
    case .int64: return GraphTensor(extents, .int64(joined(operands.map(\.integers))))
    case .bool: return GraphTensor(extents, .bool(joined(operands.map(\.truths))))
    default: return GraphTensor(extents, .double(joined(operands.map(\.doubles)))).cast(to: first.type)
    }
  }

  /// Returns the result of a reduction along one axis; nil for another operator.
  static func reduced(_ node: GraphNode, _ operands: [GraphTensor]) -> GraphTensor? {
    let combine: (Double, Double) -> Double
    switch node.name {
    case "ReduceSum", "ReduceMean": combine = { $0 + $1 }
    case "ReduceMax": combine = { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
    default: return nil
    }
    let operand = operands[0]
    let axis = operands.count > 1 ? operands[1].integers[0] : node.ints("axes")[0]
    let extent = operand.extents[axis]
    let inner = operand.extents[(axis + 1)...].reduce(1, *)
    let values = operand.doubles
    var result: [Double] = []
    for outer in 0..<operand.extents[..<axis].reduce(1, *) {
      for element in 0..<inner {
        let start = outer * extent * inner + element
        var total = values[start]
        for step in 1..<max(1, extent) { total = combine(total, values[start + step * inner]) }
        result.append(node.name == "ReduceMean" ? total / Double(extent) : total)
      }
    }
    var extents = operand.extents
    extents[axis] = 1
    return GraphTensor(extents, .double(result)).cast(to: operand.type)
  }
}
