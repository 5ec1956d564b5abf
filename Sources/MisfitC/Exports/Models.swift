// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names and the documentation of the functions are those of misfit.h.

import CMisfit
import Misfit

@c @implementation
public func misfit_fit(
  _ data: OpaquePointer?, _ optionText: UnsafePointer<CChar>?, _ callbacks: UnsafePointer<MisfitCallbacks>?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error, hasLines: hasLines(data)) {
    let model = unsafe try target(model, "model")
    let data = unsafe try object(data, DataHandle.self, "data")
    let options = unsafe try FitOptions(json: options(optionText))
    let reporting = unsafe Reporting(callbacks)
    unsafe model.pointee = handle(ModelHandle(try Operations.fit(data, options, reporting)))
  }
}

@c @implementation
public func misfit_load(
  _ path: UnsafePointer<CChar>?, _ model: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let model = unsafe try target(model, "model")
    guard let path = unsafe try text(path, "path") else { throw InterfaceError(.argument, "`path` is NULL") }
    unsafe model.pointee = handle(ModelHandle(try Detector.load(path)))
  }
}

@c @implementation
public func misfit_save(
  _ model: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let model = unsafe try object(model, ModelHandle.self, "model")
    guard let path = unsafe try text(path, "path") else { throw InterfaceError(.argument, "`path` is NULL") }
    try model.detector.save(path)
  }
}

@c @implementation
public func misfit_calibrate(
  _ model: OpaquePointer?, _ data: OpaquePointer?, _ quantile: Double,
  _ callbacks: UnsafePointer<MisfitCallbacks>?, _ calibrated: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error, hasLines: hasLines(data)) {
    let calibrated = unsafe try target(calibrated, "calibrated")
    let model = unsafe try object(model, ModelHandle.self, "model")
    let data = unsafe try object(data, DataHandle.self, "data")
    guard quantile.isNaN || (0...1).contains(quantile) else {
      throw InterfaceError(.argument, "`quantile` is \(quantile), which is not a number from 0 to 1")
    }
    let reporting = unsafe Reporting(callbacks)
    try reporting.update("calibrating", 0, of: nil)
    let source = try data.source(for: model.detector)
    let detector = try model.detector.calibrated(on: source, quantile: quantile.isNaN ? nil : quantile)
    unsafe calibrated.pointee = handle(ModelHandle(detector))
  }
}

@c @implementation
public func misfit_describe(_ model: OpaquePointer?) -> UnsafePointer<CChar>! {
  unsafe (try? object(model, ModelHandle.self, "model"))?.text.start
}

@c @implementation
public func misfit_model_free(_ model: OpaquePointer?) { unsafe free(model) }

/// Returns whether the records of data are on lines of a text.
func hasLines(_ data: OpaquePointer?) -> Bool {
  unsafe (try? object(data, DataHandle.self, "data"))?.hasLines ?? true
}
