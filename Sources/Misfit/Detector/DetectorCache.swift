import Synchronization

/// What the methods of a detector keep from call to call, one value of each type.
final class DetectorCache: Sendable {
  private let values = Mutex<[ObjectIdentifier: any Sendable]>([:])

  /// Returns the value of a type, which is created at its first use.
  func value<Value: Sendable>(_ create: () -> Value) -> Value {
    values.withLock { values in
      let key = ObjectIdentifier(Value.self)
      if let value = values[key] as? Value { return value }
      let value = create()
      values[key] = value
      return value
    }
  }
}
