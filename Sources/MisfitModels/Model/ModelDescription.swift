import MisfitNetworks

/// The description of a model in its file, apart from its tensors.
package struct ModelDescription: Sendable, Hashable {
  /// The family that reads the model; networks of any kind are stored as one autoencoder.
  package let family: ModelChoice
  /// The layers of a network; nil for other models.
  package let architecture: Architecture?
  /// The parameters of a model that keeps rows; nil for other models.
  package let neighbors: Neighbors?

  /// The parameters of a model that keeps rows.
  package struct Neighbors: Sendable, Hashable, Codable {
    /// The number of nearest rows, if it is an option of the model.
    package var neighborCount: Int?
    /// The standardization of the component scores, whose mean is the score.
    package var scores: [LogScore] = []
    /// The component scores of the distances to all rows in a local reconstruction; nil if it has none.
    package var crowdScores: [LogScore]?
    /// Whether a kept row that equals the scored row is taken for the row itself, once.
    package var leavesOutItself: Bool

    /// Makes a description.
    package init(
      neighborCount: Int? = nil, scores: [LogScore] = [], crowdScores: [LogScore]? = nil,
      leavesOutItself: Bool
    ) {
      self.neighborCount = neighborCount
      self.scores = scores
      self.crowdScores = crowdScores
      self.leavesOutItself = leavesOutItself
    }
  }

  /// Makes a description.
  package init(_ family: ModelChoice, architecture: Architecture? = nil, neighbors: Neighbors? = nil) {
    self.family = family
    self.architecture = architecture
    self.neighbors = neighbors
  }
}

extension ModelDescription: Codable {
  private enum CodingKeys: String, CodingKey { case architecture, model, neighbors }

  /// Decodes a description; one without a family is a network's, as the first versions wrote it.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    family = try container.decodeIfPresent(ModelChoice.self, forKey: .model) ?? .autoencoder
    guard family == .autoencoder else {
      architecture = nil
      neighbors = try container.decodeIfPresent(Neighbors.self, forKey: .neighbors)
      return
    }
    architecture = try container.decode(Architecture.self, forKey: .architecture)
    neighbors = nil
  }

  /// Encodes the description; a network's has no family.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if let architecture { return try container.encode(architecture, forKey: .architecture) }
    try container.encodeIfPresent(neighbors, forKey: .neighbors)
    try container.encode(family, forKey: .model)
  }
}

/// The score that a model computes, apart from the distance between a row and its reconstruction.
package enum OwnScore: Sendable, Hashable {
  /// None: the reconstruction error is the score.
  case none
  /// A distance, which is never negative.
  case distance
  /// A mean of standardized logarithms, which may be negative.
  case meanLogarithm
  /// The squared Mahalanobis distance.
  case mahalanobis
  /// The sum of the losses of a row's cells.
  case cells
}
