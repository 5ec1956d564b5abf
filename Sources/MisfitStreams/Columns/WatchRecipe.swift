import MisfitCore

/// The constants of the detector of a column.
///
/// The default finds what the prototype with the constants of ``prototype`` finds, and repeats itself less.
public struct WatchRecipe: Sendable, Hashable {
  /// A statistic of the last values of a column, and its weight in the score.
  public struct Term: Sendable, Hashable {
    /// The statistic.
    public var statistic: StreamStatistic
    /// The weight, above 0.
    public var weight: Double

    /// Creates a term.
    public init(_ statistic: StreamStatistic, weight: Double) {
      self.statistic = statistic
      self.weight = weight
    }
  }

  /// The statistics.
  public var terms: [Term] = [
    Term(.value, weight: 1), Term(.mean(3), weight: 2), Term(.spread(24), weight: 0.5),
    Term(.spread(40), weight: 0.5),
  ]
  /// The largest number of distinct values that are remembered for a statistic.
  public var memoryCapacity = 2048
  /// The number of last distances that a distance is ranked among.
  public var distanceCapacity = 4000
  /// The number of first rows whose distances are not ranked among.
  public var burnInCount = 50
  /// The number of first rows without alarms.
  public var warmUpCount = 600
  /// The score above which a row alarms, at an `alpha` of 0.001.
  public var threshold = 4.3
  /// The step of the threshold after an alarm.
  public var thresholdStep = 0.1
  /// The share of the distance from the typical level within which two alarms are of the same kind: the later
  /// one is not reported.
  ///
  /// Spikes that recur at similar heights alarm once. 0 reports every alarm.
  public var similarity = 0.25
  /// The number of rows after which a value that does not return is forgotten with probability 1/2; nil
  /// forgets nothing.
  public var halfLife: Double?

  /// Creates the default recipe.
  public init() {}

  /// The recipe of the prototype: a third spread, and every alarm is reported, above a score of 4.4.
  public static var prototype: WatchRecipe {
    var recipe = WatchRecipe()
    recipe.terms = [Term(.value, weight: 1), Term(.mean(3), weight: 2)]
    recipe.terms += [24, 32, 40].map { Term(.spread($0), weight: 1.0 / 3) }
    recipe.threshold = 4.4
    recipe.similarity = 0
    return recipe
  }

  /// The largest possible score: the logarithm of the number of ranked distances plus 1.
  public var largestScore: Double { Mathematics.log(Double(distanceCapacity) + 1) }

  /// The number of last values that the statistics need.
  var windowLength: Int { terms.map(\.statistic.length).max() ?? 1 }
  var totalWeight: Double { terms.reduce(0) { $0 + $1.weight } }

  /// Returns the score above which a row alarms at most about `alpha` of the time on patternless noise.
  ///
  /// The slope was found by simulation; the rate is nominal within a factor of about 2 to 4.
  public func threshold(alpha: Double) -> Double {
    max(0, threshold + 0.67 * Mathematics.log(0.001 / alpha))
  }
}

/// A statistic of the last values of a column.
public enum StreamStatistic: Sendable, Hashable {
  /// The latest value.
  case value
  /// The mean of the last values.
  case mean(Int)
  /// The standard deviation of the last values.
  case spread(Int)

  /// The number of last values.
  public var length: Int {
    switch self {
    case .value: 1
    case .mean(let length), .spread(let length): length
    }
  }
}
