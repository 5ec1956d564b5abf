import Foundation
import MisfitCore
import Testing

@testable import MisfitAnalytics

@Suite("Histogram")
struct HistogramTests {
  @Test("counts as NumPy does between given edges", arguments: DistributionCase.all)
  func oracle(expected: DistributionCase) throws {
    guard var histogram = Histogram(edges: expected.givenEdges) else {
      // NumPy accepts equal edges, which have no bin between them.
      #expect(Set(expected.givenEdges).count < expected.givenEdges.count)
      return
    }
    histogram.update(contentsOf: expected.values)
    #expect(histogram.counts == expected.givenCounts)
    #expect(histogram.belowCount == expected.below)
    #expect(histogram.aboveCount == expected.above)
  }

  @Test("includes the lower edge of each bin, and the upper edge of the last")
  func edges() throws {
    var histogram = try #require(Histogram(edges: [0, 1, 2, 3]))
    histogram.update(contentsOf: [0, 1, 2, 3, -0.1, 3.1, .infinity, -.infinity, .nan])
    #expect(histogram.counts == [1, 1, 2])
    #expect(histogram.belowCount == 2 && histogram.aboveCount == 2 && histogram.nanCount == 1)
    #expect(histogram.count == 8 && histogram.insideCount == 4)
  }

  @Test(
    "refuses edges that form no bins",
    arguments: [[], [1], [1, 1], [2, 1], [0, .nan], [0, .infinity]] as [[Double]])
  func badEdges(edges: [Double]) { #expect(Histogram(edges: edges) == nil) }

  @Test("refuses ranges that cannot be divided")
  func badRanges() {
    #expect(Histogram(range: 0...1, binCount: 0) == nil)
    #expect(Histogram(range: 1...1, binCount: 3) == nil)
    #expect(Histogram(range: 1...(1 as Double).nextUp, binCount: 3) == nil)
    #expect(Histogram(range: -1e308...1e308, binCount: 4)?.edges == [-1e308, -0.5e308, 0, 0.5e308, 1e308])
  }

  @Test("has densities whose areas sum to the share inside")
  func densities() throws {
    var histogram = try #require(Histogram(edges: [0, 1, 4]))
    #expect(histogram.densities == nil)
    histogram.update(contentsOf: [0.5, 2, 3, 9])
    #expect(histogram.densities == [0.25, 0.5 / 3])
  }

  @Test("survives a round trip through JSON, and an inconsistent one is refused")
  func coding() throws {
    var histogram = try #require(Histogram(edges: [0, 1, 4]))
    histogram.update(contentsOf: [0.5, 2, 3, 9, .nan, -1])
    #expect(try JSONDecoder().decode(Histogram.self, from: JSONEncoder().encode(histogram)) == histogram)
    for text in [
      #"{"edges":[0,1],"counts":[1,2]}"#, #"{"edges":[1,0],"counts":[1]}"#, #"{"edges":[0,1],"counts":[-1]}"#,
    ] {
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(Histogram.self, from: Data(text.utf8)) }
    }
  }
}

@Suite("AutomaticHistogram")
struct AutomaticHistogramTests {
  private func automatic(_ values: [Double], _ layout: HistogramLayout = HistogramLayout()) -> Histogram? {
    var statistic = AutomaticHistogram(layout: layout)
    statistic.update(contentsOf: values)
    return statistic.value
  }

  @Test("finds NumPy's Freedman-Diaconis edges and counts while it is exact", arguments: DistributionCase.all)
  func oracle(expected: DistributionCase) throws {
    let histogram = try #require(automatic(expected.values))
    #expect(histogram.edges.count == expected.fdEdges.count)
    for (edge, fdEdge) in zip(histogram.edges, expected.fdEdges) {
      #expect(agree(edge, fdEdge, within: 1e-14))
    }
    #expect(histogram.counts == expected.fdCounts)
  }

  @Test("is close to the exact histogram beyond the limit", arguments: [0.0, 0.5, 10, 1e3, -1e6, 1e12])
  func beyondLimit(offset: Double) throws {
    let values = Numbers.uniform.make(30_000).map { $0 * $0 + offset }
    let found = try #require(automatic(values))
    var exact = try #require(Histogram(edges: found.edges))
    exact.update(contentsOf: values)
    #expect(found.count == 30_000 && found.belowCount == 0 && found.aboveCount == 0)
    #expect(found.binCount > 20)
    let moved = zip(found.counts, exact.counts).reduce(0) { $0 + ($1.0 - $1.1).magnitude }
    // An edge moves at most the part of its cell: 8,192 cells hold four values each.
    #expect(moved < 300, "\(moved) of 30,000 in another bin, \(found.binCount) bins")
  }

  @Test("stays close if one value is far larger than all others")
  func outlier() throws {
    let values = Numbers.uniform.make(30_000).map { $0 + 0.01 } + [1e9]
    let found = try #require(automatic(values, HistogramLayout(coveredProbabilities: 0...0.9999)))
    var exact = try #require(Histogram(edges: found.edges))
    exact.update(contentsOf: values)
    #expect(found.binCount > 20)
    let moved = zip(found.counts, exact.counts).reduce(0) { $0 + ($1.0 - $1.1).magnitude }
    #expect(moved < 900, "\(moved) of 30,000 in another bin, \(found.binCount) bins")
  }

  @Test("never has more bins than its limit", arguments: [1, 2, 10, 200], [false, true])
  func limit(maximum: Int, isRound: Bool) throws {
    let values = Numbers.uniform.make(3000) + [1e6]
    let layout = HistogramLayout(maximumBinCount: maximum, hasRoundEdges: isRound)
    let histogram = try #require(automatic(values, layout))
    #expect(histogram.binCount <= maximum)
    #expect(histogram.insideCount == 3001)
  }

  @Test("covers the requested quantiles and counts the rest outside")
  func coverage() throws {
    let values = Numbers.uniform.make(2000) + [1e6]
    let histogram = try #require(automatic(values, HistogramLayout(coveredProbabilities: 0...0.999)))
    #expect(histogram.aboveCount == 2 && histogram.belowCount == 0)
    #expect(histogram.edges[histogram.binCount] <= 1)
    #expect(histogram.binCount > 5)
  }

  @Test("has round edges that cover the data")
  func roundEdges() throws {
    let layout = HistogramLayout(hasRoundEdges: true)
    let histogram = try #require(automatic((0...100).map { 0.013 + Double($0) * 0.01 }, layout))
    #expect(histogram.edges == [0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2])
    #expect(histogram.insideCount == 101)
  }

  @Test("handles every kind of data", arguments: Numbers.allCases, sizes)
  func kinds(numbers: Numbers, size: Int) throws {
    let values = numbers.make(size)
    let finite = values.filter(\.isFinite)
    for isRound in [false, true] {
      let histogram = automatic(values, HistogramLayout(hasRoundEdges: isRound))
      #expect((histogram == nil) == finite.isEmpty)
      #expect(histogram.map(\.insideCount) ?? 0 == finite.count)
      #expect(histogram.map(\.nanCount) ?? 0 == (finite.isEmpty ? 0 : values.count { $0.isNaN }))
    }
  }

  @Test(
    "handles ranges at the limits of doubles",
    arguments: [
      [-1.7e308, 1.7e308], [1, 1.0000000000000002], [1e300], [.leastNonzeroMagnitude, 0], [1e17, 1e17 + 32],
    ]
      as [[Double]])
  func extremes(values: [Double]) throws {
    for isRound in [false, true] {
      let histogram = try #require(automatic(values, HistogramLayout(hasRoundEdges: isRound)))
      #expect(histogram.insideCount == values.count)
    }
  }
}
