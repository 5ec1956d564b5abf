import MisfitIngest
import MisfitModels
import MisfitNetworks

extension FitOptions {
  /// Returns the model that is fitted to a source: the requested one, or the one that
  /// ``ModelChoice/automatic`` selects.
  public func modelChoice(for source: any RecordSource) -> ModelChoice {
    guard model == .automatic else { return model }
    return asksForNetwork
      ? .autoencoder
      : model.resolved(
        isTable: source.layout.shape.imageExtents == nil, scoresWhatItLearns: rows.areScored)
  }

  /// Whether any option is set that only a network has.
  private var asksForNetwork: Bool {
    FitOption.all.contains { $0.isOfNetworks && $0.isSet(self) } || training.optimizer != Optimizer()
      || rows.targetSource != nil || run.resumes
      || scores.measure?.isOfCells ?? false
  }
}
