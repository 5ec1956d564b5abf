import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Principal components")
struct PrincipalComponentsTests {
  private func fit(_ choice: ComponentChoice, threadCount: Int = 2) throws -> PrincipalComponents {
    let fixture = try ModelFixture.read().pca
    return try .fit(
      FixedRows(fixture.rows, width: fixture.width), components: choice, on: pool(threadCount))
  }

  @Test("Directions, variances, codes and reconstructions are scikit-learn's")
  func oracle() throws {
    let fixture = try ModelFixture.read().pca
    let model = try fit(.count(2))
    #expect(model.codeCount == 2 && model.width == 5)
    #expect(areNear(model.mean.array.map(Double.init), fixture.mean, relative: 1e-6))
    #expect(areNear(model.components.array.map(Double.init), fixture.components, relative: 1e-4))
    #expect(areNear(model.variances.array.map(Double.init), fixture.variances, relative: 1e-5))
    #expect(areNear(model.explainedShares, fixture.shares, relative: 1e-5))
    let results = model.results(of: Array(fixture.rows.prefix(20)))
    #expect(areNear(results.codes.map(Double.init), fixture.codes, relative: 1e-4))
    #expect(
      areNear(results.reconstructions.map(Double.init), fixture.reconstructions, relative: 1e-5))
  }

  @Test("Scores are the Mahalanobis distances of scikit-learn's probabilistic PCA, in the unit of the error")
  func scores() throws {
    let fixture = try ModelFixture.read().pca
    let model = try fit(.count(2))
    #expect(model.hasOwnScore)
    let results = model.results(of: Array(fixture.rows.prefix(100)))
    #expect(areNear(results.scores.map(Double.init), fixture.scores, relative: 1e-3))
    for row in 0..<20 {
      let shares = results.shares[row * 5..<(row + 1) * 5]
      #expect(shares.allSatisfy { $0 >= 0 } && abs(shares.reduce(0, +) - 1) < 1e-5)
    }
  }

  @Test(
    "A row far out along the kept components has a large score, and its column has the largest share"
  )
  func alongComponents() throws {
    var generator = SeededGenerator(seed: 8)
    let rows = (0..<300).flatMap { _ -> [Float] in
      (0..<4).map { scale in Float(scale + 1) * (generator.nextUnitFloat() - 0.5) }
    }
    let model = try PrincipalComponents.fit(FixedRows(rows, width: 4), components: .count(2), on: pool())
    let usual = model.results(of: rows).scores
    let far = model.results(of: [0, 0, 0, 20])
    #expect(far.reconstructions[3] > 19.5)
    #expect(far.scores[0] > 10 * (usual.max() ?? .infinity))
    #expect(far.shares[3] > 0.9)
  }

  @Test(
    "A column is expected where the others of its row put it, as NumPy has it",
    arguments: [[0..<1, 1..<2, 2..<3, 3..<4, 4..<5], [0..<2, 2..<5]])
  func expectation(columns: [Range<Int>]) throws {
    let fixture = try ModelFixture.read().pca
    let model = try fit(.count(2))
    let wanted = columns.count == 5 ? fixture.expectations : fixture.blockExpectations
    var row = Array(fixture.rows[5..<10])
    row[0] += 3
    let found = model.expectation(of: row, columns: columns)
    #expect(areNear(found.map(Double.init), wanted, relative: 2e-3))
  }

  @Test("Without a noise variance, as in files of earlier versions, there is no score but the error")
  func withoutNoise() throws {
    let model = try fit(.count(2))
    let old = PrincipalComponents(
      mean: model.mean, components: model.components, variances: model.variances)
    #expect(!old.hasOwnScore && old.tensors.count == 3 && model.tensors.count == 4)
    let rows = Array(try ModelFixture.read().pca.rows.prefix(10))
    #expect(old.results(of: rows).reconstructions == model.results(of: rows).reconstructions)
  }

  @Test("A share of the variance keeps as few components as explain it")
  func shareOfVariance() throws {
    for share in [0.01, 0.5, 0.9] {
      let model = try fit(.varianceShare(share))
      #expect(model.explainedShare >= share - 1e-6)
      #expect(model.explainedShares.dropLast().reduce(0, +) < share)
    }
  }

  @Test("Fewer components are kept than the rows have directions, whatever was asked for")
  func lessThanAll() throws {
    for choice in [ComponentChoice.varianceShare(1), .count(5), .count(99)] {
      #expect(try fit(choice).codeCount == 4)
    }
  }

  @Test("A copy of a column, a constant and rounding are no directions of their own")
  func dependentColumns() throws {
    var generator = SeededGenerator(seed: 5)
    let rows = (0..<200).flatMap { _ -> [Float] in
      let (a, b, c) = (generator.nextUnitFloat(), generator.nextUnitFloat(), generator.nextUnitFloat())
      return [a, b, c, a, 1e-5 * generator.nextUnitFloat(), 7]
    }
    let model = try PrincipalComponents.fit(
      FixedRows(rows, width: 6), components: .varianceShare(1), on: pool())
    #expect(model.codeCount == 2)
    let errors = model.results(of: Array(rows.prefix(60))).reconstructions
    #expect(zip(errors, rows).contains { ($0 - $1).magnitude > 0.01 })
  }

  @Test("One direction alone is not kept: rows are compared with the mean")
  func oneDirection() throws {
    let rows = (0..<100).map { Float($0 % 10) }
    let model = try PrincipalComponents.fit(FixedRows(rows, width: 1), components: .count(1), on: pool())
    #expect(model.results(of: [4.5, 100]).reconstructions.allSatisfy { ($0 - 4.5).magnitude < 1e-5 })
    #expect(model.explainedShare == 0 && model.summary == "0 of 1 principal components")
  }

  @Test("The smaller side of the data leads to the same components")
  func smallerSide() throws {
    let fixture = try ModelFixture.read().pca
    let (width, rowCount) = (fixture.width, fixture.rows.count / fixture.width)
    let sample = try SampleComponents(FixedRows(fixture.rows, width: width)) { _ in 2 }
    #expect(rowCount == 700 && areNear(sample.mean, fixture.mean, relative: 1e-6))
    #expect(areNear(Array(sample.variances.prefix(width)), fixture.variances, relative: 1e-4))
    for (found, wanted) in zip(sample.directions, fixture.components) {
      #expect(abs(found.magnitude - wanted.magnitude) < 1e-3)
    }
  }

  @Test("Threads do not change a bit")
  func threads() throws {
    let (one, four) = (try fit(.count(3), threadCount: 1), try fit(.count(3), threadCount: 4))
    #expect(one.components.array == four.components.array)
    #expect(one.variances.array == four.variances.array)
  }

  @Test("Columns that never change have no variance, and constant rows no component that explains any")
  func constant() throws {
    let rows = FixedRows(Array(repeating: 3, count: 40), width: 4)
    let model = try PrincipalComponents.fit(rows, components: .varianceShare(0.95), on: pool())
    #expect(model.codeCount == 1 && model.explainedShare == 0)
    #expect(model.results(of: [3, 3, 3, 3]).reconstructions == [3, 3, 3, 3])
  }

  @Test("Rows of more columns than a covariance has room for are reconstructed from theirs")
  func wide() throws {
    var generator = SeededGenerator(seed: 6)
    let base = (0..<4100).map { _ in generator.nextUnitFloat() }
    let rows = (0..<6).flatMap { row in base.map { $0 * Float(row) + 0.1 * generator.nextUnitFloat() } }
    let model = try PrincipalComponents.fit(
      FixedRows(rows, width: 4100), components: .varianceShare(0.95), on: pool())
    #expect(model.codeCount == 1 && model.explainedShare > 0.99)
    let found = model.results(of: rows).reconstructions
    #expect(zip(found, rows).allSatisfy { ($0 - $1).magnitude < 0.15 })
  }
}

@Suite("Streamed covariance")
struct StreamedCovarianceTests {
  @Test("It is NumPy's, a mean of 500 notwithstanding")
  func oracle() throws {
    let fixture = try ModelFixture.read().pca
    let covariance = StreamedCovariance(width: fixture.width)
    try covariance.update(FixedRows(fixture.rows, width: fixture.width), on: pool())
    #expect(areNear(covariance.covariance ?? [], fixture.covariance, relative: 1e-5))
    #expect(areNear(covariance.mean, fixture.mean, relative: 1e-9))
  }

  @Test("Two sources after each other are as one", arguments: [1, 255, 256, 257, 699])
  func parts(first: Int) throws {
    let fixture = try ModelFixture.read().pca
    let (width, rows) = (fixture.width, fixture.rows)
    let parts = StreamedCovariance(width: width)
    try parts.update(FixedRows(Array(rows[..<(first * width)]), width: width), on: pool())
    try parts.update(FixedRows(Array(rows[(first * width)...]), width: width), on: pool())
    #expect(parts.rowCount == 700)
    #expect(areNear(parts.covariance ?? [], fixture.covariance, relative: 1e-5))
  }

  @Test("Without rows there is none")
  func empty() { #expect(StreamedCovariance(width: 3).covariance == nil) }
}
