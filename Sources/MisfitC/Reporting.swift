import CMisfit
import Misfit
import MisfitCore

/// Reports a long call's progress to the caller's functions, about ten times a second.
@safe
final class Reporting {
  private let callbacks: MisfitCallbacks
  private let clock = ContinuousClock()
  private var next: ContinuousClock.Instant
  private var last: (activity: StaticString, done: Int, total: Int?) = ("reading", 0, nil)
  /// Whether a callback asked to stop.
  private(set) var isCancelled = false

  /// Creates a report to some functions, or to none.
  init(_ callbacks: UnsafePointer<MisfitCallbacks>?) {
    unsafe self.callbacks = unsafe callbacks?.pointee ?? MisfitCallbacks()
    next = clock.now
  }

  /// Reports a note.
  func log(_ message: String) {
    guard let log = unsafe callbacks.log else { return }
    unsafe message.withCString { text in unsafe log(callbacks.context, text) }
  }

  /// Reports progress, unless it did so a moment ago; `total` is nil if it is not known.
  ///
  /// - Throws: ``InterfaceError`` if the caller asks to stop.
  func update(_ activity: StaticString, _ done: Int, of total: Int?) throws(InterfaceError) {
    if isCancelled { throw .cancelled }
    last = (activity, done, total)
    guard let progress = unsafe callbacks.progress, clock.now >= next else { return }
    next = clock.now + .milliseconds(100)
    let answer = unsafe progress(
      callbacks.context, UnsafeRawPointer(activity.utf8Start).assumingMemoryBound(to: CChar.self),
      Int64(done), Int64(total ?? 0))
    guard answer != 0 else { return }
    isCancelled = true
    throw .cancelled
  }

  /// Reports the latest progress again, and returns whether the caller asks to stop.
  func shouldStop() -> Bool {
    do throws(InterfaceError) { try update(last.activity, last.done, of: last.total) } catch { return true }
    return false
  }

  /// Reports an event of a fit.
  ///
  /// - Throws: ``InterfaceError`` if the caller asks to stop.
  func report(_ event: FitEvent, epochLimit: inout Int?) throws(InterfaceError) {
    switch event {
    case .reading(_, let rowCount): try update("reading", rowCount, of: nil)
    case .working(let activity, let rowCount, let total):
      try update(activity == .learning ? "learning" : "calibrating", rowCount, of: total)
    case .planned(let plan, let choices):
      epochLimit = plan.training?.epochs
      for choice in choices {
        log("\(InterfaceError.text(choice.option, choice.value)): \(choice.reason)")
      }
    case .training(.epoch(let record)): try update("training", record.epoch, of: epochLimit)
    case .series(let notes): for note in notes { log(note.text(naming: InterfaceError.text)) }
    case .tiled(let note), .lacksOneDNN(let note): log(note.text(naming: InterfaceError.text))
    case .collapsed(let start, _): log("the network has learned no more than the mean image; start \(start)")
    case .usesFloat32(let reason): log("training stays in f32: \(reason)")
    case .calibrating(let fold, let count): try update("calibrating", fold, of: count)
    case .training, .loaded, .loadedTargets, .member, .prepared, .resumed: break
    }
  }
}
