import MisfitModels
import MisfitNetworks

/// The description of a model in a model file, apart from its tensors.
package enum ModelDescription: Sendable, Hashable {
  /// An autoencoder with this architecture.
  case autoencoder(Architecture)
  /// Principal components; the tensors contain their number.
  case principalComponents
  /// A local reconstruction.
  case local(NeighborDescription)
  /// Distances to neighbors.
  case neighbors(NeighborDescription)
  /// A global distance.
  case crowd(NeighborDescription)

  /// The description of a model of neighbors.
  package struct NeighborDescription: Sendable, Hashable, Codable {
    /// The number of neighbors, k, if it is an option of the model.
    package var neighborCount: Int?
    /// The component scores whose mean is the score.
    package var scores: [LogScore] = []
    /// The component scores of the global distance that a local reconstruction combines with its own; nil if
    /// it has none.
    package var crowdScores: [LogScore]?
    /// Whether a reference row equal to the scored row is excluded, as the row itself.
    package var leavesOutItself: Bool
  }

  /// The family of the model.
  package var kind: ModelKind {
    switch self {
    case .autoencoder: .autoencoder
    case .principalComponents: .principalComponents
    case .local: .local
    case .neighbors: .neighbors
    case .crowd: .crowd
    }
  }

  /// Creates the description of a model.
  init(of model: any RowModel) {
    switch model.undecorated {
    case let model as NetworkModel: self = .autoencoder(model.network.architecture)
    case let model as LocalReconstruction:
      self = .local(
        .init(
          scores: model.scores, crowdScores: model.crowd?.scores, leavesOutItself: model.leavesOutItself))
    case let model as NeighborDistance:
      self = .neighbors(
        .init(neighborCount: model.neighborCount, leavesOutItself: model.leavesOutItself))
    case let model as CrowdDistance:
      self = .crowd(.init(scores: model.scores, leavesOutItself: model.leavesOutItself))
    default: self = .principalComponents
    }
  }
}

extension ModelDescription: Codable {
  // The architecture of a network is a key of its own, as it was before there were other models.
  enum CodingKeys: String, CodingKey { case architecture, model, neighbors }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decodeIfPresent(ModelKind.self, forKey: .model) ?? .autoencoder
    func neighbors() throws -> NeighborDescription {
      try container.decode(NeighborDescription.self, forKey: .neighbors)
    }
    switch kind {
    case .autoencoder:
      self = .autoencoder(try container.decode(Architecture.self, forKey: .architecture))
    case .principalComponents: self = .principalComponents
    case .local: self = .local(try neighbors())
    case .neighbors: self = .neighbors(try neighbors())
    case .crowd: self = .crowd(try neighbors())
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .autoencoder(let architecture):
      return try container.encode(architecture, forKey: .architecture)
    case .principalComponents: break
    case .local(let neighbors), .neighbors(let neighbors), .crowd(let neighbors):
      try container.encode(neighbors, forKey: .neighbors)
    }
    try container.encode(kind, forKey: .model)
  }
}
