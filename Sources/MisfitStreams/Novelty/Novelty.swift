/// The novelty of one statistic: the distance of its value to the nearest one ever seen, and the rank of that
/// distance among the last ones as a conformal p-value.
///
/// A value is scored first and learned afterwards. Nothing is excluded from learning, so the same anomaly is
/// less novel the second time.
struct Novelty {
  /// The novelty of one value.
  struct Outcome {
    /// The share of the last distances that are at least as large, itself included: 1 / (n + 1) to 1.
    var pValue = 1.0
    /// The value of the statistic.
    var value = 0.0
    /// The nearest value seen before; nil for the first one.
    var nearest: Double?
  }

  private(set) var memory: ValueMemory
  private(set) var distances: RecentDistances
  /// The number of values seen.
  private(set) var valueCount = 0
  /// The slow mean of the values: their typical level.
  private(set) var center = 0.0
  /// The number of remembered values that are due to be forgotten.
  private(set) var forgettingDebt = 0.0
  /// The novelty of the latest value.
  private(set) var latest = Outcome()

  /// The share of each new value in ``center``.
  private static let centerRate = 0.001
  /// Distances up to this share of a value are rounding.
  private static let rounding = 1e-9

  init(_ recipe: WatchRecipe) {
    memory = ValueMemory(capacity: recipe.memoryCapacity)
    distances = RecentDistances(capacity: recipe.distanceCapacity)
  }

  /// Creates a novelty in a stored state.
  init(
    memory: ValueMemory, distances: RecentDistances, valueCount: Int, center: Double, forgettingDebt: Double
  ) {
    self.memory = memory
    self.distances = distances
    self.valueCount = valueCount
    self.center = center
    self.forgettingDebt = forgettingDebt
  }

  /// Scores a finite value, then learns it, and returns its p-value.
  mutating func observe(_ value: Double, _ recipe: WatchRecipe) -> Double {
    let place = memory.values.lowerBound(of: value)
    let nearest = memory.nearest(to: value, at: place)
    var distance = nearest.map { abs(value - $0) } ?? 0
    if distance <= Self.rounding * abs(value) { distance = 0 }
    let rank = distances.position(of: distance)
    let count = distances.count
    let pValue =
      count == 0 || distance == 0
      ? 1 : Double(distances.countAtLeast(distance, at: rank) + 1) / Double(count + 1)
    latest = Outcome(pValue: pValue, value: value, nearest: nearest)
    if valueCount >= recipe.burnInCount { distances.append(distance, at: rank) }
    if nearest != value { memory.insert(value, at: place) }
    valueCount += 1
    center += (value - center) * max(Self.centerRate, 1 / Double(valueCount))
    if let halfLife = recipe.halfLife { forget(halfLife: halfLife) }
    return pValue
  }

  /// Forgets remembered values at random, so that one which does not return is forgotten within `halfLife`
  /// rows with probability 1/2.
  ///
  /// The choice is a hash of the number of values seen: the same stream forgets the same values.
  private mutating func forget(halfLife: Double) {
    forgettingDebt += Double(memory.values.count) * 0.693_147_180_559_945_3 / halfLife
    while forgettingDebt >= 1 {
      forgettingDebt -= 1
      guard memory.values.count > 1 else { continue }
      var bits = UInt64(valueCount) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(memory.values.count)
      bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      memory.forget(rank: Int((bits ^ (bits >> 31)) % UInt64(memory.values.count)))
    }
  }
}
