import Misfit

/// The images that arrive in a folder and its sub-folders, each once it has stopped to change.
struct ImageArrivals {
  /// An image that is ready to be read.
  struct Arrival {
    var path: String
    /// The path below the folder.
    var id: String
    fileprivate var stamp: FileSystem.Stamp
  }

  private struct File {
    var stamp: FileSystem.Stamp
    var failureCount = 0
    var isDone = false
  }

  private let folder: String
  private var files: [String: File] = [:]

  /// The time between two listings.
  static let intervalMilliseconds = 250
  /// The number of failures after which an image is given up until it changes: about three seconds.
  private static let failureLimit = 12

  /// Watches a folder.
  init(folder: String) { self.folder = folder }

  /// Marks everything that is in the folder as done.
  ///
  /// - Throws: ``FileError``.
  mutating func passOver() throws {
    for (id, stamp) in try listing() { files[id] = File(stamp: stamp, isDone: true) }
  }

  /// Lists the folder, and returns the files that have not changed since the last listing and are not done,
  /// sorted by their paths.
  ///
  /// - Throws: ``FileError``.
  mutating func next() throws -> [Arrival] {
    var arrivals: [Arrival] = []
    let listing = try listing()
    for (id, stamp) in listing {
      guard let known = files[id], known.stamp == stamp else {
        files[id] = File(stamp: stamp)
        continue
      }
      if !known.isDone, stamp.size > 0 {
        arrivals.append(Arrival(path: "\(folder)/\(id)", id: id, stamp: stamp))
      }
    }
    // Files that were removed are forgotten, so that memory does not grow.
    if files.count > listing.count {
      let present = Set(listing.map(\.id))
      files = files.filter { present.contains($0.key) }
    }
    return arrivals.sorted { $0.id < $1.id }
  }

  /// Marks a file as done until it changes.
  mutating func finish(_ arrival: Arrival) { files[arrival.id]?.isDone = true }

  /// Counts a failure to read a file; true if it is the last one.
  mutating func isGivenUp(_ arrival: Arrival) -> Bool {
    guard var file = files[arrival.id] else { return false }
    file.failureCount += 1
    file.isDone = file.failureCount >= Self.failureLimit
    files[arrival.id] = file
    return file.isDone
  }

  /// Returns the files that may be images, by name: hidden and partial ones are not.
  private func listing() throws -> [(id: String, stamp: FileSystem.Stamp)] {
    var found: [(id: String, stamp: FileSystem.Stamp)] = []
    for name in try FileSystem.names(in: folder) where !name.hasPrefix(".") {
      guard FileSystem.status(of: "\(folder)/\(name)")?.isDirectory == true else {
        add(name, to: &found)
        continue
      }
      // A sub-folder may be removed at any time.
      for inner in (try? FileSystem.names(in: "\(folder)/\(name)")) ?? [] where !inner.hasPrefix(".") {
        add("\(name)/\(inner)", to: &found)
      }
    }
    return found
  }

  private func add(_ id: String, to found: inout [(id: String, stamp: FileSystem.Stamp)]) {
    guard let ending = id.split(separator: ".").last?.lowercased(), ImageDecoder.endings.contains(ending),
      let stamp = FileSystem.stamp(of: "\(folder)/\(id)")
    else { return }
    found.append((id, stamp))
  }
}
