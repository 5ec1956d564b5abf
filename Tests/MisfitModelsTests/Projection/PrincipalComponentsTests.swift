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

  @Test("A share of the variance keeps as few components as explain it")
  func shareOfVariance() throws {
    let all = try fit(.count(5))
    for share in [0.01, 0.5, 0.9, 0.999] {
      let model = try fit(.varianceShare(share))
      #expect(model.explainedShare >= share - 1e-6)
      #expect(all.explainedShares.prefix(model.codeCount - 1).reduce(0, +) < share)
    }
    #expect(try fit(.varianceShare(1)).codeCount == 5)
    #expect(try fit(.count(99)).codeCount == 5)
  }

  @Test("All components rebuild every row")
  func complete() throws {
    let fixture = try ModelFixture.read().pca
    let rows = Array(fixture.rows.prefix(50))
    let found = try fit(.count(5)).results(of: rows).reconstructions
    #expect(areNear(found.map(Double.init), rows.map(Double.init), relative: 1e-5))
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

  @Test("More columns than a matrix of them has room for are refused")
  func tooWide() {
    let rows = FixedRows(Array(repeating: 0, count: 2 * 4097), width: 4097)
    #expect(throws: ModelError(.tooWide(width: 4097, limit: 4096))) {
      try PrincipalComponents.fit(rows, components: .count(1), on: pool())
    }
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
