// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names and the documentation of the functions are those of misfit.h.

import CMisfit
import Misfit
import MisfitModels

@c @implementation
public func misfit_moments(
  _ model: OpaquePointer?, _ data: OpaquePointer?, _ threadCount: Int64,
  _ moments: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error, hasLines: hasLines(data)) {
    let moments = unsafe try target(moments, "moments")
    let model = unsafe try object(model, ModelHandle.self, "model")
    let data = unsafe try object(data, DataHandle.self, "data")
    let found = try model.detector.moments(
      of: try data.source(for: model.detector), threadCount: threadCount > 0 ? Int(threadCount) : nil)
    unsafe moments.pointee = handle(MomentsHandle(found))
  }
}

@c @implementation
public func misfit_moments_read(
  _ bytes: UnsafeRawPointer?, _ count: Int64, _ moments: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let moments = unsafe try target(moments, "moments")
    let content = unsafe try array(bytes, count, of: UInt8.self, "bytes")
    unsafe moments.pointee = handle(MomentsHandle(try MomentsHandle.moments(from: content)))
  }
}

@c @implementation
public func misfit_moments_merge(
  _ moments: OpaquePointer?, _ other: OpaquePointer?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let moments = unsafe try object(moments, MomentsHandle.self, "moments")
    try moments.merge(unsafe object(other, MomentsHandle.self, "other").moments)
  }
}

@c @implementation
public func misfit_moments_bytes(
  _ moments: OpaquePointer?, _ bytes: UnsafeMutablePointer<UnsafeRawPointer?>?,
  _ count: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let moments = unsafe try object(moments, MomentsHandle.self, "moments")
    guard let bytes = unsafe bytes, let count = unsafe count else {
      throw InterfaceError(.argument, "`bytes` or `count` is NULL")
    }
    let stored = moments.storedBytes()
    unsafe count.pointee = Int64(stored.byteCount)
    unsafe bytes.pointee = stored.withAddress { unsafe $0 }
  }
}

@c @implementation
public func misfit_moments_count(_ moments: OpaquePointer?) -> Int64 {
  unsafe Int64((try? object(moments, MomentsHandle.self, "moments"))?.moments.rowCount ?? 0)
}

@c @implementation
public func misfit_refit(
  _ model: OpaquePointer?, _ moments: OpaquePointer?, _ optionText: UnsafePointer<CChar>?,
  _ refitted: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let refitted = unsafe try target(refitted, "refitted")
    let model = unsafe try object(model, ModelHandle.self, "model")
    let moments = unsafe try object(moments, MomentsHandle.self, "moments").moments
    let options = unsafe try FitOptions(json: options(optionText))
    let detector = try model.detector.refitted(to: moments, components: options.components)
    unsafe refitted.pointee = handle(ModelHandle(detector))
  }
}

@c @implementation
public func misfit_moments_free(_ moments: OpaquePointer?) { unsafe free(moments) }
