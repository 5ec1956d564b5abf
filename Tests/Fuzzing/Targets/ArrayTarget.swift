import MisfitCore

@testable import MisfitIngest

/// Binary arrays and archives of them.
enum ArrayTarget {
  /// Reads IDX or NPY data, plain or in gzip.
  static func read(_ bytes: [UInt8]) throws {
    guard NPYHeader.isBeginning(bytes) || IDXHeader.isBeginning(bytes) || bytes.starts(with: [0x1f, 0x8b])
    else { return }
    let source = try DataSource.open(MemoryInput(name: "array", bytes: bytes), options: SourceOptions())
    if let failure = TableTarget.drained(source).failure { throw failure }
  }

  /// Reads the first members of an archive, whatever they are called.
  static func readArchive(_ bytes: [UInt8], in scratch: Scratch) throws {
    let path = try scratch.write(bytes, as: "arrays.npz")
    do { _ = try TableTarget.drained(DataSource.open(path)) } catch { FuzzTarget.render(error) }
    let archive = try ZipArchive(path)
    for member in archive.members.prefix(8) {
      do {
        let source = try ArraySource(npy: archive.input(member), labelsPath: nil, memoryLimitBytes: 1 << 24)
        if let failure = TableTarget.drained(source).failure { throw failure }
      } catch { FuzzTarget.render(error) }
    }
  }
}
