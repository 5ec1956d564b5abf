import MisfitNetworks

/// The description of a model in its file, apart from its tensors.
package struct ModelDescription: Sendable, Hashable {
  /// The family that reads the model; networks of any kind are stored as one autoencoder.
  package let family: ModelChoice
  /// The layers of a network; nil for other models.
  package let architecture: Architecture?
  /// The parameters of a model that keeps rows; nil for other models.
  package let neighbors: Neighbors?

  /// The layers of each network of a model that has several; nil for other models.
  package let networks: [Architecture]?

  /// The parameters of a model that keeps rows.
  package struct Neighbors: Sendable, Hashable, Codable {
    /// The number of nearest rows, if it is an option of the model.
    package var neighborCount: Int?
    /// The standardization of the component scores, whose mean is the score.
    package var scores: [LogScore] = []
    /// The component scores of the distances to all rows in a local reconstruction; nil if it has none.
    package var globalScores: [LogScore]?
    /// The weights of the last component scores, those found by leaving out groups of rows; nil if all
    /// component scores have the same weight.
    package var groupWeights: [Double]?
    /// The predictions of cells that are part of the score; nil if it has none.
    package var predictions: CellPredictions?
    /// Whether a kept row that equals the scored row is taken for the row itself, once.
    package var excludesSelf: Bool

    // The names of the first versions.
    private enum CodingKeys: String, CodingKey {
      case neighborCount, scores, groupWeights, predictions
      case globalScores = "crowdScores"
      case excludesSelf = "leavesOutItself"
    }

    /// Makes a description.
    package init(
      neighborCount: Int? = nil, scores: [LogScore] = [], globalScores: [LogScore]? = nil,
      groupWeights: [Double]? = nil, excludesSelf: Bool
    ) {
      self.neighborCount = neighborCount
      self.scores = scores
      self.globalScores = globalScores
      self.groupWeights = groupWeights
      self.excludesSelf = excludesSelf
    }
  }

  /// Makes a description.
  package init(
    _ family: ModelChoice, architecture: Architecture? = nil, neighbors: Neighbors? = nil,
    networks: [Architecture]? = nil
  ) {
    self.family = family
    self.networks = networks
    self.architecture = architecture
    self.neighbors = neighbors
  }
}

extension ModelDescription: Codable {
  private enum CodingKeys: String, CodingKey { case architecture, model, neighbors, networks }

  /// Decodes a description; one without a family is a network's, as the first versions wrote it.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    family = try container.decodeIfPresent(ModelChoice.self, forKey: .model) ?? .autoencoder
    guard family == .autoencoder else {
      architecture = nil
      networks = try container.decodeIfPresent([Architecture].self, forKey: .networks)
      neighbors = try container.decodeIfPresent(Neighbors.self, forKey: .neighbors)
      return
    }
    architecture = try container.decode(Architecture.self, forKey: .architecture)
    neighbors = nil
    networks = nil
  }

  /// Encodes the description; a network's has no family.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if let architecture { return try container.encode(architecture, forKey: .architecture) }
    try container.encodeIfPresent(neighbors, forKey: .neighbors)
    try container.encodeIfPresent(networks, forKey: .networks)
    try container.encode(family, forKey: .model)
  }
}
