import MisfitCore

/// The series of a watcher: as many in memory as fit, the least recently used ones in files.
final class SeriesStore {
  private struct Resident {
    var series: SeriesWatch
    var lastUse: Int
    var byteCount: Int
  }

  private let options: WatchOptions
  private var residents: [String: Resident] = [:]
  /// Where the series are that are not in memory.
  private(set) var extents: [String: SeriesExtent] = [:]
  private var useCount = 0
  private var byteCount = 0
  /// The file that series are moved to; nil before the first one.
  private var spill: SpillFile?

  init(_ options: WatchOptions) { self.options = options }

  /// The number of series.
  var count: Int { residents.count + extents.count }
  /// The names of all series, sorted by their bytes.
  var names: [String] {
    (Array(residents.keys) + Array(extents.keys)).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }

  /// Returns the series with a name; a new one if there is none.
  ///
  /// - Throws: ``FileError``; ``StreamError`` if the file was changed.
  func series(_ name: String) throws -> SeriesWatch {
    useCount += 1
    if let resident = residents[name] {
      residents[name]?.lastUse = useCount
      // The memory of a series is estimated from time to time.
      if resident.series.rowCount & 63 == 0 { try updateSize(of: name, resident.series) }
      return resident.series
    }
    let series = try extents.removeValue(forKey: name)?.series(options) ?? SeriesWatch(options)
    residents[name] = Resident(series: series, lastUse: useCount, byteCount: 0)
    try updateSize(of: name, series)
    return series
  }

  /// Returns the state of a series as numbers, without moving it to memory.
  func state(of name: String) throws -> [Double] {
    if let resident = residents[name] { return resident.series.state }
    return try extents[name]?.numbers() ?? []
  }

  /// Sets where the series are that are not in memory.
  func place(_ extents: [String: SeriesExtent]) {
    self.extents = extents.filter { residents[$0.key] == nil }
    spill = nil
  }

  private func updateSize(of name: String, _ series: SeriesWatch) throws {
    let size = series.byteCount
    byteCount += size - (residents[name]?.byteCount ?? 0)
    residents[name]?.byteCount = size
    if byteCount > options.memoryLimit, residents.count > 1 { try evict(except: name) }
  }

  /// Moves series that were not used for the longest time to a file, until an eighth of the memory is free.
  private func evict(except kept: String) throws {
    let spill = try spill ?? SpillFile(ByteFile.temporary())
    self.spill = spill
    for (name, resident) in residents.sorted(by: { $0.value.lastUse < $1.value.lastUse }) where name != kept {
      guard byteCount > options.memoryLimit / 8 * 7 else { return }
      extents[name] = try spill.append(resident.series.state)
      byteCount -= resident.byteCount
      residents[name] = nil
    }
  }
}

/// A series in a file.
struct SeriesExtent {
  var file: ByteFile
  var byteOffset: Int
  var count: Int

  /// Reads the state as numbers.
  func numbers() throws -> [Double] {
    var bytes = [UInt8](repeating: 0, count: 8 * count)
    guard try file.read(into: &bytes, 0, 8 * count, atByteOffset: byteOffset) == 8 * count else {
      throw StreamError(.altered("it is truncated"), path: file.path)
    }
    return LittleEndian.numbers(bytes, at: 0, count: count)
  }

  func series(_ options: WatchOptions) throws -> SeriesWatch {
    let numbers = try numbers()
    do {
      return try SeriesWatch(options, state: numbers)
    } catch {
      throw StreamError(.altered(error.what), path: file.path)
    }
  }
}

/// A temporary file of series, appended one after the other.
final class SpillFile {
  private let file: ByteFile
  private var byteCount = 0

  init(_ file: ByteFile) { self.file = file }

  func append(_ state: [Double]) throws(FileError) -> SeriesExtent {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 * state.count)
    LittleEndian.append(state, to: &bytes)
    try file.write(bytes, atByteOffset: byteCount)
    defer { byteCount += bytes.count }
    return SeriesExtent(file: file, byteOffset: byteCount, count: state.count)
  }
}
