/// A graph of operators, from named inputs to named outputs, as a model file of ONNX contains it.
///
/// ONNX, "Open Neural Network Exchange Intermediate Representation Specification", version 7 of the format,
/// with operators of ``opset`` and, for texts, of ``mlOpset``. ONNX Runtime runs these since version 1.6.
package struct GraphModel: Sendable {
  /// An input or an output.
  package struct Port: Sendable, Hashable {
    /// The name.
    package let name: String
    /// The type of the elements.
    package let type: ElementType
    /// The size of each dimension; nil for the number of rows, which is not fixed.
    package let extents: [Int?]

    /// Creates a port.
    package init(_ name: String, _ type: ElementType, _ extents: [Int?]) {
      self.name = name
      self.type = type
      self.extents = extents
    }
  }

  /// A tensor that does not depend on the inputs.
  package struct Constant: Sendable {
    /// The name.
    package let name: String
    /// The tensor.
    package let tensor: GraphTensor
  }

  /// The version of the standard operators.
  package static let opset = 13
  /// The version of the operators of `ai.onnx.ml`.
  package static let mlOpset = 2
  /// The version of the file format.
  package static let formatVersion = 7
  /// The domain of the operators for texts.
  package static let mlDomain = "ai.onnx.ml"

  /// The name of the graph.
  package var name: String
  /// The inputs.
  package var inputs: [Port]
  /// The outputs.
  package var outputs: [Port]
  /// The tensors that do not depend on the inputs.
  package var constants: [Constant]
  /// The nodes, each after those whose outputs it reads.
  package var nodes: [GraphNode]
  /// The version of the program that made the model.
  package var producerVersion = ""
  /// What the model is, for people.
  package var summary = ""
  /// Texts by their names, in order.
  package var metadata: [(key: String, value: String)] = []
}
