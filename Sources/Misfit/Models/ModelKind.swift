/// The family of a fitted model.
public enum ModelKind: String, Sendable, Codable, Hashable, CaseIterable {
  /// A network that reconstructs a row through a bottleneck.
  case autoencoder
  /// The first principal components.
  case principalComponents = "pca"
  /// Local reconstruction: a row is reconstructed from the nearest training rows.
  case local
  /// The mean distance to the nearest training rows.
  case neighbors
  /// Global distance: the distance to a random sample of all training rows, and the rarity of values.
  case crowd
}

extension ModelKind {
  /// The prefix of a model's summary in sentences.
  package var title: String { self == .autoencoder ? "autoencoder" : "model:" }
}

/// The model that a fit trains.
public enum ModelChoice: String, Sendable, Codable, Hashable, CaseIterable {
  /// A model chosen from data and options.
  ///
  /// An autoencoder for images, with targets, and if an option is set that only a network has. Otherwise, for
  /// a table, ``local`` if the training rows are taken to be normal, and ``crowd`` if the rows to score are
  /// those learned from.
  case automatic = "auto"
  /// A single autoencoder network.
  case autoencoder
  /// An ensemble of several wide networks of one hidden layer, whose mean output is used.
  case ensemble
  /// A network with one very wide hidden layer of random weights, whose output layer is solved in one pass
  /// over the rows.
  ///
  /// For a row far from the training rows, an anomalous value in one column changes the outputs of all
  /// others. In six synthetic tables of 8 correlated columns, the anomalous column was the first reason in 91
  /// to 98 of 100 rows.
  case wide
  /// The first principal components.
  case principalComponents = "pca"
  /// Local reconstruction: a row is reconstructed from the nearest training rows.
  case local
  /// The mean distance to the nearest training rows.
  case neighbors
  /// Global distance: the distance to a random sample of all training rows, and the rarity of values.
  case crowd

  /// Returns the choice, with ``automatic`` resolved.
  func resolved(isTable: Bool, scoresWhatItLearns: Bool) -> ModelChoice {
    guard self == .automatic else { return self }
    return !isTable ? .autoencoder : scoresWhatItLearns ? .crowd : .local
  }

  /// Whether the model is a network.
  public var isNetwork: Bool { self == .autoencoder || self == .ensemble || self == .wide }
}
