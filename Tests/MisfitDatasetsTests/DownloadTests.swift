import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitDatasets

@Suite(.enabled(if: Programs.has("curl"), "needs curl")) struct DownloadTests {
  private let folder: _TestSupport.TemporaryFolder
  private let server: LocalFileServer
  private let bytes: [UInt8]
  private let file: DatasetFile

  init() throws {
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    self.bytes = bytes
    folder = try _TestSupport.TemporaryFolder()
    server = try LocalFileServer(["digits.gz": bytes])
    file = DatasetFile("digits.gz", editions: [Self.edition(bytes)])
  }

  private static func edition(_ bytes: [UInt8]) -> DatasetFile.Edition {
    var checksum = SHA256()
    checksum.update(bytes.span)
    return DatasetFile.Edition(byteCount: bytes.count, digest: checksum.digest)
  }

  private var download: Download { Download(file, to: folder.path, from: [server.address]) }

  private func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  private func content(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map { Array($0) }
  }

  private var partByteCount: Int {
    (try? FileManager.default.attributesOfItem(atPath: download.partPath)[.size] as? Int) ?? 0
  }

  private func failure(
    of download: Download, progress: (Int) -> Void = { _ in }
  ) -> DatasetError.Kind? {
    do {
      try download.run(progress: progress)
      return nil
    } catch {
      return error.kind
    }
  }

  @Test("A whole file is downloaded, and its partial file is removed")
  func whole() throws {
    var last = 0
    let copy = try download.run { last = $0 }
    #expect(copy == DatasetCopy(path: download.path, digest: file.editions[0].digest, origin: .downloaded))
    #expect(content(download.path) == bytes)
    #expect(content(download.partPath) == nil)
    #expect(last == bytes.count)
    #expect(server.requests == [.init(path: "/digits.gz", range: nil)])
  }

  @Test("A partial download is resumed: only the rest is requested from the server")
  func resumes() throws {
    try write(bytes.prefix(70_001), to: download.partPath)
    try download.run()
    #expect(content(download.path) == bytes)
    #expect(server.requests == [.init(path: "/digits.gz", range: "bytes=70001-")])
  }

  @Test("A lost connection leaves the partial file, and a second call resumes it")
  func cutAndResumed() throws {
    server.behave { $0.cutAfterByteCount = 50_000 }
    #expect(failure(of: download) == .cut(byteCount: 50_000, expectedByteCount: 200_000))
    #expect(content(download.partPath) == Array(bytes.prefix(50_000)))
    #expect(content(download.path) == nil)
    server.behave { $0.cutAfterByteCount = nil }
    try download.run()
    #expect(content(download.path) == bytes)
    #expect(server.requests.last?.range == "bytes=50000-")
  }

  @Test("A wrong checksum is reported with the expected one, and nothing is kept")
  func wrongChecksum() throws {
    var altered = file
    altered.editions = [Self.edition(bytes.dropLast() + [bytes[bytes.count - 1] ^ 1])]
    let download = Download(altered, to: folder.path, from: [server.address])
    let kind = failure(of: download)
    #expect(
      kind == .wrongChecksum(expected: altered.editions[0].digest, found: file.editions[0].digest))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("A file missing on the server is an error, and nothing is kept")
  func notFound() throws {
    var missing = file
    missing.name = "none.gz"
    #expect(failure(of: Download(missing, to: folder.path, from: [server.address])) == .refused(status: 404))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("An endless download is stopped, and nothing is kept")
  func endless() throws {
    server.behave { $0.endlessByteCount = 1 << 32 }
    var most = 0
    #expect(
      failure(of: download, progress: { _ in most = max(most, partByteCount) })
        == .tooLong(limit: bytes.count))
    #expect(most < 1 << 28)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    // What was there of a download that began well does not save it.
    try write(bytes.prefix(1000), to: download.partPath)
    #expect(failure(of: download) == .tooLong(limit: bytes.count))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("A file that is longer than the published one is refused by its size")
  func longer() throws {
    let other = try LocalFileServer(["digits.gz": bytes + [0]])
    #expect(
      failure(of: Download(file, to: folder.path, from: [other.address])) == .tooLong(limit: bytes.count))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("A server cannot send a download to a file of this machine", arguments: ["file", "ftp", "dict"])
  func redirection(scheme: String) throws {
    try write(bytes, to: folder.file("secret"))
    server.behave { [path = folder.file("secret")] in $0.redirection = "\(scheme)://127.0.0.1\(path)" }
    #expect(failure(of: download) == .unusableAddress)
    #expect(content(download.path) == nil)
    let local = Download(file, to: folder.path, from: ["file://\(folder.path)/"])
    #expect(failure(of: local) == .unusableAddress)
  }

  @Test("The second mirror continues where the first one failed")
  func secondMirror() throws {
    let other = try LocalFileServer(["digits.gz": bytes])
    server.behave { $0.cutAfterByteCount = 1000 }
    try Download(file, to: folder.path, from: [server.address, other.address]).run()
    #expect(content(download.path) == bytes)
    #expect(other.requests == [.init(path: "/digits.gz", range: "bytes=1000-")])
  }

  @Test("If the server cannot be reached, a partial file is kept")
  func unreachable() throws {
    try write(bytes.prefix(10), to: download.partPath)
    // Port 1 of this machine: reserved, and nobody's.
    #expect(failure(of: Download(file, to: folder.path, from: ["http://127.0.0.1:1/"])) == .unreachable)
    #expect(content(download.partPath) == Array(bytes.prefix(10)))
  }

  @Test("A server that ignores ranges sends the whole file again")
  func ignoredRange() throws {
    server.behave { $0.ignoresRanges = true }
    try write(bytes.prefix(70_000), to: download.partPath)
    try download.run()
    #expect(content(download.path) == bytes)
  }

  @Test("A correct file is not downloaded again, and a wrong one is not overwritten")
  func alreadyThere() throws {
    try write(bytes, to: download.path)
    #expect(try download.run().origin == .present)
    try write([1, 2, 3], to: download.path)
    #expect(
      failure(of: download)
        == .occupied(expected: file.editions[0].digest, found: Self.edition([1, 2, 3]).digest))
    #expect(content(download.path) == [1, 2, 3])
    #expect(server.requests.isEmpty)
  }

  @Test("A complete partial file is only moved; a wrong one of full size or more is downloaded again")
  func wholeParts() throws {
    try write(bytes, to: download.partPath)
    try download.run()
    #expect(server.requests.isEmpty)
    for wrong in [[UInt8](repeating: 7, count: bytes.count), [UInt8](repeating: 7, count: bytes.count + 5)] {
      try FileManager.default.removeItem(atPath: download.path)
      try write(wrong, to: download.partPath)
      try download.run()
      #expect(content(download.path) == bytes)
    }
  }

  @Test("A partial file as long as the server's file, which is too short, is downloaded again")
  func nothingBehindThePart() throws {
    var longer = file
    longer.editions.insert(Self.edition(bytes + [0]), at: 0)
    try write([UInt8](repeating: 7, count: bytes.count), to: download.partPath)
    try Download(longer, to: folder.path, from: [server.address]).run()
    #expect(content(download.path) == bytes)
  }

  @Test("A partial download of another file is started again")
  func foreignPart() throws {
    try write([UInt8](repeating: 7, count: 100), to: download.partPath)
    try download.run()
    #expect(content(download.path) == bytes)
    #expect(server.requests.map(\.range) == ["bytes=100-", nil])
  }

  @Test("A missing folder, and a folder at the path of a file, are errors before any request")
  func unusablePlaces() throws {
    let nowhere = Download(file, to: folder.file("none"), from: [server.address])
    guard case .file(let error)? = failure(of: nowhere) else { throw POSIXError(.EINVAL) }
    #expect(error.errorNumber == ENOENT)
    try FileManager.default.createDirectory(atPath: download.path, withIntermediateDirectories: false)
    guard case .file(let error)? = failure(of: download) else { throw POSIXError(.EINVAL) }
    #expect(error.errorNumber == EISDIR)
    #expect(server.requests.isEmpty)
  }

  @Test("A full disk is reported")
  func fullDisk() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    try FileManager.default.createSymbolicLink(atPath: download.partPath, withDestinationPath: "/dev/full")
    #expect(failure(of: download) == .unwritable)
  }

  @Test("An invalid address is reported")
  func unusableAddress() throws {
    let download = Download(file, to: folder.path, from: ["nonsense://example.com/"])
    #expect(failure(of: download) == .unusableAddress)
  }
}
