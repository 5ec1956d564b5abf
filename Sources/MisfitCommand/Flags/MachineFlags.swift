import Misfit

/// What of the machine may be used.
struct MachineFlags: FlagSet {
  var threadCount = WorkerPool.availableProcessorCount

  static var arguments: [Argument<MachineFlags>] {
    Group("Machine") {
      Flag(
        "--threads N", \.threadCount, .integer(in: 1...256), otherwise: "as many as there are processors",
        help: "Threads that compute; the result does not depend on it.")
    }
  }
}
