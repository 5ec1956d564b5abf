import MisfitCore
import MisfitImages

/// A folder of images, or single images, gray or RGB; records are whole images or tiles of them.
///
/// PNG, JPEG, TIFF, WebP, GIF and BMP are read.
/// The label of an image in a sub-folder is the name of that folder; deeper folders are skipped. Files are
/// recognized by their first bytes; others are skipped and counted, unless they are named as images. The
/// identifier of an image is its path below the folder. If some images are RGB, gray ones become RGB. Values
/// are those of 8 bits, 0 to 255: bytes, or numbers with a fraction if an image has 16 bits.
public struct ImageFolderSource: RecordSource {
  /// The path, as given.
  public let name: String
  /// The shape, the columns and other properties of the records.
  public let layout: RecordLayout
  /// The preparation of each image.
  public let preparation: ImagePreparation
  private let images: [ImageEntry]
  private let files: FileSet
  /// The handling of images that cannot be read.
  private let badData: BadDataHandling
  /// The error of images of several sizes that are neither resized nor cut into tiles; nil if there is none.
  private let sizesError: IngestError?

  /// Lists a folder and reads the header of each image.
  ///
  /// `expectedShape` is the shape of a model's samples: with three channels, gray images become RGB. If
  /// images that cannot be read are to be skipped, each is decoded once to check it, and those of another
  /// size than the rest are skipped, too.
  ///
  /// Images of several sizes can be cut into tiles later, but not be read whole: ``makeReader()`` throws an
  /// error for them.
  ///
  /// - Throws: ``IngestError``.
  public init(
    _ path: String, preparation: ImagePreparation = ImagePreparation(), expectedShape: SampleShape? = nil,
    badData: BadDataHandling = .stop
  ) throws(IngestError) {
    try self.init(
      FileSet([path]), preparation: preparation, expectedShape: expectedShape, badData: badData)
  }

  /// Reads the headers of single images, or of those in several folders.
  init(
    _ set: FileSet, preparation: ImagePreparation = ImagePreparation(), expectedShape: SampleShape? = nil,
    badData: BadDataHandling = .stop, threadCount: Int = WorkerPool.availableProcessorCount
  ) throws(IngestError) {
    let path = set.name
    badData.log?.begin(path)
    var listing = try ImageListing(set, badData)
    if badData.policy != .stop {
      listing.skipUnusable(preparation, expectedShape, badData, folder: path, threadCount: threadCount)
    }
    let images = listing.entries
    guard !images.isEmpty else {
      // There are images, and it says more why they were skipped.
      if let error = listing.firstSkipped { throw error }
      let other = listing.otherImages.max { ($0.value, $0.key.name) < ($1.value, $1.key.name) }
      let kind = other.map { IngestError.Kind.otherImages($0.key, count: $0.value) } ?? .noImages
      throw IngestError(kind, at: InputPosition(source: path))
    }
    var preparation = preparation
    preparation.region = try preparation.region?.resolved(for: images[0].size, named: images[0].path)
    files = set
    self.badData = badData
    name = path
    self.preparation = preparation
    self.images = images
    if let colored = images.first(where: { $0.hasColors(beyond: expectedShape, preparation) }) {
      throw IngestError(.colorImage, at: InputPosition(source: colored.path))
    }
    let isRGB = expectedShape?.imageExtents?.channels == 3 || images.contains { $0.header.channels == 3 }
    let channels = isRGB && !preparation.isGrey ? 3 : 1
    let sizes = images.map { preparation.size(of: $0.size) }
    var grid: TileGrid?
    var sizesError: IngestError?
    if let tiles = preparation.tiles {
      try Self.check(images, sizes, fit: tiles)
      grid = TileGrid(tiles, over: sizes)
    } else if preparation.size == nil {
      sizesError = Self.sizesError(of: images, in: path, expected: expectedShape)
      if expectedShape != nil, let sizesError { throw sizesError }
    }
    self.sizesError = sizesError
    let size = preparation.tiles.map { ImageSize(width: $0.side, height: $0.side) } ?? sizes[0]
    let labels = Set(images.compactMap(\.label))
    let shape = SampleShape.image(height: size.height, width: size.width, channels: channels)
    let kind: ValueKind = images.contains { $0.header.isDeep } ? .float64 : .uint8
    try SourceLimits.check(shape, kind, of: path)
    layout = RecordLayout(
      shape: shape, hasIDs: true, hasLabels: !labels.isEmpty, valueKind: kind,
      rowCount: grid?.tileCount ?? images.count,
      messages: Self.notes(listing, channels: channels, labels: labels.count, preparation, grid), grid: grid,
      preparation: preparation.isNothing ? nil : preparation, holdsPixels: true)
  }

  /// Returns the same folder with its images prepared for a model.
  ///
  /// - Throws: ``IngestError``.
  public func prepared(
    _ preparation: ImagePreparation, expectedShape: SampleShape?
  ) throws(IngestError) -> ImageFolderSource {
    try ImageFolderSource(files, preparation: preparation, expectedShape: expectedShape, badData: badData)
  }

  /// The paths of the images, in order.
  public var filePaths: [String] { images.map(\.path) }

  /// The sizes of the images' files, in order, before any preparation.
  package var originalSizes: [ImageSize] { images.map(\.size) }

  /// Whether images have several sizes, and are neither resized nor cut into tiles.
  package var hasSeveralSizes: Bool { sizesError != nil }

  /// The identifiers of the images, in order: their paths below the folder.
  public var imageIDs: [String] { images.map(\.id) }

  /// The labels of the images, in order; nil for images without one.
  package var imageLabels: [String?] { images.map(\.label) }

  /// Returns a source of some of the images, with their indices counted from 0.
  ///
  /// - Precondition: there is at least one, and the indices are those of images.
  package func selecting(_ indices: [Int]) -> ImageFolderSource {
    precondition(!indices.isEmpty, "a source without images")
    return ImageFolderSource(self, images: indices.map { images[$0] })
  }

  private init(_ other: ImageFolderSource, images: [ImageEntry]) {
    (name, preparation, files, badData) = (other.name, other.preparation, other.files, other.badData)
    sizesError = other.sizesError
    self.images = images
    var layout = other.layout
    layout.grid = preparation.tiles.map {
      TileGrid($0, over: images.map { other.preparation.size(of: $0.size) })
    }
    layout.rowCount = layout.grid?.tileCount ?? images.count
    self.layout = layout
  }

  /// Returns a reader that starts at the first image and decodes on all processors.
  public func makeReader() throws(IngestError) -> any RecordReader {
    try makeReader(threadCount: WorkerPool.availableProcessorCount)
  }

  /// Returns a reader that decodes and prepares images on `threadCount` threads.
  public func makeReader(threadCount: Int) throws(IngestError) -> any RecordReader {
    if let sizesError { throw sizesError }
    return ImageFolderReader(images, layout, preparation, threadCount: threadCount)
  }

  /// Returns the folder with its images prepared as they were for the model.
  ///
  /// - Throws: ``IngestError`` if an image cannot be prepared, or the samples have another shape.
  public func fitted(to schema: Schema) throws(IngestError) -> any RecordSource {
    let isPrepared = layout.preparation == schema.preparation && layout.shape == schema.shape
    let source =
      try isPrepared
      ? self : prepared(schema.preparation ?? ImagePreparation(), expectedShape: schema.shape)
    try schema.check(source.layout, of: name)
    return source
  }

  /// Returns the error of the first image of another size than the model's or, without a model, than most
  /// images; nil if there is none.
  private static func sizesError(
    of images: [ImageEntry], in folder: String, expected: SampleShape?
  ) -> IngestError? {
    if let (height, width, _) = expected?.imageExtents, let expected {
      let other = images.first { $0.size != ImageSize(width: width, height: height) }
      return other.map {
        IngestError(.shapeMismatch(expected: expected, found: $0.shape), at: InputPosition(source: $0.path))
      }
    }
    var counts: [ImageSize: Int] = [:]
    for image in images { counts[image.size, default: 0] += 1 }
    guard counts.count > 1, let most = counts.values.max(),
      let usual = images.first(where: { counts[$0.size] == most }),
      let other = images.first(where: { $0.size != usual.size })
    else { return nil }
    let kind = IngestError.Kind.imageSizes(
      path: usual.id, shape: usual.shape, otherPath: other.id, otherShape: other.shape)
    return IngestError(kind, at: InputPosition(source: folder))
  }

  private static func check(
    _ images: [ImageEntry], _ sizes: [ImageSize], fit tiles: ImagePreparation.Tiles
  ) throws(IngestError) {
    for (image, size) in zip(images, sizes) where min(size.width, size.height) < tiles.side {
      throw IngestError(
        .smallerThanTile(size, side: tiles.side), at: InputPosition(source: image.path))
    }
  }

  private static func notes(
    _ listing: ImageListing, channels: Int, labels: Int, _ preparation: ImagePreparation, _ grid: TileGrid?
  ) -> [MessageText] {
    let images = listing.entries
    let formats = Set(images.map(\.header.format.rawValue)).sorted(by: >).joined(separator: " and ")
    let depth = images.contains { $0.header.isDeep } ? " of up to 16 bits" : ""
    var notes = [
      "\(CountText.of(images.count, "image")), \(formats), \(channels == 1 ? "grey" : "RGB")\(depth)"
    ]
    if !preparation.isNothing { notes.append(preparation.text) }
    if let grid { notes.append("\(CountText.of(grid.tileCount, "tile")) in all") }
    let pageCount = images.count { $0.header.hasMorePages }
    if pageCount > 0 {
      notes.append("of several pages or frames, the first is read: \(CountText.of(pageCount, "image"))")
    }
    notes.append(labels == 0 ? "no labels" : "\(CountText.of(labels, "label")) from sub-folders")
    if let text = listing.otherFilesText { notes.append(text) }
    if let text = listing.skippedText { notes.append(text) }
    return notes.map { MessageText($0) }
  }
}
