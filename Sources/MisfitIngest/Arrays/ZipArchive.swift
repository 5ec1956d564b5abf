import MisfitCore

/// The members of a zip archive, stored or deflated, as NumPy's `savez` and `savez_compressed` write them.
///
/// The directory at the end is read (PKWARE, "APPNOTE", sections 4.3 and 4.5), with the 64-bit sizes of
/// version 4.5. Encryption, spanned archives and other compressions are refused. Every size and offset is
/// checked against the file before it is used.
struct ZipArchive: Sendable {
  /// One file in the archive.
  struct Member: Sendable, Equatable {
    var name: String
    var isDeflated: Bool
    var checksum: UInt32
    var storedByteCount: Int
    var byteCount: Int
    /// The byte offset of its local header.
    var headerByteOffset: Int
    /// The byte offset of its entry in the directory, for messages.
    var entryByteOffset: Int
  }

  /// The path of the archive.
  let path: String
  /// The members, in the order of the directory.
  let members: [Member]

  /// Returns whether bytes begin like a zip archive with members.
  static func isBeginning(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4b, 3, 4]) }

  /// The maximum size of a directory: an archive of arrays has a few members.
  private static let directoryByteLimit = 1 << 24

  /// Reads the directory of a regular file.
  ///
  /// - Throws: ``IngestError``.
  init(_ path: String) throws(IngestError) {
    self.path = path
    let file = ZipBytes(path: path)
    let fileByteCount = try file.byteCount()
    let end = try file.directoryPlace(fileByteCount)
    guard end.byteOffset >= 0, end.byteCount >= 0, end.byteCount <= Self.directoryByteLimit,
      end.byteOffset <= fileByteCount - end.byteCount
    else { throw file.malformed("its directory is outside the file", at: end.recordByteOffset) }
    let directory = try file.read(end.byteCount, at: end.byteOffset)
    var members: [Member] = []
    var at = 0
    while at < directory.count {
      let entry = ZipEntry(bytes: directory, at: at, base: end.byteOffset, file: file)
      members.append(try entry.member(fileByteCount))
      at = try entry.end()
    }
    self.members = members
  }

  /// Returns the bytes of a member, which can be read repeatedly.
  ///
  /// - Throws: ``IngestError``.
  func input(_ member: Member) throws(IngestError) -> any ByteInput {
    let file = ZipBytes(path: path)
    let name = "\(path):\(member.name)"
    // The local header has its own name and extra fields, which may be longer than those of the directory.
    let header = try file.read(30, at: member.headerByteOffset)
    guard header.starts(with: [0x50, 0x4b, 3, 4]) else {
      throw file.malformed("\"\(member.name)\" does not begin with a header", at: member.headerByteOffset)
    }
    let start =
      member.headerByteOffset + 30 + ZipBytes.integer(header, 26, 2) + ZipBytes.integer(header, 28, 2)
    let fileByteCount = try file.byteCount()
    guard start <= fileByteCount - member.storedByteCount else {
      throw IngestError(
        .truncated(expectedBytes: start + member.storedByteCount, foundBytes: fileByteCount),
        at: InputPosition(source: path, byteOffset: member.headerByteOffset))
    }
    return ZipMemberInput(name: name, path: path, member: member, dataByteOffset: start)
  }
}

/// The bytes of a member.
///
/// A deflated member is read as gzip data, which differs by a header of ten bytes and by the checksum and
/// size at the end: code that reads `.gz` reads and checks it. That is why ``ByteStream`` regards it as
/// compressed.
struct ZipMemberInput: ByteInput {
  let isZipMember = true
  let name: String
  fileprivate let path: String
  fileprivate let member: ZipArchive.Member
  fileprivate let dataByteOffset: Int

  var byteCount: Int? { member.isDeflated ? nil : member.byteCount }

  var inflatedByteLimit: Int? {
    let (limit, overflow) = member.storedByteCount.multipliedReportingOverflow(
      by: SourceLimits.largestExpansion)
    return overflow ? member.byteCount : min(member.byteCount, limit)
  }

  func open() throws(IngestError) -> any ByteReader {
    let file: ByteFile
    do { file = try ByteFile.reading(path) } catch { throw IngestError(error) }
    let range = dataByteOffset..<dataByteOffset + member.storedByteCount
    let section = FileSection(file, range)
    guard member.isDeflated else { return section }
    let gzipHeader: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]
    let end = [UInt32(truncatingIfNeeded: member.byteCount)]
    let trailer = ([member.checksum] + end).flatMap { value in
      [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
    return PrependedReader(
      gzipHeader, before: AppendedReader(section, then: MemoryReader(trailer, pieceByteCount: .max)))
  }
}

/// A range of a file.
private final class FileSection: ByteReader, @unchecked Sendable {
  private let file: ByteFile
  private var left: Range<Int>

  init(_ file: ByteFile, _ range: Range<Int>) {
    self.file = file
    left = range
  }

  func read(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    let count = min(left.count, bytes.count - start)
    guard count > 0 else { return 0 }
    let found: Int
    do {
      found = try file.read(into: &bytes, start, count, atByteOffset: left.lowerBound)
    } catch { throw IngestError(error) }
    left = left.lowerBound + found..<left.upperBound
    return found
  }
}

/// The bytes of one reader, followed by those of another.
private final class AppendedReader: ByteReader, @unchecked Sendable {
  private let first: any ByteReader
  private let second: any ByteReader

  init(_ first: any ByteReader, then second: any ByteReader) {
    self.first = first
    self.second = second
  }

  func read(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    let count = try first.read(into: &bytes, startingAt: start)
    return count > 0 ? count : try second.read(into: &bytes, startingAt: start)
  }
}
