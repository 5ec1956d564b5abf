import MisfitIngest
import MisfitModels
import MisfitNetworks

extension FitOptions {
  /// Returns the model that is fitted to a source: the requested one, or the one that
  /// ``ModelChoice/automatic`` selects.
  public func modelChoice(for source: any RecordSource) -> ModelChoice {
    guard model == .automatic else { return model }
    if asksForNetwork { return .autoencoder }
    guard source.layout.shape.imageExtents != nil else { return rows.areScored ? .global : .local }
    let isInTiles = source.layout.preparation?.tiles != nil
    guard isInTiles || ImageTiling.cuts(source, self) else { return .local }
    // The measures of ``scores`` compare images with their reconstructions.
    return scores.measure == nil ? .patches : .autoencoder
  }

  /// Whether any option is set that only a network has.
  private var asksForNetwork: Bool {
    FitOption.all.contains { $0.isOfNetworks && $0.isSet(self) } || training.optimizer != Optimizer()
      || rows.targetSource != nil || run.resumes
      || scores.measure?.isOfCells ?? false
  }
}
