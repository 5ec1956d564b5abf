/// The handling of cells, records and images that cannot be read.
public enum BadDataPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// The first one is an error.
  case stop
  /// The record or the image is skipped.
  case skip
  /// The cell is read as missing; images and records with too few or too many fields are skipped.
  case missing
}

/// A policy for bad data, and a log of it.
public struct BadDataHandling: Sendable, Hashable {
  /// The policy.
  public var policy: BadDataPolicy
  /// The log; nil for none.
  package var log: RejectLog?

  /// Bad data is an error.
  public static let stop = BadDataHandling(policy: .stop)

  /// Makes a handling without a log.
  public init(policy: BadDataPolicy) { self.policy = policy }

  /// Makes a handling with a log.
  package init(policy: BadDataPolicy, log: RejectLog?) {
    self.policy = policy
    self.log = log
  }
}
