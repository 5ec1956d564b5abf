import CMPI
import MisfitCore

/// The rank that a launcher such as `mpirun` gave this process, from its environment.
package struct LaunchedRank: Hashable, Sendable {
  /// A binary interface of MPI.
  package enum Interface: Hashable, Sendable {
    case openMPI
    /// MPICH, and the libraries that are compatible with it: Intel MPI, MVAPICH.
    case mpich

    /// The name for people.
    package var name: String { self == .openMPI ? "Open MPI" : "MPICH" }
    /// Debian's package of the library.
    package var debianPackage: String { self == .openMPI ? "libopenmpi3" : "libmpich12" }
  }

  /// The index of the process, from 0.
  package var rank: Int
  /// The number of processes.
  package var count: Int
  /// The number of processes on this machine; nil if the launcher does not set it.
  package var localCount: Int?
  /// The interface of the launcher's library.
  package var interface: Interface

  /// The rank of this process; nil if no launcher of MPI has started it.
  package static let current = LaunchedRank { FileSystem.environment($0) }

  /// Reads the rank from an environment, as Open MPI, MPICH and Slurm's `srun --mpi=pmix` set it.
  package init?(environment: (String) -> String?) {
    let variables: [(rank: String, count: String, interface: Interface)] = [
      ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", .openMPI), ("PMI_RANK", "PMI_SIZE", .mpich),
      ("PMIX_RANK", "SLURM_NTASKS", .openMPI),
    ]
    for variable in variables {
      if let rank = environment(variable.rank).flatMap({ Int($0) }),
        let count = environment(variable.count).flatMap({ Int($0) }), rank >= 0, rank < count
      {
        self.init(rank: rank, count: count, interface: variable.interface)
        let local = environment("OMPI_COMM_WORLD_LOCAL_SIZE") ?? environment("MPI_LOCALNRANKS")
        localCount = local.flatMap { Int($0) }
        return
      }
    }
    return nil
  }

  /// Creates a rank.
  package init(rank: Int, count: Int, interface: Interface) {
    self.rank = rank
    self.count = count
    self.interface = interface
  }
}

/// An error of joining the processes of a launcher.
package struct MPIError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The launcher's library is not installed.
    case noLibrary(LaunchedRank)
    /// The library returned an error when it was started.
    case notStarted(code: Int)
    /// The library knows of another number of processes than the launcher has started.
    case otherCount(LaunchedRank, found: Int)
  }

  /// The kind of the error.
  package var kind: Kind

  /// Creates an error.
  package init(_ kind: Kind) { self.kind = kind }

  /// The message and its remedy.
  package var diagnosis: Diagnosis {
    switch kind {
    case .noLibrary(let launched):
      let (name, package) = (launched.interface.name, launched.interface.debianPackage)
      return Diagnosis(
        "\(name) has started \(launched.count) processes, but its library cannot be opened",
        remedy: "install it on every machine, on Debian with `apt-get install \(package)`")
    case .notStarted(let code):
      return Diagnosis(
        "MPI did not start (error \(code))", remedy: "check the launcher with a small program first")
    case .otherCount(let launched, let found):
      return Diagnosis(
        "the launcher has started \(launched.count) processes, and \(launched.interface.name) knows \(found)",
        remedy: "start them with the launcher of the library that is installed")
    }
  }
}
