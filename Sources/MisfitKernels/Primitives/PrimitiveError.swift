import COneDNN

/// What oneDNN answered where it did not do what was asked.
public struct PrimitiveError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was asked for.
  public enum Operation: String, Sendable {
    case engine = "an engine"
    case stream = "a stream"
    case primitive = "a primitive"
    case run = "a run"
  }

  /// What was asked for.
  public let operation: Operation
  /// The status of oneDNN (`dnnl_status_t`): 1 out of memory, 2 invalid arguments, 3 not implemented on this
  /// processor, 6 a failure while running.
  public let status: Int32

  /// A sentence for the user.
  public var description: String {
    let reason =
      switch status {
      case 1: "it is out of memory"
      case 2: "it takes the arguments for invalid"
      case 3: "it has no implementation for this processor"
      default: "its status is \(status)"
      }
    return "oneDNN refused \(operation.rawValue): \(reason)."
  }

  static func check(_ status: Int32, _ operation: Operation) throws(PrimitiveError) {
    if status != 0 { throw PrimitiveError(operation: operation, status: status) }
  }
}
