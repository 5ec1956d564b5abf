import CMisfit
import Misfit
import MisfitAnalytics
import Testing
import _TestSupport

@Suite struct ScoresTests {
  /// Returns a collection of scores.
  private func collection(_ values: some Sequence<Double>) throws -> Handle {
    let scores = try unsafe Interface.object({ unsafe misfit_scores_free($0) }) { scores, error in
      unsafe misfit_scores_create(scores, error)
    }
    let values = Array(values)
    try unsafe Interface.check { error in
      unsafe misfit_scores_add(scores.pointer, values, Int64(values.count), error)
    }
    return scores
  }

  private func merge(_ scores: Handle, _ other: Handle) throws {
    try unsafe Interface.check { error in
      unsafe misfit_scores_merge(scores.pointer, other.pointer, error)
    }
  }

  private func bytes(_ scores: Handle) throws -> [UInt8] {
    var (start, count): (UnsafeRawPointer?, Int64) = unsafe (nil, 0)
    try unsafe Interface.check { error in unsafe misfit_scores_bytes(scores.pointer, &start, &count, error) }
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
  }

  private func read(_ bytes: [UInt8]) throws -> Handle {
    try unsafe Interface.object({ unsafe misfit_scores_free($0) }) { scores, error in
      unsafe misfit_scores_read(bytes, Int64(bytes.count), scores, error)
    }
  }

  private func threshold(_ scores: Handle, _ share: Double) throws -> Double {
    var threshold = 0.0
    try unsafe Interface.check { error in
      unsafe misfit_scores_threshold(scores.pointer, share, &threshold, error)
    }
    return threshold
  }

  /// Few scores are kept one by one, many are counted.
  @Test(arguments: [0, 1, 300, 9_000])
  func partsMergeToTheWholeInAnyOrder(count: Int) throws {
    let values = (0..<count).map { index -> Double in
      index % 97 == 5 ? .infinity : Double(index * 7_919 % 10_007) / 64
    }
    let whole = try bytes(collection(values))
    for partCount in [1, 3, 16] {
      let merged = try collection([])
      for part in (0..<partCount).reversed() {
        let own = try collection(stride(from: part, to: count, by: partCount).map { values[$0] })
        try merge(merged, read(bytes(own)))
      }
      #expect(try bytes(merged) == whole)
      #expect(unsafe misfit_scores_count(merged.pointer) == Int64(count))
    }
  }

  @Test func aModelIsCalibratedOnMergedScores() throws {
    let (data, others) = (try Interface.data(Interface.rows(60)), try Interface.data(Interface.rows(90)))
    let model = try Interface.fit(data)
    let scores = try Interface.scores(model, others)
    let merged = try collection(scores[40...])
    try merge(merged, collection(scores[..<40]))
    let calibrated = try unsafe Interface.object({ unsafe misfit_model_free($0) }) { calibrated, error in
      unsafe misfit_calibrate_scores(model.pointer, merged.pointer, "parts", .nan, calibrated, error)
    }
    let expected = try unsafe Interface.object({ unsafe misfit_model_free($0) }) { calibrated, error in
      unsafe misfit_calibrate(model.pointer, others.pointer, .nan, nil, calibrated, error)
    }
    let tables = try [calibrated, expected].map { try Interface.table($0, others) }
    for column in ["p_value", "percentile", "score"] {
      #expect(Interface.doubles(tables[0], column) == Interface.doubles(tables[1], column))
    }
  }

  @Test func aThresholdFlagsAShareOfTheScores() throws {
    let values = (0..<200).map { Double($0 / 2) }
    let scores = try collection(values)
    let threshold = try threshold(scores, 0.1)
    #expect(values.count { $0 > threshold } == 20)
    #expect(try self.threshold(collection([]), 0.1) == .infinity)
    #expect(throws: CallError.self) { try self.threshold(scores, 1.5) }
  }

  @Test func hostileBytesAreErrors() throws {
    let valid = try bytes(collection((0..<50).map { Double($0) }))
    for count in [0, 7, 8, valid.count - 1] {
      #expect(throws: CallError.self) { try read(Array(valid[..<count])) }
    }
    for index in valid.indices {
      var bytes = valid
      bytes[index] ^= 0x55
      // What can be read keeps its promises.
      guard let scores = try? read(bytes) else { continue }
      #expect(unsafe misfit_scores_count(scores.pointer) >= 0)
      _ = try threshold(scores, 0.5)
    }
    #expect(unsafe misfit_scores_add(nil, nil, 3, nil) == 1)
    #expect(unsafe misfit_scores_read(nil, 3, nil, nil) == 1)
    #expect(unsafe misfit_scores_bytes(nil, nil, nil, nil) == 1)
    #expect(unsafe misfit_scores_count(nil) == 0)
    unsafe misfit_scores_free(nil)
  }
}
