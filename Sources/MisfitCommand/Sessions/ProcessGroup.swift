import Misfit
import MisfitCore
import MisfitMPI
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The processes that a launcher of MPI has started for one `misfit fit`.
///
/// The first process prints and writes; the others are silent. An error of one process ends all, with the
/// message of one of them: all have the same data and options, and so nearly always the same errors.
enum ProcessGroup {
  /// The rank that a launcher gave this process; nil without one.
  static let launched = LaunchedRank.current

  /// The number of shards if the command sets none.
  static let usualShardCount = 16

  /// Whether this process has joined the others, or was about to.
  private static let joins = Atomic<Bool>(false)

  /// The number of threads if the command sets none: the processes on a machine share its processors.
  static var usualThreadCount: Int {
    max(1, WorkerPool.availableProcessorCount / max(1, launched?.localCount ?? 1))
  }

  /// Runs the command, on the streams of the process only if it is the first one.
  static func run(_ arguments: [String]) -> ExitStatus {
    guard arguments.first == Fit.name, let launched, launched.count > 1 else {
      return Program.misfit.run(arguments, on: .standard)
    }
    let isFirst = launched.rank == 0
    let collected = CollectedLines()
    let status = Program.misfit.run(arguments, on: isFirst ? .standard : collected.streams)
    guard status != .done else {
      MPICommunicator.finish()
      return status
    }
    // Errors of the arguments are the same everywhere.
    guard joins.load(ordering: .relaxed) else { return status }
    if !isFirst {
      // The first process has the same error, unless it is one of this machine alone.
      usleep(1_000 * UInt32(graceMilliseconds(status, rank: launched.rank)))
      collected.report(rank: launched.rank)
    } else {
      // A launcher that ends all at once may lose what has just been printed.
      usleep(200_000)
    }
    MPICommunicator.abort(status: status.rawValue)
    return status
  }

  private static func graceMilliseconds(_ status: ExitStatus, rank: Int) -> Int {
    // The first process may be saving the run.
    status.isByRequest ? 10_000 : 2_000 + 50 * min(rank, 20)
  }

  /// Joins the other processes; a process without a launcher is the only one.
  ///
  /// - Throws: ``MPIError``; ``ArgumentError`` if there are fewer shards than processes.
  static func join(reading data: [String], shardCount: Int?) throws -> any Communicator {
    guard let launched, launched.count > 1 else { return SingleProcess() }
    if data.contains("-") {
      throw ArgumentError(
        .conflict(
          "\(launched.count) processes cannot all read standard input", remedy: "give the path of a file"),
        verb: Fit.name)
    }
    let shards = shardCount ?? usualShardCount
    guard launched.count <= shards else {
      var wanted = shards
      while wanted < launched.count { wanted *= 2 }
      throw ArgumentError(
        .conflict(
          "\(launched.count) processes cannot share \(CountText.of(shards, "shard"))",
          remedy: "add --shards \(wanted)"),
        verb: Fit.name)
    }
    joins.store(true, ordering: .relaxed)
    return try MPICommunicator(launched)
  }

  /// Prints how much a process has communicated.
  static func noteTraffic(of communicator: any Communicator, on terminal: Terminal) {
    guard communicator.rankCount > 1 else { return }
    let traffic = communicator.traffic
    terminal.messages.note(
      """
      \(communicator.rankCount) processes: the first sent \(NumberText.bytes(traffic.sentByteCount)), and \
      spent \(NumberText.significant(traffic.elapsedSeconds, digits: 2)) s on communication and on waiting
      """)
  }
}

/// The messages of a process that does not print them.
private final class CollectedLines: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  /// Streams that discard results and keep messages.
  var streams: Streams {
    Streams(
      output: ResultStream(TextSink { _ throws(FileError) in }),
      errors: MessageStream(
        TextSink { [self] text throws(FileError) in bytes.withLock { $0 += text } }))
  }

  /// Prints errors and hints on standard error.
  func report(rank: Int) {
    let lines = String(decoding: bytes.withLock { $0 }, as: UTF8.self).split(separator: "\n")
    let last = lines.lastIndex { $0.hasPrefix("misfit: error: ") } ?? lines.endIndex
    let text = lines[last...].map { "\($0) (process \(rank))\n" }.joined()
    try? ByteFile.standardError.write(text)
  }
}
