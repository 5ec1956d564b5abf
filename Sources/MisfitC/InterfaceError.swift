import Misfit
import MisfitCore

/// An error for the caller of the C interface: a code and a message.
struct InterfaceError: Error {
  /// The codes of misfit.h.
  enum Code: Int32 {
    case argument = 1
    case option, data, model, file, fit, cancelled
    case other
  }

  /// The code.
  let code: Code
  /// The problem, its position and a remedy.
  private(set) var diagnosis: Diagnosis

  /// Creates an error of an argument or an option.
  init(_ code: Code, _ problem: String, remedy: String? = nil) {
    self.code = code
    diagnosis = Diagnosis(MessageText(problem), remedy: remedy.map { MessageText($0) })
  }

  private init(_ code: Code, _ diagnosis: Diagnosis) {
    self.code = code
    self.diagnosis = diagnosis
  }

  /// Creates the error for a call that a callback stopped.
  static let cancelled = InterfaceError(.cancelled, "stopped")

  /// Creates an error from what the library throws.
  init(_ error: any Error) {
    switch error {
    case let error as InterfaceError: self = error
    case let error as any DiagnosableError:
      self.init(Self.code(of: error), error.diagnosis)
    default: self.init(.other, "\(error)")
    }
  }

  private static func code(of error: any DiagnosableError) -> Code {
    switch error {
    case let error as IngestError: if case .file = error.kind { .file } else { .data }
    case is ModelFileError: .model
    case is FileError: .file
    case let error as FitError: if case .interrupted = error.kind { .cancelled } else { .fit }
    default: .fit
    }
  }

  /// Returns the same error without lines and byte offsets, for rows that are in no text.
  func withoutLines() -> InterfaceError {
    var error = self
    error.diagnosis.position?.line = nil
    error.diagnosis.position?.byteOffset = nil
    return error
  }

  /// The problem, as a sentence without a full stop.
  var problem: String { diagnosis.problem.text(naming: Self.text) }
  /// The position in the input; nil if there is none.
  var position: String? { diagnosis.position?.description }
  /// The remedy; nil if there is none.
  var remedy: String? { diagnosis.remedy?.text(naming: Self.text) }
  /// The whole message.
  var text: String { diagnosis.text(naming: Self.text) }

  /// Returns the name of an option in JSON, `training.loss "mse"`, or of an operation.
  static func text(_ option: OptionName, _ value: String?) -> String {
    var name = option.declaration
    for prefix in ["FitOptions.", "SourceOptions.typing.", "SourceOptions.numbers.", "SourceOptions."]
    where name.hasPrefix(prefix) {
      name.removeFirst(prefix.count)
      break
    }
    switch option {
    case .timeColumn, .seriesColumn, .window, .gaps: name = "series.\(option.rawValue)"
    case .imageSize, .isGrey, .tileSide: name = String(name.drop { $0 != "." }.dropFirst())
    case .inspect, .fit, .score, .calibrate, .reconstruct, .encode, .draw, .download: name = option.rawValue
    default: break
    }
    guard let value else { return "`\(name)`" }
    return value.hasPrefix("\"") ? "`\(name)` \(value)" : "`\(name)` \"\(value)\""
  }
}
