import Testing
import _TestSupport

@testable import MisfitStreams

/// The scores of the prototype, from `Fixtures/make_scores.py`.
@Suite struct ColumnDetectorTests {
  struct Case: Decodable {
    var memory: Int
    var ring: Int
    var burn: Int
    var start: Int
    var values: [Int]
    var everySeventh: [Double]
    var sum: Double
    var alarms: [Int]

    var recipe: WatchRecipe {
      var recipe = WatchRecipe.prototype
      recipe.memoryCapacity = memory
      recipe.distanceCapacity = ring
      recipe.burnInCount = burn
      recipe.warmUpCount = start
      return recipe
    }
  }

  @Test(arguments: 0..<2) func scoresEqualThoseOfThePrototype(index: Int) throws {
    let item = try Fixture.json("scores.json", as: [Case].self)[index]
    var detector = ColumnDetector(item.recipe)
    var scores: [Double] = []
    for value in item.values {
      detector.observe(Double(value) / 100, item.recipe)
      scores.append(detector.score)
    }
    #expect(abs(scores.reduce(0, +) - item.sum) < 1e-8)
    let sampled = stride(from: 0, to: scores.count, by: 7).map { scores[$0] }
    for (own, expected) in zip(sampled, item.everySeventh) { #expect(abs(own - expected) < 1e-12) }
  }

  @Test(arguments: 0..<2) func alarmsEqualThoseOfThePrototype(index: Int) throws {
    let item = try Fixture.json("scores.json", as: [Case].self)[index]
    var options = WatchOptions()
    options.recipe = item.recipe
    let watcher = Watcher(columns: ["value"], options: options)
    let alarms = try item.values.indices.filter {
      try watcher.observe(StreamRow([Double(item.values[$0]) / 100])).isAlarm
    }
    #expect(alarms == item.alarms)
  }

  @Test func aConstantStreamNeverScores() {
    let recipe = WatchRecipe()
    var detector = ColumnDetector(recipe)
    for _ in 0..<300 {
      detector.observe(0.1, recipe)
      #expect(detector.score == 0)
    }
  }
}
