import MisfitCore
import MisfitIngest
import Testing
import _TestSupport

@testable import Misfit

@Suite struct SeriesRecordTests {
  @Test("a saved model scores the same bits", arguments: ["neighbors", "pca"])
  func aSavedModelScoresTheSameBits(name: String) throws {
    let folder = try TemporaryFolder()
    let source = try SeriesSamples.source(SeriesSamples.table(rows: 200))
    let detector = try Detector.fit(
      source, options: SeriesSamples.options(name == "pca" ? .principalComponents : .neighbors))
    try detector.save(folder.file("m.misfit"))
    let loaded = try Detector.load(folder.file("m.misfit"))
    #expect(loaded.record.series == detector.record.series)
    #expect(
      try loaded.score(source).scores().map(\.bitPattern)
        == detector.score(source).scores().map(\.bitPattern))
    #expect(try loaded.score(source).events() == detector.score(source).events())
  }

  private static func record() throws -> SeriesRecord {
    try SeriesSamples.record(SeriesSamples.table(rows: 40), SeriesOptions(), step: 60).0
  }

  @Test("a record of an earlier version has neither bands nor outliers")
  func aRecordOfAnEarlierVersionHasNeitherBandsNorOutliers() throws {
    let record = try Self.record()
    #expect(record.isUsable)
    #expect(record.bands == nil && record.outliers == nil)
  }

  @Test("a record of a fit can be used") func aRecordOfAFitCanBeUsed() throws {
    #expect(try Self.record().isUsable)
  }

  /// Changes that no fit makes.
  private static let changes: [@Sendable (inout SeriesRecord) -> Void] = [
    { $0.columns = [] }, { $0.columns = [7] }, { $0.columns = [-1] }, { $0.columns = [1, 1] },
    { $0.timeColumn = 1 }, { $0.timeColumn = 9 }, { $0.seriesColumn = 0 }, { $0.step = 0 },
    { $0.step = -60 }, { $0.step = .infinity }, { $0.windows.length = 1 }, { $0.windows.length = .max },
    { $0.windows.stride = 0 }, { $0.windows.stride = 25 }, { $0.windows.columnCount = 2 },
    { $0.windows.levelWeight = 0 }, { $0.windows.levelWeight = .nan }, { $0.windows.levelWeight = 2 },
    { $0.bands = [] }, { $0.bands = [-1] }, { $0.bands = [.infinity] },
    { $0.outliers?.limits = [] }, { $0.outliers?.limits = [-1] }, { $0.outliers?.limits = [.nan] },
    { $0.outliers?.limitsBySeries = ["a": [1, 2]] }, { $0.outliers?.raise.spread = 0 },
  ]

  @Test("a record that no fit makes cannot be used", arguments: changes.indices)
  func aRecordThatNoFitMakesCannotBeUsed(change: Int) throws {
    var record = try #require(
      try Detector.fit(
        SeriesSamples.source(SeriesSamples.table(rows: 120)), options: SeriesSamples.options()
      ).record.series)
    #expect(record.isUsable && record.outliers != nil && record.bands?.count == 1)
    Self.changes[change](&record)
    #expect(!record.isUsable)
  }

  @Test(
    "a model file with an altered record is refused",
    arguments: [
      (#""length":24"#, #""length":23"#), (#""length":24"#, #""length":0"#), (#""stride":3"#, #""stride":0"#),
      (#""columns":[1]"#, #""columns":[5]"#), (#""columns":[1]"#, #""columns":[]"#),
      (#""gaps":"auto""#, #""gaps":"????""#),
    ])
  func aModelFileWithAnAlteredRecordIsRefused(old: String, new: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("m.misfit")
    try Detector.fit(
      SeriesSamples.source(SeriesSamples.table(rows: 120)), options: SeriesSamples.options()
    ).save(path)
    // The header is JSON in a string of JSON, and its length is the first eight bytes.
    func escaped(_ text: String) -> [UInt8] { Array(text.replacing("\"", with: "\\\"").utf8) }
    var bytes = try Self.bytes(of: path)
    let range = try #require(bytes.firstRange(of: escaped(old)))
    var replacement = escaped(new)
    replacement += Array(repeating: 0x20, count: max(0, range.count - replacement.count))
    bytes.replaceSubrange(range, with: replacement)
    try OutputFile.write(bytes, to: path)
    #expect(throws: ModelFileError.self) { try Detector.load(path) }
  }

  private static func bytes(of path: String) throws -> [UInt8] {
    let file = try ByteFile.reading(path)
    var bytes: [UInt8] = []
    while try file.read(upTo: 1 << 16, appendingTo: &bytes) > 0 {}
    return bytes
  }
}
