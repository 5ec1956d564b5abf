/// A tensor that a graph computes from its inputs, or a constant.
///
/// Expressions add nodes to the graph: `(a - b).matMul(c).sum(axis: 1)`. Operands are broadcast as NumPy's.
package struct GraphValue {
  /// The name in the graph.
  package let name: String
  /// The type of the elements.
  package let type: ElementType
  /// The graph.
  package let graph: GraphBuilder

  init(_ name: String, _ type: ElementType, _ graph: GraphBuilder) {
    self.name = name
    self.type = type
    self.graph = graph
  }

  func node(
    _ operation: String, _ others: [GraphValue] = [], _ type: ElementType? = nil,
    attributes: [String: GraphNode.Attribute] = [:]
  ) -> GraphValue {
    graph.node(operation, [self] + others, type ?? self.type, attributes: attributes)
  }

  /// Returns a single number of this value's type.
  package func number(_ value: Double) -> GraphValue { graph.number(value, type) }

  /// Returns the value in another type.
  package func cast(to type: ElementType) -> GraphValue { graph.cast(self, to: type) }

  /// The value rounded to 32-bit floats, as doubles.
  package var roundedToFloat: GraphValue { cast(to: .float).cast(to: .double) }
}

extension GraphBuilder {
  /// Returns a single number.
  package func number(_ value: Double, _ type: ElementType = .double) -> GraphValue {
    switch type {
    case .float: constant(GraphTensor([], .float([Float(value)])))
    case .int64: constant(GraphTensor([], .int64([Int(value)])))
    default: constant(GraphTensor([], .double([value])))
    }
  }

  /// Returns a row of doubles: [1, N].
  package func row(_ values: [Double], name: String = "row") -> GraphValue {
    constant(GraphTensor([1, values.count], .double(values)), name: name)
  }

  /// Returns a matrix of doubles that is stored as floats: [R, C].
  package func matrix(_ values: [Float], width: Int, name: String) -> GraphValue {
    constant(GraphTensor([values.count / width, width], .float(values)), name: name).cast(to: .double)
  }

  /// Returns a list of whole numbers: [N].
  package func integers(_ values: [Int]) -> GraphValue {
    constant(GraphTensor([values.count], .int64(values)))
  }

  /// Returns `yes` where the condition holds, and `no` elsewhere.
  package func select(_ condition: GraphValue, _ yes: GraphValue, _ no: GraphValue) -> GraphValue {
    node("Where", [condition, yes, no], yes.type)
  }

  /// Returns the tensors side by side along an axis.
  package func concatenate(_ values: [GraphValue], axis: Int) -> GraphValue {
    guard values.count > 1 else { return values[0] }
    return node("Concat", values, values[0].type, attributes: ["axis": .int(axis)])
  }
}

// Arithmetic.
extension GraphValue {
  package static func + (a: GraphValue, b: GraphValue) -> GraphValue { a.node("Add", [b]) }
  package static func - (a: GraphValue, b: GraphValue) -> GraphValue { a.node("Sub", [b]) }
  package static func * (a: GraphValue, b: GraphValue) -> GraphValue { a.node("Mul", [b]) }
  package static func / (a: GraphValue, b: GraphValue) -> GraphValue { a.node("Div", [b]) }
  package static func + (a: GraphValue, b: Double) -> GraphValue { a + a.number(b) }
  package static func - (a: GraphValue, b: Double) -> GraphValue { a - a.number(b) }
  package static func * (a: GraphValue, b: Double) -> GraphValue { a * a.number(b) }
  package static func / (a: GraphValue, b: Double) -> GraphValue { a / a.number(b) }
  package static func + (a: Double, b: GraphValue) -> GraphValue { b.number(a) + b }
  package static func - (a: Double, b: GraphValue) -> GraphValue { b.number(a) - b }
  package static func * (a: Double, b: GraphValue) -> GraphValue { b.number(a) * b }
  package static func / (a: Double, b: GraphValue) -> GraphValue { b.number(a) / b }
  package static prefix func - (a: GraphValue) -> GraphValue { a.node("Neg") }

  package static func && (a: GraphValue, b: GraphValue) -> GraphValue { a.node("And", [b]) }
  package static func || (a: GraphValue, b: GraphValue) -> GraphValue { a.node("Or", [b]) }
  package static prefix func ! (a: GraphValue) -> GraphValue { a.node("Not") }

  package static func > (a: GraphValue, b: GraphValue) -> GraphValue { a.node("Greater", [b], .bool) }
  package static func < (a: GraphValue, b: GraphValue) -> GraphValue { a.node("Less", [b], .bool) }
  package static func > (a: GraphValue, b: Double) -> GraphValue { a > a.number(b) }
  package static func < (a: GraphValue, b: Double) -> GraphValue { a < a.number(b) }
  package static func >= (a: GraphValue, b: GraphValue) -> GraphValue {
    a.node("GreaterOrEqual", [b], .bool)
  }
  package static func <= (a: GraphValue, b: GraphValue) -> GraphValue { a.node("LessOrEqual", [b], .bool) }
  package static func == (a: GraphValue, b: GraphValue) -> GraphValue { a.node("Equal", [b], .bool) }
  package static func == (a: GraphValue, b: Double) -> GraphValue { a == a.number(b) }
}

// Functions of each element.
extension GraphValue {
  package var exponential: GraphValue { node("Exp") }
  package var logarithm: GraphValue { node("Log") }
  package var squareRoot: GraphValue { node("Sqrt") }
  package var magnitude: GraphValue { node("Abs") }
  package var sign: GraphValue { node("Sign") }
  package var floor: GraphValue { node("Floor") }
  package var sine: GraphValue { node("Sin") }
  package var cosine: GraphValue { node("Cos") }
  package var hyperbolicTangent: GraphValue { node("Tanh") }
  package var sigmoid: GraphValue { node("Sigmoid") }
  package var isNaN: GraphValue { node("IsNaN", [], .bool) }
  package var square: GraphValue { self * self }

  /// The larger of two values.
  package func atLeast(_ least: GraphValue) -> GraphValue { node("Max", [least]) }
  /// The larger of the value and a number.
  package func atLeast(_ least: Double) -> GraphValue { atLeast(number(least)) }
  /// The smaller of two values.
  package func atMost(_ most: GraphValue) -> GraphValue { node("Min", [most]) }
  /// The smaller of the value and a number.
  package func atMost(_ most: Double) -> GraphValue { atMost(number(most)) }

  /// ln(1 + x), in the precision of doubles about 1.
  package var logarithmOfOneMore: GraphValue { (self + 1).logarithm }

  /// e^x - 1, in the precision of doubles about 1.
  package var exponentialLessOne: GraphValue { exponential - 1 }

  /// The inverse hyperbolic sine.
  package var inverseHyperbolicSine: GraphValue {
    let size = magnitude
    // The square of a large number would overflow; its root is then the number.
    let root = (size.atMost(1e150).square + 1).squareRoot.atLeast(size)
    return sign * (size + root).logarithm
  }
}

// Reductions, products and shapes.
extension GraphValue {
  /// The sums along an axis, which keeps the extent 1.
  package func sum(axis: Int) -> GraphValue {
    node("ReduceSum", [graph.integers([axis])], attributes: ["keepdims": .int(1)])
  }
  /// The means along an axis, which keeps the extent 1.
  package func mean(axis: Int) -> GraphValue { reduce("ReduceMean", axis) }
  /// The maxima along an axis, which keeps the extent 1.
  package func maximum(axis: Int) -> GraphValue { reduce("ReduceMax", axis) }

  private func reduce(_ operation: String, _ axis: Int) -> GraphValue {
    node(operation, attributes: ["axes": .ints([axis]), "keepdims": .int(1)])
  }

  /// The matrix product along the last two axes.
  package func matMul(_ other: GraphValue) -> GraphValue { node("MatMul", [other]) }

  /// The tensor with its axes in another order.
  package func transposed(_ axes: [Int]) -> GraphValue {
    node("Transpose", attributes: ["perm": .ints(axes)])
  }

  /// The elements in another shape: 0 keeps an extent, and -1 stands for what is left.
  package func reshaped(_ extents: [Int]) -> GraphValue { node("Reshape", [graph.integers(extents)]) }

  /// The tensor broadcast to a shape.
  package func expanded(_ extents: [Int]) -> GraphValue { node("Expand", [graph.integers(extents)]) }

  /// The slices at some indices of an axis.
  package func gather(_ indices: GraphValue, axis: Int = 0) -> GraphValue {
    node("Gather", [indices], attributes: ["axis": .int(axis)])
  }

  /// The columns of a matrix at some indices: [N, count].
  package func columns(_ indices: [Int]) -> GraphValue { gather(graph.integers(indices), axis: 1) }

  /// The elements at some indices along an axis, which have the shape of the result.
  package func gatherElements(_ indices: GraphValue, axis: Int) -> GraphValue {
    node("GatherElements", [indices], attributes: ["axis": .int(axis)])
  }

  /// The smallest values of each row in ascending order, and their indices; of equal ones the first.
  package func smallest(_ count: Int) -> (values: GraphValue, indices: GraphValue) {
    graph.node(
      "TopK", [self, graph.integers([count])], (type, .int64),
      attributes: ["axis": .int(1), "largest": .int(0), "sorted": .int(1)])
  }
}

extension GraphValue {
  /// The number of `bounds`, which ascend, that are below each element of a column, or at most that if
  /// `orEqual`: [N, 1] to [N, 1], whole numbers.
  ///
  /// A search in two steps: among the first bounds of blocks, and in a block.
  package func count(of bounds: [Double], orEqual: Bool) -> GraphValue {
    guard !bounds.isEmpty else { return (self * 0).cast(to: .int64) * 0 }
    let size = max(1, Int(Double(bounds.count).squareRoot().rounded(.up)))
    let blockCount = (bounds.count + size - 1) / size
    let padded = bounds + Array(repeating: .infinity, count: blockCount * size - bounds.count)
    func counted(_ bounds: GraphValue) -> GraphValue {
      (orEqual ? bounds <= self : bounds < self).cast(to: .int64).sum(axis: 1)
    }
    let heads = stride(from: 0, to: padded.count, by: size).map { padded[$0] }
    let block = (counted(graph.row(heads, name: "bounds")) - 1).atLeast(0)
    let blocks = graph.constant(GraphTensor([blockCount, size], .double(padded)), name: "bounds")
    let inBlock = counted(blocks.gather(block.reshaped([-1])))
    // Padding is infinite, and at most an infinite element.
    return (block * Double(size) + inBlock).atMost(Double(bounds.count))
  }
}

extension GraphValue {
  /// The number of each text in a table, and `other` for a text that is not in it.
  package func indices(of table: [String: Int], default other: Int) -> GraphValue {
    let sorted = table.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    return graph.node(
      "LabelEncoder", [self], .int64,
      attributes: [
        "keys_strings": .texts(sorted.map(\.key)), "values_int64s": .ints(sorted.map(\.value)),
        "default_int64": .int(other),
      ], domain: GraphModel.mlDomain)
  }
}
