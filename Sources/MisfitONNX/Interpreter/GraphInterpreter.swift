/// A plain interpreter of graphs, to check them where no runtime is installed.
///
/// It has the operators that ``GraphBuilder`` writes, in the meaning of the ONNX specification, and no
/// others.
package struct GraphInterpreter {
  private let model: GraphModel
  private let constants: [String: GraphTensor]
  /// The last node that reads each value, after which its memory is released.
  private let lastReader: [String: Int]

  /// Prepares a graph.
  package init(_ model: GraphModel) {
    self.model = model
    constants = Dictionary(uniqueKeysWithValues: model.constants.map { ($0.name, $0.tensor) })
    var lastReader: [String: Int] = [:]
    for (index, node) in model.nodes.enumerated() {
      for input in node.inputs { lastReader[input] = index }
    }
    self.lastReader = lastReader
  }

  /// Returns the outputs for some inputs, both by name.
  ///
  /// - Precondition: all inputs are given, with the types and extents of the model.
  package func run(_ inputs: [String: GraphTensor]) -> [String: GraphTensor] {
    var values = inputs
    let outputs = Set(model.outputs.map(\.name))
    for (index, node) in model.nodes.enumerated() {
      let operands = node.inputs.map { name in
        guard let value = values[name] ?? constants[name] else {
          preconditionFailure("the input \(name) is missing")
        }
        return value
      }
      for (name, result) in zip(node.outputs, Self.results(of: node, operands)) { values[name] = result }
      for name in node.inputs where lastReader[name] == index && !outputs.contains(name) {
        values[name] = nil
      }
    }
    return values.filter { outputs.contains($0.key) }
  }

  private static func results(of node: GraphNode, _ operands: [GraphTensor]) -> [GraphTensor] {
    if let result = elementwise(node, operands) ?? arranged(node, operands) ?? reduced(node, operands) {
      return [result]
    }
    switch node.name {
    case "MatMul": return [product(operands[0], operands[1])]
    case "TopK": return smallest(operands[0], count: operands[1].integers[0])
    case "LabelEncoder": return [labelled(node, operands[0])]
    case "Conv": return [convolution(node, operands)]
    case "ConvTranspose": return [transposedConvolution(node, operands)]
    case "MaxPool", "AveragePool": return [pooling(node, operands[0])]
    default: preconditionFailure("the operator \(node.name) is unknown")
    }
  }

  /// Returns the number of each text among the keys of a node, or its default.
  private static func labelled(_ node: GraphNode, _ texts: GraphTensor) -> GraphTensor {
    let numbers = node.ints("values_int64s")
    let table = Dictionary(zip(node.texts("keys_strings"), numbers)) { first, _ in first }
    let other = node.int("default_int64") ?? -1
    return GraphTensor(texts.extents, .int64(texts.texts.map { table[$0] ?? other }))
  }

  /// Returns the smallest values of each row and their indices.
  private static func smallest(_ rows: GraphTensor, count: Int) -> [GraphTensor] {
    let width = rows.extents[1]
    let values = rows.doubles
    var (kept, indices): ([Double], [Int]) = ([], [])
    for start in stride(from: 0, to: values.count, by: max(1, width)) {
      let order = (0..<width).sorted { (values[start + $0], $0) < (values[start + $1], $1) }.prefix(count)
      kept += order.map { values[start + $0] }
      indices += order
    }
    let extents = [rows.extents[0], count]
    return [GraphTensor(extents, .double(kept)).cast(to: rows.type), GraphTensor(extents, .int64(indices))]
  }

  /// Returns the matrix products along the last two axes; a matrix on either side is used for all others.
  private static func product(_ a: GraphTensor, _ b: GraphTensor) -> GraphTensor {
    let (rows, inner, columns) = (
      a.extents[a.extents.count - 2], a.extents[a.extents.count - 1], b.extents[b.extents.count - 1]
    )
    let outer = Array((a.extents.count >= b.extents.count ? a : b).extents.dropLast(2))
    let sizes = (rows, inner, columns)
    let extents = outer + [rows, columns]
    if case .float(let left) = a.elements, case .float(let right) = b.elements {
      return GraphTensor(extents, .float(products(left, right, sizes, count: outer.reduce(1, *))))
    }
    return GraphTensor(extents, .double(products(a.doubles, b.doubles, sizes, count: outer.reduce(1, *))))
  }

  private static func products<Number: BinaryFloatingPoint>(
    _ a: [Number], _ b: [Number], _ sizes: (rows: Int, inner: Int, columns: Int), count: Int
  ) -> [Number] {
    var result = [Number](repeating: 0, count: count * sizes.rows * sizes.columns)
    let (a, b) = (a.span, b.span)
    var sums = result.mutableSpan
    for index in 0..<count {
      let (aSize, bSize): (Int, Int) = (sizes.rows * sizes.inner, sizes.inner * sizes.columns)
      let aStart: Int = a.count == aSize ? 0 : index * aSize
      let bStart: Int = b.count == bSize ? 0 : index * bSize
      for row in 0..<sizes.rows {
        let start: Int = (index * sizes.rows + row) * sizes.columns
        for step in 0..<sizes.inner {
          let factor: Number = a[aStart + row * sizes.inner + step]
          let from: Int = bStart + step * sizes.columns
          // Fused, as the products of runtimes are.
          for column in 0..<sizes.columns {
            sums[start + column] = sums[start + column].addingProduct(factor, b[from + column])
          }
        }
      }
    }
    return result
  }
}
