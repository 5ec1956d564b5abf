import MisfitCore

/// The detector of one column: the novelty of a few statistics of its last values.
///
/// The score is the logarithm of the inverse of the weighted geometric mean of their p-values: all must agree
/// that a row is new.
struct ColumnDetector {
  private(set) var window: ValueWindow
  /// One for each term of the recipe.
  private(set) var novelties: [Novelty]
  /// The score of the latest value, from 0 to ``WatchRecipe/largestScore``.
  private(set) var score = 0.0

  init(_ recipe: WatchRecipe) {
    window = ValueWindow(length: recipe.windowLength)
    novelties = recipe.terms.map { _ in Novelty(recipe) }
  }

  /// Creates a detector in a stored state.
  init(window: ValueWindow, novelties: [Novelty]) {
    self.window = window
    self.novelties = novelties
  }

  /// Scores a finite value, then learns it.
  mutating func observe(_ value: Double, _ recipe: WatchRecipe) {
    window.append(value)
    var sum = 0.0
    for index in novelties.indices {
      let statistic: Double =
        switch recipe.terms[index].statistic {
        case .value: value
        case .mean(let length): window.mean(ofLast: length)
        case .spread(let length): window.spread(ofLast: length)
        }
      let pValue = novelties[index].observe(statistic, recipe)
      if pValue < 1 { sum -= recipe.terms[index].weight * Mathematics.log(pValue) }
    }
    score = sum / recipe.totalWeight
  }
}
