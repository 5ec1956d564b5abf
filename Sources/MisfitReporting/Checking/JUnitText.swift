import Misfit
import MisfitReports

/// A check as JUnit XML, which services of continuous integration show.
///
/// Each kind of finding is a test case, and so is each column; failures are in the case of their column or
/// kind.
package enum JUnitText {
  /// Returns the bytes of the file.
  package static func bytes(of result: CheckResult) -> [UInt8] {
    var cases: [(name: String, group: String, failures: [CheckFinding])] = []
    for kind in CheckFinding.Kind.allCases {
      cases.append(
        (kind.rawValue, "data", result.failures.filter { $0.kind == kind && !isOfKnown($0, result) }))
    }
    for column in result.columns {
      cases.append((column.name, "columns", result.failures.filter { $0.column == column.name }))
    }
    let failed = cases.count { !$0.failures.isEmpty }
    let counts = "tests=\"\(cases.count)\" failures=\"\(failed)\" errors=\"0\""
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<testsuites \(counts)>\n"
    text += "  <testsuite name=\"Check of \(escaped(result.source))\" \(counts)>\n"
    for entry in cases {
      text += "    <testcase classname=\"misfit.\(entry.group)\" name=\"\(escaped(entry.name))\""
      text += entry.failures.isEmpty ? "/>\n" : ">\n\(failure(entry.failures))    </testcase>\n"
    }
    return Array((text + "  </testsuite>\n</testsuites>\n").utf8)
  }

  private static func isOfKnown(_ finding: CheckFinding, _ result: CheckResult) -> Bool {
    result.columns.contains { $0.name == finding.column }
  }

  private static func failure(_ findings: [CheckFinding]) -> String {
    let kinds = findings.map(\.kind.rawValue).joined(separator: ", ")
    let lines = findings.map { finding in
      [finding.text, finding.rowsText].filter { !$0.isEmpty }.joined(separator: "; ")
    }
    return """
            <failure type="\(kinds)" message="\(escaped(lines[0]))">\(escaped(lines.joined(separator: "\n")))\
      </failure>

      """
  }

  /// Returns text for XML; characters that XML 1.0 forbids become question marks.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n": escaped += "&#10;"
      case "\t": escaped += "&#9;"
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += "?"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
