import MisfitCore
import MisfitImages

/// One image of a folder, and its header.
struct ImageEntry: Sendable {
  let path: String
  let id: String
  let label: String?
  let header: ImageHeader

  var size: ImageSize { ImageSize(width: header.width, height: header.height) }
  var shape: SampleShape { .image(height: header.height, width: header.width, channels: header.channels) }

  /// Returns whether the image has colors that samples of `shape` have no place for; nil is any shape.
  ///
  /// A gray image fits a model of colors: its values are those of all three channels.
  func hasColors(beyond shape: SampleShape?, _ preparation: ImagePreparation) -> Bool {
    guard let expected = shape?.imageExtents, !preparation.isGrey else { return false }
    return expected.channels == 1 && header.channels == 3
  }

  /// Returns the decoded image.
  ///
  /// - Throws: ``IngestError``, also if the file has changed since its header was read.
  func raster() throws(IngestError) -> Raster {
    let raster: Raster
    do { raster = try ImageDecoder.raster(ofFile: path) } catch { throw IngestError(error) }
    var isDeep = false
    if case .words = raster.samples { isDeep = true }
    guard raster.height == header.height, raster.width == header.width, raster.channels == header.channels,
      isDeep == header.isDeep
    else { throw IngestError(.changedBetweenPasses, at: InputPosition(source: path)) }
    return raster
  }
}

/// The images of a folder and its sub-folders, sorted by their paths, and the numbers of other files.
struct ImageListing {
  private(set) var entries: [ImageEntry] = []
  /// The numbers of files that are not images, by the extension of their names; empty for none.
  private var otherFiles: [String: Int] = [:]
  /// The numbers of images in formats that are not read.
  private(set) var otherImages: [ForeignFormat: Int] = [:]
  /// The images that cannot be read, in the order in which they were found.
  private var skippedIDs: [String] = []
  /// The error of the first of them.
  private(set) var firstSkipped: IngestError?

  /// Reads the header of each file.
  ///
  /// - Throws: ``IngestError`` if an image is damaged, or a file named as an image is none.
  init(
    _ folder: String, _ badData: BadDataHandling = .stop, log source: String? = nil
  ) throws(IngestError) {
    let source = source ?? folder
    for name in try Self.names(in: folder) {
      let path = "\(folder)/\(name)"
      guard FileSystem.status(of: path)?.isDirectory == true else {
        try add(path, id: name, label: nil, badData, source)
        continue
      }
      let names = try Self.names(in: path)
      // The pictures of an earlier report are not data.
      guard !names.contains("report.html") || !names.contains("summary.json") else { continue }
      for inner in names {
        try add("\(path)/\(inner)", id: "\(name)/\(inner)", label: name, badData, source)
      }
    }
  }

  /// Reads the headers of some files, and of the files in some folders.
  ///
  /// - Throws: ``IngestError`` if an image is damaged, or a file is not an image.
  init(_ set: FileSet, _ badData: BadDataHandling = .stop) throws(IngestError) {
    for file in set.files {
      guard FileSystem.status(of: file.path)?.isDirectory == true else {
        do {
          let header = try ImageDecoder.header(ofFile: file.path)
          entries.append(ImageEntry(path: file.path, id: file.id, label: nil, header: header))
        } catch {
          guard badData.policy != .stop else { throw IngestError(error) }
          skip(file.id, IngestError(error), badData, set.name)
        }
        continue
      }
      let folder = try ImageListing(file.path, badData, log: set.name)
      otherFiles.merge(folder.otherFiles, uniquingKeysWith: +)
      otherImages.merge(folder.otherImages, uniquingKeysWith: +)
      let prefix = set.files.count > 1 ? "\(file.id)/" : ""
      skippedIDs += folder.skippedIDs.map { prefix + $0 }
      firstSkipped = firstSkipped ?? folder.firstSkipped
      entries += folder.entries.map {
        ImageEntry(path: $0.path, id: prefix + $0.id, label: $0.label, header: $0.header)
      }
    }
  }

  private mutating func add(
    _ path: String, id: String, label: String?, _ badData: BadDataHandling, _ folder: String
  ) throws(IngestError) {
    // Deeper folders, pipes and the like are skipped; a broken link is not.
    guard FileSystem.status(of: path)?.isRegular ?? true else { return }
    do {
      entries.append(
        ImageEntry(
          path: path, id: PathText.identifier(id), label: label.map(PathText.identifier),
          header: try ImageDecoder.header(ofFile: path)))
    } catch {
      switch error.kind {
      case .notAnImage, .empty, .file:
        guard Self.isCalledImage(id) else { return addOther(path, id: id) }
      default: break
      }
      guard badData.policy != .stop else { throw IngestError(error) }
      skip(id, IngestError(error), badData, folder)
    }
  }

  private mutating func skip(_ id: String, _ error: IngestError, _ badData: BadDataHandling, _ folder: String)
  {
    skippedIDs.append(id)
    if firstSkipped == nil { firstSkipped = error }
    badData.log?.add(Reject(error: error, cell: "", record: ""), to: folder)
  }

  /// Removes images that cannot be decoded, and those of another size than the model's or, without a model,
  /// than most images.
  mutating func skipUnusable(
    _ preparation: ImagePreparation, _ expected: SampleShape?, _ badData: BadDataHandling, folder: String,
    threadCount: Int
  ) {
    let images = entries
    let results = ImageChecks(images, threadCount: threadCount)
    let sizes = zip(images, results.errors).filter { $0.1 == nil }.map { preparation.size(of: $0.0.size) }
    let usual = Self.usualSize(sizes, expected)
    entries = []
    for (image, error) in zip(images, results.errors) {
      let size = preparation.size(of: image.size)
      if let error {
        skip(image.id, error, badData, folder)
      } else if let side = preparation.tiles?.side, min(size.width, size.height) < side {
        skip(
          image.id, IngestError(.smallerThanTile(size, side: side), at: InputPosition(source: image.path)),
          badData,
          folder)
      } else if preparation.tiles == nil, let usual, size != usual {
        let shape = SampleShape.image(
          height: usual.height, width: usual.width, channels: image.header.channels)
        skip(
          image.id,
          IngestError(
            .shapeMismatch(expected: shape, found: image.shape), at: InputPosition(source: image.path)),
          badData, folder)
      } else if image.hasColors(beyond: expected, preparation) {
        skip(image.id, IngestError(.colorImage, at: InputPosition(source: image.path)), badData, folder)
      } else {
        entries.append(image)
      }
    }
  }

  private static func usualSize(_ sizes: [ImageSize], _ expected: SampleShape?) -> ImageSize? {
    if let (height, width, _) = expected?.imageExtents { return ImageSize(width: width, height: height) }
    var counts: [ImageSize: Int] = [:]
    for size in sizes { counts[size, default: 0] += 1 }
    let most = counts.values.max()
    return sizes.first { counts[$0] == most }
  }

  /// The text `3 other files skipped (2 .webp, 1 .txt)`; nil if there are none.
  var otherFilesText: String? {
    guard !otherFiles.isEmpty else { return nil }
    let count = otherFiles.values.reduce(0, +)
    let endings = otherFiles.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let shown = endings.prefix(6).map { ending, count in
      ending.isEmpty ? "\(count) without an extension" : "\(count) .\(ending)"
    }
    let images =
      endings.contains { Self.imageEndings.contains($0.key) }
      ? "; only PNG, JPEG, TIFF, WebP, GIF and BMP are read" : ""
    return "\(CountText.of(count, "other file")) skipped (\(shown.joined(separator: ", "))"
      + "\(endings.count > 6 ? ", ..." : ""))\(images)"
  }

  /// The text `2 images skipped: a.png, b.jpg`; nil if there are none.
  var skippedText: String? {
    guard !skippedIDs.isEmpty else { return nil }
    let more = skippedIDs.count > 10 ? " and \(skippedIDs.count - 10) more" : ""
    return "\(CountText.of(skippedIDs.count, "image")) skipped: "
      + skippedIDs.prefix(10).joined(separator: ", ") + more
  }

  private static let imageEndings: Set<String> = [
    "heic", "heif", "avif", "jp2", "svg", "ppm", "pgm", "jxl", "ico",
    "dng", "raw",
  ]

  private static func ending(of name: String) -> String {
    let parts = name.split(separator: "/").last.map { $0.split(separator: ".") } ?? []
    return parts.count > 1 ? parts[parts.count - 1].lowercased() : ""
  }

  private mutating func addOther(_ path: String, id: String) {
    otherFiles[Self.ending(of: id), default: 0] += 1
    var head: [UInt8] = []
    guard let file = try? ByteFile.reading(path),
      (try? file.read(upTo: ForeignFormat.beginningByteCount, appendingTo: &head)) != nil,
      let format = ForeignFormat.of(head), format.isImage
    else { return }
    otherImages[format, default: 0] += 1
  }

  private static func names(in folder: String) throws(IngestError) -> [String] {
    do { return try FileSystem.names(in: folder) } catch { throw IngestError(error) }
  }

  private static func isCalledImage(_ name: String) -> Bool {
    let name = name.lowercased()
    return [".png", ".jpg", ".jpeg"].contains { name.hasSuffix($0) }
  }
}

/// Checks which images can be decoded.
private final class ImageChecks: @unchecked Sendable {
  private(set) var errors: [IngestError?] = []

  private final class Slot: @unchecked Sendable {
    var error: IngestError?
  }

  init(_ images: [ImageEntry], threadCount: Int) {
    let slots = images.map { _ in Slot() }
    let pool = WorkerPool(threadCount: threadCount)
    pool.run(shardCount: images.count) { index in
      do throws(IngestError) { _ = try images[index].raster() } catch { slots[index].error = error }
    }
    errors = slots.map(\.error)
  }
}

extension IngestError {
  /// Converts an error of an image.
  init(_ error: ImageError) {
    if case .file(let cause) = error.kind {
      self.init(cause)
    } else {
      let diagnosis = error.diagnosis
      self.init(
        .image(diagnosis.problem.description, remedy: diagnosis.remedy?.description), at: error.position)
    }
  }
}
