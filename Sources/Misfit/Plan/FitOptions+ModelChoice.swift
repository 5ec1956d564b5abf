import MisfitIngest
import MisfitModels
import MisfitNetworks

extension FitOptions {
  /// Returns the model that is fitted to a source: the requested one, or the one that
  /// ``ModelChoice/automatic`` selects.
  public func modelChoice(for source: any RecordSource) -> ModelChoice {
    guard model == .automatic else { return model }
    let isInTiles = source.layout.preparation?.tiles != nil || ImageTiling.cuts(source, self)
    // The measures of ``scores`` compare images with their reconstructions.
    if isInTiles, scores.measure == nil, !asksForNetwork(beyond: .patches) { return .patches }
    if isInTiles || asksForNetwork() { return .autoencoder }
    guard source.layout.shape.imageExtents != nil else { return rows.areScored ? .global : .local }
    return .local
  }

  /// Returns whether any option is set that only a network has, and not another model.
  private func asksForNetwork(beyond model: ModelChoice? = nil) -> Bool {
    let known = model?.traits.networkOptions ?? []
    return FitOption.all.contains { $0.isOfNetworks && $0.isSet(self) && !known.contains($0.name) }
      || training.optimizer != Optimizer()
      || rows.targetSource != nil || run.resumes
      || scores.measure?.isOfCells ?? false
  }
}
