import MisfitCore
import MisfitImages

/// One pass over the images of a folder, or over their tiles.
///
/// Several images are decoded and prepared in parallel; together they take a few megabytes of memory, or one
/// image for each thread if images are larger.
final class ImageFolderReader: RecordReader {
  /// The result of a worker.
  private final class Slot {
    var result: Result<Raster, IngestError>?
  }

  private let images: [ImageEntry]
  private let layout: RecordLayout
  private let preparation: ImagePreparation
  private let pool: WorkerPool
  private var decoded: [Slot] = []
  /// The index of the first image in ``decoded``.
  private var firstDecoded = 0
  private var done = 0

  init(
    _ images: [ImageEntry], _ layout: RecordLayout, _ preparation: ImagePreparation, threadCount: Int
  ) {
    self.images = images
    self.layout = layout
    self.preparation = preparation
    pool = WorkerPool(threadCount: threadCount)
  }

  func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
    batch.reset(firstRecord: done + 1)
    while done < layout.rowCount ?? 0, batch.rowCount < batch.capacity {
      let place = layout.grid?.place(ofRecord: done) ?? (image: done, row: 0, column: 0)
      let entry = images[place.image]
      let raster = try raster(ofImage: place.image)
      let label = layout.hasLabels ? entry.label ?? "" : nil
      switch raster.samples {
      case .bytes(let samples) where layout.valueKind == .uint8:
        if let grid = layout.grid, preparation.contrast != .patch {
          append(samples, raster, place.image, grid, id: entry.id, label: label, to: &batch)
          continue
        }
        batch.append(pixels: cut(samples, raster, place.row, place.column), id: entry.id, label: label)
      case .bytes(let samples):
        let pixels = cut(samples, raster, place.row, place.column)
        batch.append(pixels.map { Double($0) }, id: entry.id, label: label)
      case .words(let samples):
        let pixels = cut(samples, raster, place.row, place.column)
        batch.append(pixels.map { Double($0) / 257 }, id: entry.id, label: label)
      }
      done += 1
    }
    return batch.rowCount > 0
  }

  /// Appends the tiles of an image from the next one on, all or those that the batch has room for.
  private func append(
    _ samples: [UInt8], _ raster: Raster, _ image: Int, _ grid: TileGrid, id: String, label: String?,
    to batch: inout RecordBatch
  ) {
    let records = grid.records(ofImage: image)
    let end = min(records.upperBound, done + batch.capacity - batch.rowCount)
    let (lineLength, lineStride) = (grid.tiles.side * raster.channels, raster.width * raster.channels)
    for record in done..<end {
      let corner = grid.tiles.corner(ofTile: record - records.lowerBound, in: grid.images[image])
      batch.append(
        linesOf: samples, start: corner.row * lineStride + corner.column * raster.channels,
        lineLength: lineLength, lineStride: lineStride, id: id, label: label)
    }
    done = end
  }

  /// Returns the samples of the record that begins at a position in an image.
  private func cut<Sample: FixedWidthInteger & UnsignedInteger>(
    _ samples: [Sample], _ raster: Raster, _ row: Int, _ column: Int
  ) -> [Sample] {
    guard layout.grid != nil, samples.count > layout.width else { return normalized(samples) }
    let rowLength = layout.shape.extents[1] * raster.channels
    var result: [Sample] = []
    result.reserveCapacity(layout.width)
    for line in row..<row + layout.shape.extents[0] {
      let start = (line * raster.width + column) * raster.channels
      result.append(contentsOf: samples[start..<start + rowLength])
    }
    return normalized(result)
  }

  /// Returns the samples of a tile with their contrast normalized, if that is that of patches.
  private func normalized<Sample: FixedWidthInteger & UnsignedInteger>(_ tile: [Sample]) -> [Sample] {
    preparation.contrast == .patch && layout.grid != nil ? ImageContrast.normalized(tile) : tile
  }

  /// Returns a prepared image; those before it are discarded.
  private func raster(ofImage image: Int) throws(IngestError) -> Raster {
    if image >= firstDecoded + decoded.count { decode(from: image) }
    guard let result = decoded[image - firstDecoded].result else {
      throw IngestError(.changedBetweenPasses, at: InputPosition(source: images[image].path))
    }
    return try result.get()
  }

  private func decode(from first: Int) {
    let size = preparation.size(of: images[first].size)
    let byteCount = size.width * size.height * layout.shape.extents[2]
    let count = max(pool.threadCount, min(64, Self.heldByteCount / byteCount))
    firstDecoded = first
    decoded = (first..<min(first + count, images.count)).map { _ in Slot() }
    let channels = layout.shape.extents[2]
    pool.run(shardCount: decoded.count) { index in
      do throws(IngestError) {
        let raster = try images[first + index].raster()
        decoded[index].result = .success(preparation.prepare(raster, channels: channels))
      } catch { decoded[index].result = .failure(error) }
    }
  }

  private static let heldByteCount = 8 << 20
}
