import Misfit

/// The flags for the use of the machine.
struct MachineFlags: FlagSet {
  var threadCount = ProcessGroup.usualThreadCount

  static var arguments: [Argument<MachineFlags>] {
    Group("Machine", common: []) {
      Flag(
        "--threads N", \.threadCount, .integer(in: 1...256), otherwise: "the number of processors",
        help: "The number of threads; results do not depend on it.")
    }
  }
}
