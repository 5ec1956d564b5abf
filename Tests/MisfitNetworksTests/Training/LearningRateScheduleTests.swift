import Testing
import _TestSupport

@testable import MisfitNetworks

@Suite("Learning rate schedules")
struct LearningRateScheduleTests {
  private struct Case: Decodable {
    var count: Int
    var rates: [Double]
    var betas: [Double]
  }

  @Test("one cycle has PyTorch's rates and betas at every step")
  func oracle() throws {
    for item in try Fixture.json("schedules.json", as: [Case].self) {
      for step in 0..<item.count {
        let rate = LearningRateSchedule.oneCycle.learningRate(step: step, of: item.count, peak: 0.003)
        #expect(areClose(rate, item.rates[step], relative: 1e-9, absolute: 1e-15))
        let beta = LearningRateSchedule.oneCycle.beta1(step: step, of: item.count)
        #expect(areClose(beta, item.betas[step], relative: 1e-9))
      }
    }
  }

  @Test("the rate stays between its bounds for any number of steps", arguments: [1, 2, 5, 9, 10, 11])
  func few(count: Int) {
    for step in 0..<count {
      let rate = LearningRateSchedule.oneCycle.learningRate(step: step, of: count, peak: 1)
      #expect(rate >= 1 / 250_000.000001 && rate <= 1)
    }
  }
  @Test("with a time limit, the schedule is at least as far as the time")
  func timeLimit() {
    var options = TrainingOptions()
    options.epochs = 10
    options.batchSize = 10
    options.schedule = .oneCycle
    func step(_ number: Int, passed: Double) -> String {
      "\(options.optimizerStep(number: number, rowCount: 100, learningRate: 1, passedShare: passed))"
    }
    func plain(_ index: Int, number: Int) -> String {
      var rule = options.optimizer
      rule.beta1 = LearningRateSchedule.oneCycle.beta1(step: index, of: 100)
      let rate = LearningRateSchedule.oneCycle.learningRate(step: index, of: 100, peak: 1)
      return "\(rule.step(number: number, learningRate: rate))"
    }
    #expect(step(20, passed: 0) == plain(19, number: 20) && step(20, passed: 0.1) == plain(19, number: 20))
    #expect(step(20, passed: 0.5) == plain(50, number: 20) && step(20, passed: 1) == plain(99, number: 20))
  }

  @Test("any number of epochs has a schedule", arguments: [Int.max, 1 << 60])
  func manyEpochs(epochs: Int) {
    var options = TrainingOptions()
    options.epochs = epochs
    options.batchSize = 10
    options.schedule = .oneCycle
    func step(passed: Double) -> String {
      "\(options.optimizerStep(number: 1, rowCount: 100, learningRate: 1, passedShare: passed))"
    }
    #expect(step(passed: 0) != step(passed: 0.1) && step(passed: 0.1) != step(passed: 1))
  }
}
