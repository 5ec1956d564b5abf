import CMisfit
import Misfit
import MisfitReporting
import MisfitReports
import Synchronization

/// A model of the C interface.
final class ModelHandle: Sendable {
  /// The model.
  let detector: Detector
  private let description = Mutex<Text?>(nil)

  /// Creates a handle.
  init(_ detector: Detector) { self.detector = detector }

  /// The description as JSON, which stays where it is.
  var text: Text {
    description.withLock { text in
      if let text { return text }
      let json = JSONText.compact(.object(detector.json(named: nil, naming: InterfaceError.text)))
      let made = Text(json)
      text = made
      return made
    }
  }
}

/// A text with an address that C may keep.
@safe
final class Text: @unchecked Sendable {
  /// The address, with a zero at the end.
  let start: UnsafePointer<CChar>

  /// Copies a text.
  init(_ text: String) { unsafe start = UnsafePointer(ArrowExport.duplicate(text)) }

  deinit { unsafe start.deallocate() }
}

/// An error of the C interface.
final class ErrorHandle: Sendable {
  let code: Int32
  let text: Text
  let problem: Text
  let position: Text?
  let remedy: Text?

  /// Copies the texts of an error.
  init(_ error: InterfaceError) {
    code = error.code.rawValue
    text = Text(error.text)
    problem = Text(error.problem)
    position = error.position.map { Text($0) }
    remedy = error.remedy.map { Text($0) }
  }
}

/// A table of the C interface, with the addresses of its doubles by name.
final class TableHandle: Sendable {
  let table: ResultTable

  /// Creates a handle.
  init(_ table: ResultTable) { self.table = table }
}
