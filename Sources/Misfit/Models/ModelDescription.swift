import MisfitModels
import MisfitNetworks

/// What a model file says of a model, apart from its tensors.
package enum ModelDescription: Sendable, Hashable {
  /// A network of these layers.
  case autoencoder(Architecture)
  /// Principal components; how many, the tensors say.
  case principalComponents
  /// A local reconstruction.
  case local(NeighborDescription)
  /// Distances to neighbours.
  case neighbors(NeighborDescription)
  /// A crowd.
  case crowd(NeighborDescription)

  /// What models of neighbours have to say.
  package struct NeighborDescription: Sendable, Hashable, Codable {
    /// k, where it is free.
    package var neighborCount: Int?
    /// The judgements that the score is the mean of.
    package var scores: [LogScore] = []
    /// The judgements of the crowd that a local reconstruction asks too; nil where it has none.
    package var crowdScores: [LogScore]?
    /// Whether one reference that equals a row is taken for the row itself.
    package var leavesOutItself: Bool
  }

  /// The family.
  package var kind: ModelKind {
    switch self {
    case .autoencoder: .autoencoder
    case .principalComponents: .principalComponents
    case .local: .local
    case .neighbors: .neighbors
    case .crowd: .crowd
    }
  }

  /// The description of a model.
  init(of model: any RowModel) {
    switch model.undecorated {
    case let model as NetworkModel: self = .autoencoder(model.network.architecture)
    case let model as LocalReconstruction:
      self = .local(
        .init(
          scores: model.scores, crowdScores: model.global?.scores, leavesOutItself: model.excludesSelf))
    case let model as NeighborDistance:
      self = .neighbors(
        .init(neighborCount: model.neighborCount, leavesOutItself: model.excludesSelf))
    case let model as GlobalDistance:
      self = .crowd(.init(scores: model.scores, leavesOutItself: model.excludesSelf))
    default: self = .principalComponents
    }
  }
}

extension ModelDescription: Codable {
  // A network's architecture stands by itself, as it did before there were other models.
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
