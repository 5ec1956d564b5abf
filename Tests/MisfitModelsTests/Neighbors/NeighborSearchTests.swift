import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Neighbour search")
struct NeighborSearchTests {
  @Test("Neighbours and distances are scikit-learn's")
  func oracle() throws {
    let fixture = try ModelFixture.read().neighbors
    let reference = ReferenceRows(FloatBuffer(fixture.reference).all, width: fixture.width)
    let search = NeighborSearch(among: reference, neighborCount: 7, rowCapacity: 64)
    search.find(of: FloatBuffer(fixture.queries).all, rowCount: 40)
    for row in 0..<40 {
      #expect(
        (0..<7).map { search.index(ofRow: row, at: $0) } == Array(fixture.indices[row * 7..<row * 7 + 7]))
      let distances = (0..<7).map { search.distance(ofRow: row, at: $0) }
      #expect(areNear(distances, Array(fixture.distances[row * 7..<row * 7 + 7]), relative: 1e-9))
    }
  }

  /// Every distance, sorted: what the blocked products must find too.
  private func plain(_ rows: [Float], _ query: ArraySlice<Float>, width: Int) -> [(Double, Int)] {
    stride(from: 0, to: rows.count, by: width).map { start in
      var sum = 0.0
      for (a, b) in zip(rows[start..<start + width], query) {
        let difference = Double(a) - Double(b)
        sum += difference * difference
      }
      return (sum.squareRoot(), start / width)
    }.sorted { $0 < $1 }
  }

  @Test(
    "Any number of references, columns and neighbours gives the nearest",
    arguments: [(2, 1, 1), (15, 3, 5), (16, 3, 16), (17, 16, 40), (600, 17, 30), (5000, 2, 3)])
  func sizes(count: Int, width: Int, neighbors: Int) {
    let rows = FixedRows.random(rows: count + 3, width: width, seed: 5)
    let values = FloatBuffer(count: (count + 3) * width).all
    rows.beginEpoch(0, shuffled: false)
    rows.gather(0..<count + 3, into: values)
    let (known, asked) = (values[0..<count * width], values[count * width..<(count + 3) * width])
    let search = NeighborSearch(
      among: ReferenceRows(known, width: width), neighborCount: neighbors, rowCapacity: 128)
    search.find(of: asked, rowCount: 3)
    #expect(search.neighborCount == min(neighbors, count))
    for row in 0..<3 {
      let expected = plain(known.array, asked.array[row * width..<(row + 1) * width], width: width)
      for place in 0..<search.neighborCount {
        #expect(search.index(ofRow: row, at: place) == expected[place].1)
        #expect(areClose(search.distance(ofRow: row, at: place), expected[place].0, relative: 1e-9))
      }
    }
  }

  @Test("A row is not its own neighbour, but its twin is")
  func itself() {
    let reference = ReferenceRows(FloatBuffer([0, 5, 5, 9]).all, width: 1)
    let search = NeighborSearch(among: reference, neighborCount: 2, leavesOutOneIdentical: true)
    search.find(of: FloatBuffer([5, 0]).all, rowCount: 2)
    #expect(search.distance(ofRow: 0, at: 0) == 0 && search.distance(ofRow: 0, at: 1) == 4)
    #expect(search.distance(ofRow: 1, at: 0) == 5 && search.distance(ofRow: 1, at: 1) == 5)
  }

  @Test("Far from the origin, neighbours keep their order")
  func farAway() {
    // Squared lengths of 1e10, whose rounding is larger than the squared distances.
    let reference = ReferenceRows(
      FloatBuffer([100_000, 100_000.25, 100_001, 100_003]).all, width: 1)
    let search = NeighborSearch(among: reference, neighborCount: 3)
    search.find(of: FloatBuffer([100_000.5]).all, rowCount: 1)
    #expect((0..<3).map { search.index(ofRow: 0, at: $0) } == [1, 0, 2])
  }

  @Test("Classes are scikit-learn's, tied votes among them")
  func classes() throws {
    let fixture = try ModelFixture.read().neighbors
    let reference = ReferenceRows(FloatBuffer(fixture.reference).all, width: fixture.width)
    let classifier = NeighborClassifier(reference: reference, classes: fixture.classes, neighborCount: 7)
    #expect(classifier.classify(FloatBuffer(fixture.queries).all, on: pool()) == fixture.found)
    #expect(fixture.tied.contains(true))
  }

  @Test("Of classes with as many votes, the smaller number wins")
  func tie() {
    let reference = ReferenceRows(FloatBuffer([0, 1, 2, 3]).all, width: 1)
    let classifier = NeighborClassifier(reference: reference, classes: [1, 0, 0, 1], neighborCount: 4)
    #expect(
      classifier.votes(for: FloatBuffer([-1, 1.2]).all, on: pool()) == [
        .init(found: 0, count: 2), .init(found: 0, count: 2),
      ])
  }

  @Test("Accuracy, recall and precision count rows, and are nil where there are none")
  func confusion() {
    let matrix = ConfusionMatrix(actual: [0, 0, 0, 1], found: [0, 0, 1, 0], classCount: 3)
    #expect(matrix.counts == [[2, 1, 0], [1, 0, 0], [0, 0, 0]])
    #expect(matrix.accuracy == 0.5)
    #expect((0..<3).map { matrix.recall(ofClass: $0) } == [2.0 / 3, 0, nil])
    #expect((0..<3).map { matrix.precision(ofClass: $0) } == [2.0 / 3, 0, nil])
    #expect(ConfusionMatrix(actual: [], found: [], classCount: 1).accuracy == nil)
  }

  @Test("A sample has as many rows as asked for, in the order of the source")
  func sample() throws {
    let rows = FixedRows((0..<3000).map(Float.init), width: 1)
    let sample = try ReferenceRows.sample(of: rows, limit: 100, seed: 3)
    #expect(sample.count == 100)
    #expect(sample.rows.array == sample.rows.array.sorted() && Set(sample.rows.array).count == 100)
    #expect(try ReferenceRows.sample(of: rows, limit: 100, seed: 3).rows.array == sample.rows.array)
    #expect(try ReferenceRows.sample(of: rows, limit: 100, seed: 4).rows.array != sample.rows.array)
    #expect(try ReferenceRows.sample(of: rows, limit: 5000, seed: 3).count == 3000)
  }

  @Test("A row that is no number has neighbours, at distances that are none", arguments: [false, true])
  func notANumber(leavesOutOneIdentical: Bool) {
    let reference = ReferenceRows(FloatBuffer([0, 1, 2, 3, 4, 5] as [Float]).all, width: 2)
    let search = NeighborSearch(
      among: reference, neighborCount: 2, leavesOutOneIdentical: leavesOutOneIdentical, rowCapacity: 2)
    search.find(of: FloatBuffer([.nan, 1, 2, 3] as [Float]).all, rowCount: 2)
    #expect((0..<2).map { search.index(ofRow: 0, at: $0) } == [0, 1])
    #expect((0..<2).allSatisfy { search.distance(ofRow: 0, at: $0).isNaN })
    #expect(search.index(ofRow: 1, at: 0) == (leavesOutOneIdentical ? 0 : 1))
  }
}
