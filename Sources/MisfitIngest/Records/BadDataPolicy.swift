/// The handling of cells, records and images that cannot be read.
public enum BadDataPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// Stops with an error at the first one.
  case stop
  /// Skips the record or image.
  case skip
  /// Reads the cell as missing; skips images, and records with too few or too many fields.
  case missing
}

/// A policy for bad data, and a log of it.
public struct BadDataHandling: Sendable, Hashable {
  /// The policy.
  public var policy: BadDataPolicy
  /// The log; nil for none.
  package var log: RejectLog?

  /// Stops with an error at the first bad data.
  public static let stop = BadDataHandling(policy: .stop)

  /// Creates a handling without a log.
  public init(policy: BadDataPolicy) { self.policy = policy }

  /// Makes a handling with a log.
  package init(policy: BadDataPolicy, log: RejectLog?) {
    self.policy = policy
    self.log = log
  }
}
