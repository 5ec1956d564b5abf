/// The family a model belongs to.
public enum ModelKind: String, Sendable, Codable, Hashable, CaseIterable {
  /// A network that rebuilds a row through its layers.
  case autoencoder
  /// The first principal components.
  case principalComponents = "pca"
  /// The learned rows nearest to a row.
  case local
  /// The mean distance to the learned rows nearest to a row.
  case neighbors
  /// The distance to a crowd of learned rows, and the rarity of values.
  case crowd
}

extension ModelKind {
  /// What stands before a model's summary in sentences; empty where the summary says it.
  package var title: String { self == .autoencoder ? "autoencoder" : "model:" }
}

/// Which model a fit makes.
public enum ModelChoice: String, Sendable, Codable, Hashable, CaseIterable {
  /// An autoencoder for images, and where an option is given that only a network has, or targets. Else, for a
  /// table, ``local`` where the rows are taken to be ordinary, and ``crowd`` where those to be scored are
  /// learned from.
  case automatic = "auto"
  /// One network.
  case autoencoder
  /// Several wide networks of one hidden layer, whose mean output is taken.
  case ensemble
  /// One very wide hidden layer of random weights, whose output layer is solved in one pass over the rows.
  ///
  /// Far from what it learned, a column that is off moves the outputs of all others. In six made-up tables of
  /// 8 correlated columns it named the column that was off first in 91 to 98 of 100 rows; see
  /// ``RandomFeatureNetwork/Options/regularization``.
  case wide
  /// The first principal components.
  case principalComponents = "pca"
  /// The learned rows nearest to a row.
  case local
  /// The mean distance to the learned rows nearest to a row.
  case neighbors
  /// The distance to a crowd of learned rows, and the rarity of values.
  case crowd

  /// The choice made concrete.
  func resolved(isTable: Bool, scoresWhatItLearns: Bool) -> ModelChoice {
    guard self == .automatic else { return self }
    return !isTable ? .autoencoder : scoresWhatItLearns ? .crowd : .local
  }

  /// Whether a network is trained.
  public var isNetwork: Bool { self == .autoencoder || self == .ensemble || self == .wide }
}
