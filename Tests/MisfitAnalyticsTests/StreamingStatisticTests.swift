import MisfitCore
import Testing

@testable import MisfitAnalytics

/// The guarantees of every statistic, tested on each of them.
///
/// `isSame` says whether two states say the same; `offering` makes an input of a number and its row.
struct Conformance<Statistic: StreamingStatistic> {
  var make: () -> Statistic
  var offering: (Double, Int) -> Statistic.Input
  var isSame: (Statistic, Statistic) -> Bool

  func check(_ values: [Double]) {
    let inputs = values.enumerated().map { offering($1, $0) }
    let whole = fed(inputs[...])
    checkCounts(whole, values)
    checkMerging(whole, inputs)
    checkCopies(whole)
    checkNaN(whole)
  }

  private func fed(_ inputs: ArraySlice<Statistic.Input>) -> Statistic {
    var statistic = make()
    for input in inputs { statistic.update(input) }
    return statistic
  }

  private func checkCounts(_ whole: Statistic, _ values: [Double]) {
    let nanCount = values.count { $0.isNaN }
    #expect(whole.count == values.count - nanCount)
    #expect(whole.nanCount == nanCount)
    #expect(make().count == 0 && make().value == nil, "no data is nil")
  }

  private func checkMerging(_ whole: Statistic, _ inputs: [Statistic.Input]) {
    for cut in Set([0, 1, inputs.count / 3, inputs.count / 2, inputs.count - 1, inputs.count])
    where (0...inputs.count).contains(cut) {
      let (left, right) = (fed(inputs[..<cut]), fed(inputs[cut...]))
      #expect(isSame(left.merged(with: right), whole), "cut at \(cut)")
      #expect(isSame(right.merged(with: left), whole), "cut at \(cut), parts exchanged")
    }
    let parts = stride(from: 0, to: inputs.count, by: 7).map { fed(inputs[$0..<min($0 + 7, inputs.count)]) }
    #expect(
      isSame(parts.reversed().reduce(make()) { $0.merged(with: $1) }, whole), "parts of seven, backwards")
    #expect(isSame(fed(inputs.reversed()[...]), whole), "updates backwards")
    #expect(isSame(whole.merged(with: make()), whole), "an empty part changes nothing")
  }

  private func checkCopies(_ whole: Statistic) {
    var copy = whole
    for row in 0..<20 { copy.update(offering(Double(row) * 1e3 - 5e3, 1_000_000 + row)) }
    #expect(copy.count == whole.count + 20)
    #expect(!isSame(copy, whole), "a copy shares nothing with the original")
  }

  private func checkNaN(_ whole: Statistic) {
    var withNaN = whole
    withNaN.update(offering(.nan, 2_000_000))
    #expect(withNaN.count == whole.count)
    #expect(withNaN.nanCount == whole.nanCount + 1)
    #expect((withNaN.value == nil) == (whole.value == nil))
  }
}

extension Conformance where Statistic.Input == Double {
  init(_ make: @escaping () -> Statistic, isSame: @escaping (Statistic, Statistic) -> Bool) {
    self.init(make: make, offering: { value, _ in value }, isSame: isSame)
  }
}

@Suite("Every streaming statistic keeps the guarantees of its protocol")
struct StreamingStatisticTests {
  @Test("Moments, within rounding", arguments: Numbers.allCases, sizes)
  func moments(numbers: Numbers, size: Int) {
    Conformance(Moments.init, isSame: nearlySame).check(numbers.make(size))
  }

  @Test("CalibrationScores", arguments: Numbers.allCases, [0, 1, 40, 6000])
  func calibrationScores(numbers: Numbers, count: Int) {
    Conformance(CalibrationScores.init, isSame: { $0.calibration == $1.calibration })
      .check(numbers.make(count))
  }

  @Test("QuantileSketch, exactly", arguments: Numbers.allCases, sizes + [4096, 4097, 6000])
  func quantileSketch(numbers: Numbers, size: Int) {
    let values = numbers.make(size)
    if size <= 1000 {
      Conformance(QuantileSketch.init, isSame: ==).check(values)
    } else {
      checkSplits(values)
    }
  }

  @Test("Histogram with given edges, exactly", arguments: Numbers.allCases, sizes)
  func histogram(numbers: Numbers, size: Int) throws {
    let empty = try #require(Histogram(edges: [-1, 0, 0.25, 0.5, 3]))
    Conformance({ empty }, isSame: ==).check(numbers.make(size))
  }

  @Test("AutomaticHistogram, exactly", arguments: Numbers.allCases, sizes)
  func automaticHistogram(numbers: Numbers, size: Int) {
    let isSame = { (a: AutomaticHistogram, b: AutomaticHistogram) in a == b && a.value == b.value }
    Conformance({ AutomaticHistogram() }, isSame: isSame).check(numbers.make(size))
  }

  @Test("TopK, exactly", arguments: Numbers.allCases, sizes)
  func topK(numbers: Numbers, size: Int) {
    for order in RankingOrder.allCases {
      let conformance = Conformance<TopK<String>>(
        make: { TopK(5, order: order) },
        offering: { TopK.Candidate(score: $0, row: $1, payload: "row \($1)") },
        isSame: { $0.ranking == $1.ranking && $0.count == $1.count && $0.nanCount == $1.nanCount })
      conformance.check(numbers.make(size))
    }
  }

  @Test("ErrorDistribution, within rounding", arguments: Numbers.allCases, sizes)
  func errorDistribution(numbers: Numbers, size: Int) {
    let isSame = { (a: ErrorDistribution, b: ErrorDistribution) in
      a.sketch == b.sketch && nearlySame(a.moments, b.moments)
    }
    Conformance(ErrorDistribution.init, isSame: isSame).check(numbers.make(size))
  }

  @Test("Spans and arrays of either type are the same updates")
  func bulkUpdates() {
    let values = Numbers.uniform.make(37).map(Float.init)
    let doubles = values.map(Double.init)
    var statistics = [Moments](repeating: Moments(), count: 5)
    for value in doubles { statistics[0].update(value) }
    statistics[1].update(contentsOf: values)
    statistics[2].update(contentsOf: doubles)
    statistics[3].update(contentsOf: values.span)
    statistics[4].update(contentsOf: doubles.span)
    #expect(Set(statistics).count == 1)
  }

  /// Merging small parts into a large whole, on both sides of the exact limit.
  private func checkSplits(_ values: [Double]) {
    func sketch(_ values: some Sequence<Double>) -> QuantileSketch {
      var sketch = QuantileSketch()
      for value in values { sketch.update(value) }
      return sketch
    }
    let whole = sketch(values)
    #expect(sketch(values.reversed()) == whole)
    for cut in [1, 1000, values.count / 2, values.count - 1] {
      let (left, right) = (sketch(values[..<cut]), sketch(values[cut...]))
      #expect(left.merged(with: right) == whole)
      #expect(right.merged(with: left) == whole)
    }
  }
}

/// Whether two moments agree within the rounding of their sums.
func nearlySame(_ a: Moments, _ b: Moments) -> Bool {
  let spread = a.populationStandardDeviation ?? 0
  let scale = max(a.finiteMinimum.magnitude, a.finiteMaximum.magnitude)
  let exact =
    a.count == b.count && a.nanCount == b.nanCount && a.finiteCount == b.finiteCount && a.minimum == b.minimum
    && a.maximum == b.maximum
  // Where the spread is itself rounding (all values equal), the higher moments are noise.
  let hasSpread = spread > 1e-9 * scale
  return exact && agree(a.mean, b.mean, scale: a.finiteCount > 0 ? scale : 0)
    && agree(a.populationStandardDeviation, b.populationStandardDeviation, within: 1e-9, scale: scale * 1e-6)
    && (!hasSpread || agree(a.skewness, b.skewness, within: 1e-9, scale: 1))
    && (!hasSpread || agree(a.excessKurtosis, b.excessKurtosis, within: 1e-9, scale: 1))
}
