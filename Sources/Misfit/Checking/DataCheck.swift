import MisfitAnalytics
import MisfitCore
import MisfitIngest

/// A check of new data by a model: its schema, the distributions of its columns, and its rows.
///
/// It takes one pass over the data, in constant memory.
package struct DataCheck {
  private let detector: Detector
  private let options: CheckOptions
  private var tally: DataTally
  private var rows: FlaggedRows

  /// Creates a check by a model.
  package init(_ detector: Detector, options: CheckOptions = CheckOptions()) {
    self.detector = detector
    self.options = options
    tally = DataTally(CheckedColumnPlan.plans(of: detector))
    rows = FlaggedRows(detector, options)
  }

  /// The number of rows so far.
  package var rowCount: Int { tally.rowCount }

  /// Adds the rows of a batch.
  package mutating func update(_ batch: ScoredBatch) {
    tally.update(batch)
    rows.update(batch)
  }

  /// Returns the result; `known` are findings from the opening and reading of the data.
  package func result(of source: String, known: [CheckFinding] = []) -> CheckResult {
    var result = CheckResult(source: source)
    result.rowCount = tally.rowCount
    if tally.rowCount > 0 { result.notes = notes }
    var (tests, columns) = ([ColumnComparison.Test](), [CheckedColumn]())
    var owners: [Int?] = []
    for column in tally.columns where tally.rowCount > 0 {
      let comparison = ColumnComparison(column, of: tally, options)
      for test in comparison.tests {
        owners.append(test.finding.kind == .drift ? columns.count : nil)
        tests.append(test)
      }
      columns.append(
        CheckedColumn(
          name: column.plan.name, kind: column.plan.kind,
          trainingMissingShare: comparison.trainingMissingShare, missingShare: comparison.missingShare,
          shift: comparison.shift, trend: comparison.trend, shares: comparison.shares))
    }
    let adjusted = CountTests.adjusted(tests.map(\.pValue))
      .map { min(1, $0 / CheckOptions.levelShares.columns) }
    for (index, owner) in owners.enumerated() { if let owner { columns[owner].pValue = adjusted[index] } }
    (result.columns, result.testCount) = (columns, tests.count)
    result.findings = known + Self.findings(tests, adjusted, level: options.level)
    rows.report(in: &result, days: days)
    result.findings = result.findings.map(allowing)
    let failing = result.findings.filter(\.fails)
    result.findings = failing + result.findings.filter { !$0.fails }
    return result
  }

  /// Returns the findings that fail, and unseen levels, which are of interest anyway.
  private static func findings(
    _ tests: [ColumnComparison.Test], _ adjusted: [Double], level: Double
  ) -> [CheckFinding] {
    var findings: [CheckFinding] = []
    for (test, pValue) in zip(tests, adjusted) {
      var finding = test.finding
      finding.pValue = pValue
      finding.fails = finding.fails && pValue <= level
      guard finding.fails || finding.kind == .levels else { continue }
      // A burst is more precise than the share of all rows.
      let same = findings.firstIndex { $0.kind == finding.kind && $0.column == finding.column }
      if let same { findings[same] = finding } else { findings.append(finding) }
    }
    let unseen = Set(findings.filter { $0.kind == .levels && $0.fails }.map(\.column))
    findings.removeAll { $0.kind == .drift && unseen.contains($0.column) && $0.isOfOtherLevels }
    return findings.sorted { ($0.effect?.magnitude ?? 0) > ($1.effect?.magnitude ?? 0) }
  }

  private func allowing(_ finding: CheckFinding) -> CheckFinding {
    var finding = finding
    if options.allowed.contains(finding.kind) { finding.fails = false }
    return finding
  }

  /// The first column of dates with the number of its days; nil without dates.
  private var days: (column: String, count: Int)? {
    tally.columns.first { !$0.days.isEmpty }.map { ($0.plan.name, $0.days.count) }
  }

  private var notes: [String] {
    if tally.columns.isEmpty {
      return ["columns are compared for models of rows, not of images or series: only scores are checked"]
    }
    guard detector.record.profile == nil else { return [] }
    return [
      """
      the model has no profile of its columns, as of an earlier version: of numbers, only those outside the \
      range of training are found; fit it again for a full comparison
      """
    ]
  }
}
