import Misfit
import MisfitIngest
import MisfitReports

extension TableColumn {
  /// The column as JSON.
  package var json: JSONValue {
    var object: JSONObject = [
      "name": JSONValue(name), "kind": JSONValue(kind.rawValue), "reason": JSONValue(reason),
      "used": JSONValue(isUsed), "cells": JSONValue(cellCount), "missing": JSONValue(missingCount),
      "missingShare": JSONValue(missingShare), "distinct": JSONValue(distinctCount),
      "encoding": JSONValue(encodingText), "inputs": JSONValue(width),
    ]
    if let numbers {
      object["mean"] = JSONValue(numbers.mean)
      object["standardDeviation"] = JSONValue(numbers.deviation)
      object["minimum"] = JSONValue(numbers.least)
      object["lowerQuartile"] = JSONValue(numbers.lowerQuartile)
      object["median"] = JSONValue(numbers.median)
      object["upperQuartile"] = JSONValue(numbers.upperQuartile)
      object["maximum"] = JSONValue(numbers.largest)
    }
    object["unread"] = unreadCount.map { JSONValue($0) }
    object["remark"] = remark.map { JSONValue($0) }
    if let dates {
      object["earliest"] = JSONValue(CellValue.date(dates.earliest, hasTime: dates.hasTime).description)
      object["latest"] = JSONValue(CellValue.date(dates.latest, hasTime: dates.hasTime).description)
      object["cycles"] = .array((date?.cycles ?? []).map { JSONValue($0.rawValue) })
    }
    if !levels.isEmpty {
      object["levels"] = .array(
        levels.map { ["text": JSONValue($0.text), "cells": JSONValue($0.count)] })
      object["otherCells"] = JSONValue(otherCount)
    }
    return .object(object)
  }
}

extension TableInspection {
  /// Returns the table as JSON.
  package func json(source: String) -> JSONObject {
    [
      "source": JSONValue(source), "rows": JSONValue(rowCount), "allNumbers": JSONValue(isAllNumbers),
      "inputs": JSONValue(columns.reduce(0) { $0 + $1.width }), "columns": .array(columns.map(\.json)),
    ]
  }
}
