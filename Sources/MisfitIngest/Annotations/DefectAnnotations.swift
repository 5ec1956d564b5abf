import MisfitCore
import MisfitImages

/// The annotated defects of a folder's images: masks or boxes, in a folder of their own.
package struct DefectAnnotations: Sendable {
  /// The choices of reading boxes.
  package struct BoxOptions: Sendable {
    /// The size of the images that boxes of plain text refer to; nil for that of the scored images.
    package var size: ImageSize?
    /// The types of boxes that count; empty for all.
    package var types: Set<String> = []

    /// Creates the default choices.
    package init() {}
  }

  private let folder: String
  private let files: AnnotationFiles
  /// The choices of boxes, and their notation; nil for masks.
  private let boxes: (options: BoxOptions, notation: BoxFile.Notation)?
  private let images: ImageFolderSource
  private let originalSizes: [ImageSize]

  /// Lists a folder of masks: pictures with the names of the images, or those names and `_mask`.
  ///
  /// Pixels that are brighter than half of a mask's brightest one belong to defects.
  ///
  /// - Throws: ``IngestError``, also if the scored source is no folder of images.
  package init(masks folder: String, of source: any RecordSource) throws(IngestError) {
    self.folder = folder
    boxes = nil
    images = try Self.images(source)
    originalSizes = images.originalSizes
    files = try AnnotationFiles(folder, endings: ImageDecoder.endings)
    try checkNames("masks")
  }

  /// Lists a folder of boxes, and finds out how they are written.
  ///
  /// - Throws: ``IngestError``, also if the scored source is no folder of images.
  package init(boxes folder: String, _ options: BoxOptions, of source: any RecordSource) throws(IngestError) {
    self.folder = folder
    images = try Self.images(source)
    originalSizes = images.originalSizes
    files = try AnnotationFiles(folder, endings: ["txt", "xml", "csv"])
    var canBeYOLO: Bool?
    for path in Set(images.imageIDs.compactMap({ [files] in files.path(ofImage: $0, isGood: false) }))
      .sorted()
    {
      guard let answer = BoxFile(path: path, text: try Self.text(path)).canBeYOLO else { continue }
      canBeYOLO = answer
      if !answer { break }
    }
    boxes = (options, canBeYOLO == true ? .yolo : .plain)
    try checkNames("boxes")
  }

  /// Returns the regions of an image's defects on a map of it, as pixel indices, row by row; empty without a
  /// defect.
  ///
  /// `number` is that of the image, counted from 1. `isGood` is whether its label says that it has no
  /// defect, nil if it has no label.
  ///
  /// `components` finds the connected regions of a mask.
  ///
  /// - Throws: ``IngestError`` if an image with a defect has no annotation, or one of another size.
  package func regions(
    ofImage number: Int, id: String, isGood: Bool?, on map: ImageSize,
    components: (_ mask: [Bool], _ width: Int) -> [[Int]]
  ) throws(IngestError) -> [[Int]] {
    guard let path = files.path(ofImage: id, isGood: isGood == true) else {
      guard isGood == false else { return [] }
      throw IngestError(
        .annotation(
          "image \(id) has the label of a defect, and no \(boxes == nil ? "mask" : "boxes") in this folder",
          remedy: "add the file, or remove the image"), at: InputPosition(source: folder))
    }
    let size = originalSizes[number - 1]
    let annotation = try annotation(path)
    switch annotation.content {
    case .mask(let mask):
      let maskSize = annotation.size ?? size
      guard maskSize == size || maskSize == map else { throw otherSize(path, maskSize, id, size) }
      return components(mask, maskSize.width).map { Self.scaled($0, from: maskSize, to: map) }
    case .boxes(let boxes):
      let annotated = annotation.size ?? self.boxes?.options.size ?? size
      for box in boxes
      where box.right > Double(annotated.width) + 1 || box.bottom > Double(annotated.height) + 1
        || box.left < -1 || box.top < -1
      { throw outside(box, path, annotated) }
      return boxes.map { $0.scaled(from: annotated, to: map).pixels(of: map) }
    case .unitBoxes(let boxes):
      for box in boxes where box.left < -0.01 || box.top < -0.01 || box.right > 1.01 || box.bottom > 1.01 {
        throw outside(box, path, ImageSize(width: 1, height: 1))
      }
      return boxes.map { $0.scaled(from: ImageSize(width: 1, height: 1), to: map).pixels(of: map) }
    }
  }

  private func annotation(_ path: String) throws(IngestError) -> ImageAnnotation {
    if let boxes {
      let file = BoxFile(path: path, text: try Self.text(path), types: boxes.options.types)
      return try file.annotation(boxes.notation)
    }
    let raster: Raster
    do { raster = try ImageDecoder.raster(ofFile: path).convertedToGray } catch { throw IngestError(error) }
    let values = raster.values
    let half = (values.max() ?? 0) / 2
    return ImageAnnotation(
      size: ImageSize(width: raster.width, height: raster.height),
      content: .mask(values.map { $0 > half }))
  }

  /// Returns the pixels of a map that a region covers: those whose center is in it, at least one.
  private static func scaled(_ region: [Int], from size: ImageSize, to map: ImageSize) -> [Int] {
    guard size != map else { return region }
    let members = Set(region)
    // The pixel of the other image in which the center of a pixel is.
    func index(_ position: Int, _ count: Int, _ other: Int) -> Int {
      (2 * position + 1) * other / (2 * count)
    }
    var pixels: [Int] = []
    let rows = region.map { $0 / size.width }
    let columns = region.map { $0 % size.width }
    func span(_ positions: [Int], _ count: Int, _ other: Int) -> ClosedRange<Int> {
      let (first, last) = (positions.min() ?? 0, positions.max() ?? 0)
      return first * other / count...((last + 1) * other - 1) / count
    }
    let (down, across) = (span(rows, size.height, map.height), span(columns, size.width, map.width))
    for row in down {
      for column in across {
        let pixel =
          index(row, map.height, size.height) * size.width + index(column, map.width, size.width)
        if members.contains(pixel) { pixels.append(row * map.width + column) }
      }
    }
    return pixels.isEmpty ? [down.lowerBound * map.width + across.lowerBound] : pixels
  }

  private static func images(_ source: any RecordSource) throws(IngestError) -> ImageFolderSource {
    guard let images = source.imageFolder else {
      throw IngestError(
        .annotation(
          "masks and boxes belong to images in files, and this is other data",
          remedy: "give a folder of images, or leave out the annotations"),
        at: InputPosition(source: source.name))
    }
    return images
  }

  private func checkNames(_ what: String) throws(IngestError) {
    guard !images.imageIDs.contains(where: { files.path(ofImage: $0, isGood: false) != nil }) else { return }
    let example = images.imageIDs.first ?? "a.png"
    throw IngestError(
      .annotation(
        "none of the \(CountText.of(files.all.count, "file")) of \(what) has the name of an image",
        remedy: "name them as the images, which are named as \(example)"), at: InputPosition(source: folder))
  }

  private func otherSize(_ path: String, _ found: ImageSize, _ id: String, _ size: ImageSize) -> IngestError {
    IngestError(
      .annotation(
        """
        the mask has \(found.width) x \(found.height) pixels, and image \(id) \(size.width) x \
        \(size.height)
        """,
        remedy: "make masks of the size of their images"), at: InputPosition(source: path))
  }

  private func outside(_ box: DefectBox, _ path: String, _ size: ImageSize) -> IngestError {
    let edges = [box.left, box.top, box.right, box.bottom].map { NumberText.significant($0) }
    return IngestError(
      .annotation(
        "the box \(edges.joined(separator: " ")) is outside of the image of \(size.width) x \(size.height)",
        remedy:
          "if boxes are those of images of another size, name it by \(.boxSize, "640x640")"),
      at: InputPosition(source: path))
  }

  /// The largest file of boxes that is read.
  private static let textLimit = 64 << 20

  private static func text(_ path: String) throws(IngestError) -> String {
    var bytes: [UInt8] = []
    do {
      let file = try ByteFile.reading(path)
      while bytes.count < textLimit, try file.read(upTo: 1 << 16, appendingTo: &bytes) > 0 {}
    } catch { throw IngestError(error) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
