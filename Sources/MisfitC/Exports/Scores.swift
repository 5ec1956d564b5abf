// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names and the documentation of the functions are those of misfit.h.

import CMisfit
import Misfit
import MisfitAnalytics

@c @implementation
public func misfit_scores_create(
  _ scores: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let scores = unsafe try target(scores, "scores")
    unsafe scores.pointee = handle(ScoresHandle())
  }
}

@c @implementation
public func misfit_scores_read(
  _ bytes: UnsafeRawPointer?, _ count: Int64, _ scores: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let scores = unsafe try target(scores, "scores")
    let content = unsafe try array(bytes, count, of: UInt8.self, "bytes")
    unsafe scores.pointee = handle(ScoresHandle(try ScoresHandle.scores(from: content)))
  }
}

@c @implementation
public func misfit_scores_add(
  _ scores: OpaquePointer?, _ values: UnsafePointer<Double>?, _ count: Int64,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let scores = unsafe try object(scores, ScoresHandle.self, "scores")
    let values = unsafe try array(UnsafeRawPointer(values), count, of: Double.self, "values")
    scores.update { scores in for value in values { scores.update(value) } }
  }
}

@c @implementation
public func misfit_scores_merge(
  _ scores: OpaquePointer?, _ other: OpaquePointer?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let scores = unsafe try object(scores, ScoresHandle.self, "scores")
    let other = unsafe try object(other, ScoresHandle.self, "other").scores
    scores.update { $0.merge(other) }
  }
}

@c @implementation
public func misfit_scores_bytes(
  _ scores: OpaquePointer?, _ bytes: UnsafeMutablePointer<UnsafeRawPointer?>?,
  _ count: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let scores = unsafe try object(scores, ScoresHandle.self, "scores")
    guard let bytes = unsafe bytes, let count = unsafe count else {
      throw InterfaceError(.argument, "`bytes` or `count` is NULL")
    }
    let stored = try scores.storedBytes()
    unsafe count.pointee = Int64(stored.byteCount)
    unsafe bytes.pointee = stored.withAddress { unsafe $0 }
  }
}

@c @implementation
public func misfit_scores_count(_ scores: OpaquePointer?) -> Int64 {
  unsafe Int64((try? object(scores, ScoresHandle.self, "scores"))?.scores.count ?? 0)
}

@c @implementation
public func misfit_scores_threshold(
  _ scores: OpaquePointer?, _ contamination: Double, _ threshold: UnsafeMutablePointer<Double>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let scores = unsafe try object(scores, ScoresHandle.self, "scores").scores
    guard let threshold = unsafe threshold else { throw InterfaceError(.argument, "`threshold` is NULL") }
    guard contamination > 0, contamination < 1 else {
      throw InterfaceError(
        .argument, "`contamination` is \(contamination), which is not a number between 0 and 1")
    }
    let decision = DecisionScores(contamination: contamination, of: scores)
      .decision(usual: AnomalyThreshold(value: .infinity))
    unsafe threshold.pointee = decision.largestUnflagged
  }
}

@c @implementation
public func misfit_calibrate_scores(
  _ model: OpaquePointer?, _ scores: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ quantile: Double,
  _ calibrated: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error, hasLines: false) {
    let calibrated = unsafe try target(calibrated, "calibrated")
    let model = unsafe try object(model, ModelHandle.self, "model")
    let scores = unsafe try object(scores, ScoresHandle.self, "scores").scores
    guard quantile.isNaN || (0...1).contains(quantile) else {
      throw InterfaceError(.argument, "`quantile` is \(quantile), which is not a number from 0 to 1")
    }
    let detector = try model.detector.calibrated(
      with: scores, of: unsafe try text(name, "name") ?? "scores", quantile: quantile.isNaN ? nil : quantile)
    unsafe calibrated.pointee = handle(ModelHandle(detector))
  }
}

@c @implementation
public func misfit_scores_free(_ scores: OpaquePointer?) { unsafe free(scores) }
