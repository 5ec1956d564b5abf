/// A builder of a graph, node by node.
///
/// Equal constants and equal nodes are stored once, so that parts of a graph may be built several times. What
/// no output depends on is left out of the ``model``.
package final class GraphBuilder {
  private var nodes: [GraphNode] = []
  private var constants: [GraphModel.Constant] = []
  private var inputs: [GraphModel.Port] = []
  private var outputs: [GraphModel.Port] = []
  private var names: Set<String> = []
  private var nameOfConstant: [GraphTensor: String] = [:]
  private var outputsOfNode: [GraphNode: [String]] = [:]
  /// The float that each double was cast from.
  private var floats: [String: String] = [:]

  /// Creates an empty graph.
  package init() {}

  /// Adds an input; nil stands for the number of rows in its extents.
  ///
  /// Its name may get a number, since all names of a graph differ.
  package func input(_ name: String, _ type: ElementType, _ extents: [Int?]) -> GraphValue {
    let port = GraphModel.Port(unique(name), type, extents)
    inputs.append(port)
    return GraphValue(port.name, type, self)
  }

  /// Reserves names for outputs, so that no input gets them.
  package func reserve(_ names: [String]) { self.names.formUnion(names) }

  /// Returns a constant; `name` is a hint for readers of the file.
  package func constant(_ tensor: GraphTensor, name: String = "c") -> GraphValue {
    if let known = nameOfConstant[tensor] { return GraphValue(known, tensor.type, self) }
    let constant = GraphModel.Constant(name: unique(name), tensor: tensor)
    constants.append(constant)
    nameOfConstant[tensor] = constant.name
    return GraphValue(constant.name, tensor.type, self)
  }

  /// Adds a node with one output, whose elements have the given type.
  package func node(
    _ operation: String, _ inputs: [GraphValue], _ type: ElementType,
    attributes: [String: GraphNode.Attribute] = [:], domain: String = ""
  ) -> GraphValue {
    let node = GraphNode(operation, domain: domain, inputs: inputs.map(\.name), attributes: attributes)
    return GraphValue(outputs(of: node, count: 1)[0], type, self)
  }

  /// Adds a node with two outputs of given types.
  package func node(
    _ operation: String, _ inputs: [GraphValue], _ types: (ElementType, ElementType),
    attributes: [String: GraphNode.Attribute] = [:]
  ) -> (GraphValue, GraphValue) {
    let node = GraphNode(operation, inputs: inputs.map(\.name), attributes: attributes)
    let names = outputs(of: node, count: 2)
    return (GraphValue(names[0], types.0, self), GraphValue(names[1], types.1, self))
  }

  /// Makes a value an output of the graph; nil stands for the number of rows in its extents.
  package func output(_ name: String, _ value: GraphValue, _ extents: [Int?]) {
    nodes.append(GraphNode("Identity", inputs: [value.name], attributes: [:], outputs: [name]))
    outputs.append(GraphModel.Port(name, value.type, extents))
  }

  /// Returns a value in another type.
  func cast(_ value: GraphValue, to type: ElementType) -> GraphValue {
    guard type != value.type else { return value }
    if type == .float, let float = floats[value.name] { return GraphValue(float, .float, self) }
    let result = node("Cast", [value], type, attributes: ["to": .int(type.rawValue)])
    if value.type == .float, type == .double { floats[result.name] = value.name }
    return result
  }

  /// The graph from the inputs to the outputs that were declared.
  package func model(named name: String) -> GraphModel {
    var needed = Set(outputs.map(\.name))
    var kept: [GraphNode] = []
    for node in nodes.reversed() where node.outputs.contains(where: needed.contains) {
      kept.append(node)
      needed.formUnion(node.inputs)
    }
    return GraphModel(
      name: name, inputs: inputs, outputs: outputs, constants: constants.filter { needed.contains($0.name) },
      nodes: kept.reversed())
  }

  private func outputs(of node: GraphNode, count: Int) -> [String] {
    if let known = outputsOfNode[node] { return known }
    let names = (0..<count).map { _ in unique("\(node.name.lowercased())_\(nodes.count)") }
    outputsOfNode[node] = names
    nodes.append(node.writing(names))
    return names
  }

  private func unique(_ name: String) -> String {
    let base = name.isEmpty ? "value" : name
    var unique = base
    var number = 2
    while !names.insert(unique).inserted {
      unique = "\(base)_\(number)"
      number += 1
    }
    return unique
  }
}
