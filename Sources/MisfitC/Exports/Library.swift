// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names and the documentation of the functions are those of misfit.h.

import CMisfit
import Misfit

private let version = Text(LibraryVersion.current)

@c @implementation
public func misfit_version() -> UnsafePointer<CChar>! { unsafe version.start }

@c @implementation
public func misfit_error_code(_ error: OpaquePointer?) -> Int32 {
  unsafe (try? object(error, ErrorHandle.self, "error"))?.code ?? 0
}

@c @implementation
public func misfit_error_text(_ error: OpaquePointer?) -> UnsafePointer<CChar>! {
  unsafe (try? object(error, ErrorHandle.self, "error"))?.text.start
}

@c @implementation
public func misfit_error_problem(_ error: OpaquePointer?) -> UnsafePointer<CChar>! {
  unsafe (try? object(error, ErrorHandle.self, "error"))?.problem.start
}

@c @implementation
public func misfit_error_position(_ error: OpaquePointer?) -> UnsafePointer<CChar>! {
  unsafe (try? object(error, ErrorHandle.self, "error"))?.position?.start
}

@c @implementation
public func misfit_error_remedy(_ error: OpaquePointer?) -> UnsafePointer<CChar>! {
  unsafe (try? object(error, ErrorHandle.self, "error"))?.remedy?.start
}

@c @implementation
public func misfit_error_free(_ error: OpaquePointer?) { unsafe free(error) }
