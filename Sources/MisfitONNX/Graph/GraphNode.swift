/// A node of a graph: an operator, and the names of what it reads and writes.
package struct GraphNode: Sendable, Hashable {
  /// The value of an attribute.
  package enum Attribute: Sendable, Hashable {
    case int(Int)
    case ints([Int])
    case text(String)
    case texts([String])
  }

  /// The name of the operator: `MatMul`.
  package let name: String
  /// The domain of the operator; empty for the standard one.
  package let domain: String
  /// The names of the inputs, in the order of the operator.
  package let inputs: [String]
  /// The attributes by their names.
  package let attributes: [String: Attribute]
  /// The names of the outputs.
  package fileprivate(set) var outputs: [String]

  /// Creates a node.
  package init(
    _ name: String, domain: String = "", inputs: [String], attributes: [String: Attribute],
    outputs: [String] = []
  ) {
    self.name = name
    self.domain = domain
    self.inputs = inputs
    self.attributes = attributes
    self.outputs = outputs
  }

  /// Returns the node with names for its outputs.
  func writing(_ outputs: [String]) -> GraphNode {
    var node = self
    node.outputs = outputs
    return node
  }

  /// Returns an attribute that is a whole number; nil if there is none.
  func int(_ name: String) -> Int? {
    if case .int(let value) = attributes[name] { value } else { nil }
  }

  /// Returns an attribute of whole numbers; empty if there is none.
  func ints(_ name: String) -> [Int] {
    if case .ints(let values) = attributes[name] { values } else { [] }
  }

  /// Returns an attribute of texts; empty if there is none.
  func texts(_ name: String) -> [String] {
    if case .texts(let values) = attributes[name] { values } else { [] }
  }
}
