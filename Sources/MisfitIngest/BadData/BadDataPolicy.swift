/// What becomes of cells, records and images that cannot be read.
public enum BadDataPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// The first one is an error.
  case stop
  /// The record or the image is passed over.
  case skip
  /// The cell is read as missing; a record with too few or too many fields, and an image, are passed over.
  case missing
}

/// What is done about bad data, and where it is noted.
public struct BadDataHandling: Sendable, Hashable {
  /// What becomes of it.
  public var policy: BadDataPolicy
  /// Where it is noted; nil for nowhere.
  public var log: RejectLog?

  /// Bad data is an error.
  public static let stop = BadDataHandling(policy: .stop)

  /// Makes a choice.
  public init(policy: BadDataPolicy, log: RejectLog? = nil) {
    self.policy = policy
    self.log = log
  }
}
