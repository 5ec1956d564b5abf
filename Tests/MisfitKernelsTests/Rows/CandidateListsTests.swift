import MisfitCore
import Testing

@testable import MisfitKernels

@Suite("Candidate lists")
struct CandidateListsTests {
  /// Keys that repeat, for many ties.
  private func keys(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float(generator.nextIndex(below: count / 2 + 1)) }
  }

  @Test(
    "the smallest keys are kept, of equal ones the first, however blocks are split",
    arguments: [1, 15, 16, 17, 100, 1000], [1, 3, 40])
  func smallest(count: Int, capacity: Int) {
    let keys = keys(count, seed: 3)
    let sorted = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    let expected = Set(sorted.prefix(capacity))
    for block in [1, 7, 16, 33, count] {
      let lists = CandidateLists(rowCapacity: 2, capacity: capacity)
      for start in stride(from: 0, to: count, by: block) {
        let part = Array(keys[start..<min(start + block, count)])
        // The key is a square minus twice a product: in the second row, products make it negative.
        let products = FloatBuffer(part.map { _ in 0 } + part).all
        lists.scan(products: products, squares: FloatBuffer(part).all, firstReference: start)
      }
      #expect(Set(lists.candidates(ofRow: 0)) == expected)
      let reversed = keys.indices.sorted { (-keys[$0], $0) < (-keys[$1], $1) }
      #expect(Set(lists.candidates(ofRow: 1)) == Set(reversed.prefix(capacity)))
    }
  }

  @Test("a list can be reset and reused")
  func reset() {
    let lists = CandidateLists(rowCapacity: 1, capacity: 2)
    for keys: [Float] in [[1, 2, 3], [9, 8, 7]] {
      lists.reset()
      lists.scan(
        products: FloatBuffer(count: 3).all, squares: FloatBuffer(keys).all, firstReference: 0)
    }
    #expect(Set(lists.candidates(ofRow: 0)) == [1, 2])
  }
}

@Suite("Squared distance")
struct SquaredDistanceTests {
  @Test("the squared distance is the sum of the squared differences", arguments: [1, 7, 8, 9, 100])
  func values(count: Int) {
    let a = FloatBuffer((0..<count).map { Float($0) * 0.5 }).all
    let b = FloatBuffer((0..<count).map { Float($0) * 0.25 + 1 }).all
    let expected = (0..<count).reduce(0.0) { sum, index in
      let difference = Double(a[index]) - Double(b[index])
      return sum + difference * difference
    }
    #expect(abs(SquaredDistance.between(a, b) - expected) <= 1e-12 * expected)
    #expect(SquaredDistance.between(a, a) == 0)
  }
}

@Suite("Symmetric eigenvectors")
struct SymmetricEigenvectorsTests {
  @Test(
    "eigenvalues descend, and the matrix times an eigenvector is its eigenvalue times it",
    arguments: [1, 2, 5, 40])
  func definition(size: Int) throws {
    var generator = SeededGenerator(seed: 8)
    var matrix = Array(repeating: 0.0, count: size * size)
    for row in 0..<size {
      for column in 0...row {
        let value = generator.nextUnitDouble() - 0.5
        matrix[row * size + column] = value
        matrix[column * size + row] = value
      }
    }
    let found = try SymmetricEigenvectors.of(matrix, size: size)
    #expect(zip(found.values, found.values.dropFirst()).allSatisfy { $0 >= $1 })
    for index in 0..<size {
      let vector = Array(found.vectors[index * size..<(index + 1) * size])
      #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
      for row in 0..<size {
        let product = (0..<size).reduce(0.0) { $0 + matrix[row * size + $1] * vector[$1] }
        #expect(abs(product - found.values[index] * vector[row]) < 1e-12)
      }
    }
  }
}
