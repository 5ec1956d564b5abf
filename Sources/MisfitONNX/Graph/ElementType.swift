/// The type of the elements of a tensor, with its number in ONNX.
package enum ElementType: Int, Sendable, Hashable {
  case float = 1
  case uint8 = 2
  case int64 = 7
  case string = 8
  case bool = 9
  case double = 11

  /// The name in metadata and messages: `float32`, `string`.
  package var name: String {
    switch self {
    case .float: "float32"
    case .uint8: "uint8"
    case .int64: "int64"
    case .string: "string"
    case .bool: "bool"
    case .double: "float64"
    }
  }
}
