import MisfitCore

/// One run of `curl`, which appends bytes from an address to a file.
struct Transfer {
  var address: String
  var partPath: String
  var expectedByteCount: Int
  /// The maximum size of the file: a server may send without end.
  var byteLimit: Int

  /// Downloads the bytes that are missing in the file at `partPath`.
  func run(_ progress: (Int) -> Void) throws(DatasetError) {
    let outcome: ChildProcess.Outcome
    do {
      outcome = try ChildProcess.run("curl", arguments) {
        let byteCount = byteCount
        progress(min(byteCount, byteLimit))
        return byteCount <= byteLimit
      }
    } catch {
      let kind: DatasetError.Kind =
        error.isNotFound
        ? .noDownloader
        : .downloader(exitStatus: error.errorNumber, message: error.diagnosis.problem.description)
      throw DatasetError(kind, at: address)
    }
    guard byteCount <= byteLimit else { throw DatasetError(.tooLong(limit: byteLimit), at: address) }
    progress(byteCount)
    switch outcome.ending {
    case .exited(0): return
    case .exited(let status): throw DatasetError(kind(of: status, outcome.standardError), at: address)
    case .killed(let signal): throw DatasetError(.stopped(signal: signal), at: address)
    }
  }

  private var byteCount: Int { FileSystem.status(of: partPath)?.size ?? 0 }

  /// The arguments of `curl`.
  ///
  /// `-q`, which has to be first, ignores the user's configuration. Only HTTP and HTTPS are allowed, and a
  /// redirection cannot leave HTTPS. `--max-filesize` relies on the size stated by the server, or counts in
  /// later versions; we count as well.
  ///
  /// `--speed-time` ends a transfer without data for a minute; `--globoff` accepts brackets in an address.
  private var arguments: [String] {
    [
      "-q", "--proto", "=http,https", "--proto-redir", isSecure ? "=https" : "=http,https",
      "--max-redirs", "10", "--max-filesize", String(byteLimit), "--fail", "--location", "--silent",
      "--show-error", "--globoff", "--connect-timeout", "30", "--speed-limit", "1", "--speed-time", "60",
      "--retry", "3", "--continue-at", "-", "--output", partPath, "--url", address,
    ]
  }

  private var isSecure: Bool { address.lowercased().hasPrefix("https:") }

  /// Returns the meaning of a status of `curl` (its manual, "EXIT CODES").
  private func kind(of exitStatus: Int32, _ message: String) -> DatasetError.Kind {
    switch exitStatus {
    case 1, 3: .unusableAddress
    case 5, 6, 7: .unreachable
    // No data at all before the timeout: there is no server.
    case 28 where byteCount == 0: .unreachable
    case 18, 28, 52, 55, 56, 92: .cut(byteCount: byteCount, expectedByteCount: expectedByteCount)
    // 416: there is nothing after the bytes that are present.
    case 22 where Self.status(in: message) == 416: .notResumable
    case 22: .refused(status: Self.status(in: message))
    case 23: .unwritable
    case 33, 36: .notResumable
    case 63: .tooLong(limit: byteLimit)
    case 47: .refused(status: nil)
    case 35, 51, 58, 60, 77, 83, 90, 91: .untrusted
    default: .downloader(exitStatus: exitStatus, message: Self.lastLine(of: message))
    }
  }

  /// Returns the number in `The requested URL returned error: 404`.
  private static func status(in message: String) -> Int? {
    message.split { !$0.isNumber }.last.flatMap { Int($0) }
  }

  private static func lastLine(of message: String) -> String {
    message.split(whereSeparator: \.isNewline).last.map(String.init) ?? "it says nothing"
  }
}
