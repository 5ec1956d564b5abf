import COneDNN

/// An error of oneDNN.
package struct PrimitiveError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The failed operation.
  package enum Operation: String, Sendable {
    case engine = "create an engine"
    case stream = "create a stream"
    case primitive = "create a primitive"
    case run = "run a primitive"
  }

  /// The failed operation.
  package let operation: Operation
  /// The status of oneDNN (`dnnl_status_t`): 1 out of memory, 2 invalid arguments, 3 not implemented on this
  /// processor, 6 a failure while running, 100 not installed.
  package let status: Int32

  /// The message for the user.
  package var description: String {
    let reason =
      switch status {
      case 1: "out of memory"
      case 2: "invalid arguments"
      case 3: "not implemented on this processor"
      case MISFIT_DNNL_IS_MISSING:
        "it is not installed, and convolutions need it"
      default: "status \(status)"
      }
    return "oneDNN could not \(operation.rawValue): \(reason)."
  }

  static func check(_ status: Int32, _ operation: Operation) throws(PrimitiveError) {
    if status != 0 { throw PrimitiveError(operation: operation, status: status) }
  }
}
