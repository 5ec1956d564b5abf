import MisfitCore

@testable import MisfitIngest

/// Binary arrays and archives of them.
enum ArrayTarget {
  /// Reads IDX or NPY data, plain or in gzip.
  static func read(_ bytes: [UInt8]) throws {
    guard NPYHeader.isBeginning(bytes) || IDXHeader.isBeginning(bytes) || bytes.starts(with: [0x1f, 0x8b])
    else { return }
    try TableTarget.readTwice(bytes, SourceOptions())
  }

  /// Reads an Arrow file or stream, and looks at the columns of a table.
  static func readArrow(_ bytes: [UInt8]) throws {
    guard ArrowFile.isBeginning(bytes) else { return }
    var options = SourceOptions()
    options.memoryLimitBytes = 1 << 22
    let source = try TableTarget.readTwice(bytes, options)
    guard source.layout.width <= 3000, source.cells != nil else { return }
    _ = try TableInspection(source, threadCount: 1)
  }

  /// Reads the first members of an archive, whatever they are called.
  static func readArchive(_ bytes: [UInt8], in scratch: Scratch) throws {
    let path = try scratch.write(bytes, as: "arrays.npz")
    do { try TableTarget.read(DataSource.open(path)) } catch { try FuzzTarget.checkRefusal(error) }
    let archive = try ZipArchive(path)
    for member in archive.members.prefix(8) {
      do {
        let source = try ArraySource(npy: archive.input(member), labelsPath: nil, memoryLimitBytes: 1 << 24)
        try TableTarget.read(source)
      } catch { try FuzzTarget.checkRefusal(error) }
    }
  }
}
