import MisfitCore
import Testing

@testable import Misfit

@Suite struct SeriesPeriodTests {
  @Test("the period of a repeated shape is found", arguments: [8, 24, 60, 144])
  func thePeriodOfARepeatedShapeIsFound(period: Int) {
    let values = (0..<600).map { row in
      Float(row % period < period / 3 ? 1 : 0) + Float(SeriesSamples.noise(row))
    }
    #expect(SeriesPeriod.find(values) == period)
  }

  @Test("noise has no period") func noiseHasNoPeriod() {
    #expect(SeriesPeriod.find((0..<600).map { Float(SeriesSamples.noise($0)) }) == nil)
  }

  @Test(
    "few and constant values have no period",
    arguments: [[], [1], Array(repeating: 2, count: 200)] as [[Float]])
  func fewAndConstantValuesHaveNoPeriod(values: [Float]) {
    #expect(SeriesPeriod.find(values) == nil)
  }
}
