import MisfitModels

extension FitOptions {
  /// The rows that models of neighbors keep.
  public struct Neighbors: Sendable, Hashable {
    /// The number of nearest rows whose mean distance is the score of ``ModelChoice/neighbors``.
    public var count = 5
    /// The maximum number of training rows that a model of neighbors keeps.
    public var referenceLimit = 10_000
    /// The share of the rows, those that look most anomalous, that local reconstruction and distances to
    /// neighbors leave out, for data that is known to contain anomalies.
    ///
    /// Nil leaves out none, except that a local reconstruction leaves out rows that look normal only next to
    /// each other, at most a quarter of all.
    public var trimmedShare: Double?

    /// Creates options.
    public init(count: Int = 5, referenceLimit: Int = 10_000, trimmedShare: Double? = nil) {
      self.count = count
      self.referenceLimit = referenceLimit
      self.trimmedShare = trimmedShare
    }
  }
}
