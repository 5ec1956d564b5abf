import MisfitCore
import MisfitIngest
import Testing
import _TestSupport

@testable import Misfit

@Suite("The distributions of the columns that a model holds")
struct ReferenceProfileTests {
  /// Rows of a column with ties, one with many values, a constant one and one that rises.
  private static func rows(_ count: Int) -> [[Double]] {
    (0..<count).map { (row: Int) -> [Double] in
      let (tied, spread) = (Double(row % 7), Double(row * 37 % 1009) / 10)
      return [tied, spread, 5, 1e6 + Double(row)]
    }
  }

  private static func detector(_ model: ModelChoice = .principalComponents) throws -> Detector {
    var options = FitOptions()
    options.model = model
    options.rows.validationShare = 0
    return try Detector.fit(MemorySource(rows: rows(600)), options: options)
  }

  @Test("count every training row once, in ascending bins, and notice a column in the order of its rows")
  func counts() throws {
    let profile = try #require(try Self.detector().record.profile)
    #expect(profile.columns.count == 4)
    for column in profile.columns {
      let column = try #require(column)
      #expect(column.counts.reduce(0, +) == 600 && column.counts.count == column.edges.count + 1)
      #expect(column.counts.first == 0 && column.counts.last == 0 && column.edges.count <= 66)
      #expect(zip(column.edges, column.edges.dropFirst()).allSatisfy { $0 < $1 })
    }
    #expect(profile.columns[0]?.edges.count == 8 && profile.columns[2]?.edges.count == 2)
    #expect(profile.columns[3]?.trend == 1 && (profile.columns[1]?.trend.magnitude ?? 1) < 0.5)
  }

  @Test("survive a file, and do not depend on the number of threads")
  func file() throws {
    let detector = try Self.detector()
    let folder = try TemporaryFolder()
    try detector.save(folder.file("model.misfit"))
    #expect(try Detector.load(folder.file("model.misfit")).record.profile == detector.record.profile)
    var options = FitOptions()
    options.model = .principalComponents
    options.rows.validationShare = 0
    options.run.threadCount = 1
    let single = try Detector.fit(MemorySource(rows: Self.rows(600)), options: options)
    #expect(single.record.profile == detector.record.profile)
  }

  @Test(
    "that contradict themselves are refused, and a file without them is read",
    arguments: ["profile.sizes", "profile.edges", "profile.counts", "profile.trends"])
  func hostile(name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("model.misfit")
    try Self.detector().save(path)
    for values: [Float] in [[], [.nan], [-1], [3], [1e30, 4]] {
      var file = try HandMadeModel(of: path)
      for index in file.tensors.indices where file.tensors[index].name == name {
        file.tensors[index].extents = [values.count]
        file.tensors[index].values = values
      }
      try file.write(to: folder.file("hostile.misfit"))
      #expect(throws: ModelFileError.self) { try Detector.load(folder.file("hostile.misfit")) }
    }
    var earlier = try HandMadeModel(of: path)
    earlier.tensors.removeAll { $0.name.hasPrefix("profile.") }
    try earlier.write(to: folder.file("earlier.misfit"))
    #expect(try Detector.load(folder.file("earlier.misfit")).record.profile == nil)
  }

  @Test("find no change in the training rows, and any value of a constant column that is new")
  func comparison() throws {
    let detector = try Self.detector()
    func result(_ rows: [[Double]]) throws -> CheckResult {
      var check = DataCheck(detector)
      try detector.score(MemorySource(rows: rows)).forEachBatch { check.update($0) }
      return check.result(of: "rows")
    }
    let same = try result(Self.rows(600))
    #expect(same.passes && same.columns.allSatisfy { ($0.shift ?? 1) < 1e-9 })
    var rows = Self.rows(600)
    for index in 300..<600 { rows[index][2] = 5.01 }
    let changed = try result(rows)
    let finding = try #require(changed.failures.first { $0.kind == .drift })
    #expect(finding.column == "column_3" && finding.rows?.upperBound == 600)
    #expect((285...301).contains(finding.rows?.lowerBound ?? 0))
    #expect(try #require(finding.effect) > 0.49)
  }
}
