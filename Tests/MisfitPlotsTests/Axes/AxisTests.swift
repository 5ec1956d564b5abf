import MisfitCore
import MisfitPlots
import Testing

@Suite("Axes")
struct AxisTests {
  @Test(
    "linear ticks are round and have equal decimals",
    arguments: [
      (0.0, 1.0, 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (0, 100, 5, ["0", "20", "40", "60", "80", "100"]),
      (-3, 4, 8, ["-3", "-2", "-1", "0", "1", "2", "3", "4"]),
      (0.0117, 0.0923, 5, ["0.02", "0.04", "0.06", "0.08"]),
      (0, 60_000, 4, ["0", "20,000", "40,000", "60,000"]),
      (3.2, 3.2001, 3, ["3.20000", "3.20005", "3.20010"]),
    ])
  func linear(lower: Double, upper: Double, count: Int, labels: [String]) {
    let ticks = AxisTicks(of: Axis(covering: [lower, upper]), maximumCount: count)
    #expect(ticks.ticks.map(\.label) == labels)
    #expect(ticks.multiplierText == nil)
  }

  @Test(
    "very large and very small numbers move a power of ten to the axis label",
    arguments: [
      (0.0, 8e6, ["0", "2", "4", "6", "8"], "×10⁶"),
      (-1e-5, 1e-5, ["-1.0", "-0.5", "0.0", "0.5", "1.0"], "×10⁻⁵"),
      (-1e300, 1e300, ["-1.0", "-0.5", "0.0", "0.5", "1.0"], "×10³⁰⁰"),
    ])
  func multiplier(lower: Double, upper: Double, labels: [String], multiplier: String) {
    let ticks = AxisTicks(of: Axis(covering: [lower, upper]), maximumCount: 5)
    #expect(ticks.ticks.map(\.label) == labels)
    #expect(ticks.multiplierText == multiplier)
  }

  @Test(
    "logarithmic ticks are powers of ten, thinned if there are many",
    arguments: [
      (1.0, 1000.0, 6, ["1", "10", "100", "1,000"]),
      (0.7, 1100, 6, ["1", "10", "100", "1,000"]),
      (1e-5, 0.1, 6, ["10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹"]),
      (1, 1e12, 4, ["1", "10⁴", "10⁸", "10¹²"]),
      (2, 8, 4, ["2", "4", "6", "8"]),
    ])
  func logarithmic(lower: Double, upper: Double, count: Int, labels: [String]) {
    let axis = Axis(covering: [lower, upper], scale: .log10)
    #expect(AxisTicks(of: axis, maximumCount: count).ticks.map(\.label) == labels)
  }

  @Test("whole-numbered axes have no ticks between", arguments: [1.0, 2, 5, 7, 50, 1000])
  func whole(last: Double) {
    let axis = Axis(covering: [0, last], isWhole: true)
    let ticks = AxisTicks(of: axis, maximumCount: 6).ticks
    #expect(ticks.count >= 2)
    #expect(ticks.allSatisfy { $0.value == $0.value.rounded() })
    #expect(Set(ticks.map(\.label)).count == ticks.count)
  }

  @Test("any range gets few, distinct, rising ticks inside it")
  func anyRange() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<2000 {
      let size = (0..<Int(generator.next() % 500)).reduce(1e-250) { sum, _ in sum * 10 }
      let low = (generator.nextUnitDouble() - 0.5) * min(size, 1e250)
      let high = low + generator.nextUnitDouble() * min(size, 1e250)
      let axis = Axis(covering: [low, high])
      for count in [2, 5, 9] {
        let ticks = AxisTicks(of: axis, maximumCount: count).ticks
        let slack = (axis.upper - axis.lower) * 1e-6
        #expect(ticks.count <= count + 1, "\(low) \(high)")
        #expect(ticks.allSatisfy { $0.value >= axis.lower - slack && $0.value <= axis.upper + slack })
        #expect(Set(ticks.map(\.label)).count == ticks.count, "\(low) \(high) \(ticks)")
      }
    }
  }

  @Test("equal numbers get a range around them, none the range 0 to 1; others than finite are ignored")
  func ranges() {
    let one = Axis(covering: [5, 5])
    #expect(one.lower < 5 && one.upper > 5)
    let zero = Axis(covering: [0])
    #expect(zero.lower == -0.5 && zero.upper == 0.5)
    let none = Axis(covering: [.nan, .infinity])
    #expect(none.lower == 0 && none.upper == 1)
    let some = Axis(covering: [.nan, 2, -.infinity, 4])
    #expect(some.lower == 2 && some.upper == 4)
    let positive = Axis(covering: [-1, 0, 1, 100], scale: .log10)
    #expect(abs(positive.lower - 1) < 1e-12 && abs(positive.upper - 100) < 1e-9)
  }

  @Test("numbers are mapped to fractions of the axis")
  func parts() {
    #expect(Axis(covering: [10, 20]).fraction(of: 12.5) == 0.25)
    #expect(Axis(covering: [10, 20]).fraction(of: 0) == -1)
    let logarithmic = Axis(covering: [1, 10_000], scale: .log10)
    #expect(abs(logarithmic.fraction(of: 100) - 0.5) < 1e-12)
    #expect(logarithmic.fraction(of: -1).isNaN)
    #expect(Axis(covering: [0, 10], padding: 0.1).lower == -1)
  }
}
