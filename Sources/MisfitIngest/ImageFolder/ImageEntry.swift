import MisfitCore
import MisfitImages

/// One image of a folder, known by its header.
struct ImageEntry: Sendable {
  let path: String
  let id: String
  let label: String?
  let header: ImageHeader

  var size: ImageSize { ImageSize(width: header.width, height: header.height) }
  var shape: Shape { .image(height: header.height, width: header.width, channels: header.channels) }

  /// The decoded image.
  ///
  /// - Throws: ``IngestError``, also where the file is no longer what its header said.
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

/// The images of a folder and of the folders in it, sorted by their paths, and how many other files there are.
struct ImageListing {
  private(set) var entries: [ImageEntry] = []
  private(set) var otherFileCount = 0
  /// The images among them of formats that are not read, by the name of the format.
  private(set) var otherImages: [ForeignFormat: Int] = [:]

  /// Looks at the header of each file.
  ///
  /// - Throws: ``IngestError`` where an image is damaged, or a file that is called an image is none.
  init(_ folder: String) throws(IngestError) {
    for name in try Self.names(in: folder) {
      let path = "\(folder)/\(name)"
      guard FileSystem.status(of: path)?.isDirectory == true else {
        try add(path, id: name, label: nil)
        continue
      }
      for inner in try Self.names(in: path) {
        try add("\(path)/\(inner)", id: "\(name)/\(inner)", label: name)
      }
    }
  }

  /// Looks at the header of each of some files, and through each of some folders.
  ///
  /// - Throws: ``IngestError`` where an image is damaged, or a file is no image.
  init(_ set: FileSet) throws(IngestError) {
    for file in set.files {
      guard FileSystem.status(of: file.path)?.isDirectory == true else {
        do {
          let header = try ImageDecoder.header(ofFile: file.path)
          entries.append(ImageEntry(path: file.path, id: file.id, label: nil, header: header))
        } catch { throw IngestError(error) }
        continue
      }
      let folder = try ImageListing(file.path)
      otherFileCount += folder.otherFileCount
      otherImages.merge(folder.otherImages, uniquingKeysWith: +)
      entries += folder.entries.map {
        ImageEntry(
          path: $0.path, id: set.files.count > 1 ? "\(file.id)/\($0.id)" : $0.id, label: $0.label,
          header: $0.header)
      }
    }
  }

  private mutating func add(_ path: String, id: String, label: String?) throws(IngestError) {
    // Deeper folders, pipes and the like are passed over; a link that leads nowhere is not.
    guard FileSystem.status(of: path)?.isRegular ?? true else { return }
    do {
      entries.append(
        ImageEntry(path: path, id: id, label: label, header: try ImageDecoder.header(ofFile: path)))
    } catch {
      switch error.kind {
      case .notAnImage, .empty, .file:
        guard Self.isCalledImage(id) else { return addOther(path) }
        throw IngestError(error)
      default: throw IngestError(error)
      }
    }
  }

  private mutating func addOther(_ path: String) {
    otherFileCount += 1
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

extension IngestError {
  /// An error of an image, with its sentence.
  init(_ error: ImageError) {
    if case .file(let cause) = error.kind {
      self.init(cause)
    } else {
      let diagnosis = error.diagnosis
      self.init(.image(diagnosis.problem, remedy: diagnosis.remedy), at: error.position)
    }
  }
}
