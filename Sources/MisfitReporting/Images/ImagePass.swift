import Misfit
import MisfitCore
import MisfitIngest

/// The pass that draws images: it scores those that are drawn or flagged again, unless the selection kept
/// them, and writes their pictures and regions, several at once.
///
/// Memory: a few images for each thread, and the text of the page.
struct ImagePass {
  let scoring: Scoring
  let selection: ImageSelection
  let drawer: ImageDrawer
  /// The records of the report's list of worst samples, whose regions are kept.
  let listed: Set<Int>
  let files: ImageFiles

  /// The number of pixels of the images that are drawn at once.
  private static let heldPixelCount = 1 << 23

  /// An image that waits to be drawn, and then its result.
  private final class Job: @unchecked Sendable {
    let sample: ScoredSample
    let record: Int
    let path: String?
    /// The name of its pictures; nil if only its regions are wanted.
    let name: String?
    var outcome: Swift.Result<ImageDrawer.Result, any Error>?

    init(_ sample: ScoredSample, record: Int, path: String?, name: String?) {
      (self.sample, self.record, self.path, self.name) = (sample, record, path, name)
    }

    var pixelCount: Int { sample.imageSize.map { $0.width * $0.height } ?? sample.input.count }
  }

  /// Draws the images, and returns what the page shows.
  ///
  /// `onProgress` receives the number of images that are done and that of all.
  ///
  /// - Throws: ``IngestError``, ``ImageError``, ``FileError``, and the errors of `onProgress`.
  func run(onProgress: (Int, Int) throws -> Void) throws -> ImageFindings {
    let drawn = selection.drawn
    let records = drawn.map { $0.union(selection.flagged).sorted() }
    if records?.isEmpty == true { return ImageFindings() }
    let kept = selection.keptSamples
    let total = kept?.count ?? records?.count ?? scoring.source.layout.sampleCount ?? 0
    let paths = scoring.source.imageIDs.isEmpty ? [] : scoring.source.filePaths
    let pool = WorkerPool(threadCount: scoring.threadCount)
    var findings = ImageFindings()
    var names = PictureNames()
    var jobs: [Job] = []
    var doneCount = 0
    func finish() throws {
      try draw(jobs, pool, into: &findings)
      doneCount += jobs.count
      jobs = []
      try onProgress(doneCount, total)
    }
    func add(_ sample: ScoredSample, _ record: Int) throws {
      let isDrawn = drawn?.contains(record) ?? true
      jobs.append(
        Job(
          sample, record: record, path: paths.indices.contains(record - 1) ? paths[record - 1] : nil,
          name: isDrawn ? names.name(for: sample.id) : nil))
      let pixelCount = jobs.reduce(0) { $0 + $1.pixelCount }
      if jobs.count >= 16 * pool.threadCount || pixelCount > Self.heldPixelCount { try finish() }
    }
    if let kept {
      for sample in kept { try add(sample, sample.record) }
    } else {
      try forEachSample(of: records, add)
    }
    try finish()
    return findings
  }

  /// Scores images again, and calls `body` with each and its record number; nil means all.
  private func forEachSample(
    of records: [Int]?, _ body: (ScoredSample, Int) throws -> Void
  ) throws {
    try (records.flatMap { scoring.selecting(records: $0) } ?? scoring).forEachBatch { batch in
      for index in 0..<batch.count {
        let record = batch.record(at: index)
        try body(batch.sampleWithoutRegions(at: index), records.map { $0[record - 1] } ?? record)
      }
    }
  }

  private func draw(_ jobs: [Job], _ pool: WorkerPool, into findings: inout ImageFindings) throws {
    pool.run(shardCount: jobs.count) { index in
      let job = jobs[index]
      job.outcome = Swift.Result {
        let result = try drawer.result(of: job.sample, path: job.path, isDrawn: job.name != nil)
        if let name = job.name { try files.write(result.pictures, name: name) }
        return result
      }
    }
    for job in jobs {
      guard let result = try job.outcome?.get() else { continue }
      try files.add(result, of: job.sample, name: job.name)
      findings.add(result.regions, record: job.record, isListed: listed.contains(job.record))
      guard let name = job.name else { continue }
      var sample = job.sample
      (sample.input, sample.reconstruction, sample.target) = ([], [], nil)
      (sample.errorMap, sample.scoreMap) = (nil, nil)
      (sample.record, sample.regions, sample.imageSize) = (job.record, result.regions, result.size)
      let finding = ImageFinding(sample: sample, name: name, endings: result.pictures.mapValues(\.ending))
      findings.add(
        finding, record: job.record, result.pictures,
        isExample: selection.examples.records.contains(job.record))
    }
  }
}
