import Misfit
import MisfitCore
import MisfitIngest
import MisfitReports

extension TableColumn {
  /// Returns the column as JSON; `naming` returns the program's word for an option.
  package func json(naming: (OptionName, _ value: String?) -> String) -> JSONValue {
    var object: JSONObject = [
      "name": JSONValue(name), "kind": JSONValue(kind.rawValue),
      "reason": JSONValue(reason.text(naming: naming)),
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
    object["remark"] = remark.map { JSONValue($0.text(naming: naming)) }
    if let dates, let figures = dates.figures {
      object["earliest"] = JSONValue(CellValue.date(figures.earliest, hasTime: figures.hasTime).description)
      object["latest"] = JSONValue(CellValue.date(figures.latest, hasTime: figures.hasTime).description)
      object["cycles"] = .array(dates.encoding.cycles.map { JSONValue($0.rawValue) })
    }
    if let counts = encoding.levelCounts, !counts.levels.isEmpty {
      object["levels"] = .array(
        counts.levels.map { ["text": JSONValue($0.text), "cells": JSONValue($0.count)] })
      object["otherCells"] = JSONValue(counts.otherCount)
    }
    return .object(object)
  }
}

extension TableInspection {
  /// Returns the table as JSON; `naming` returns the program's word for an option.
  package func json(source: String, naming: (OptionName, _ value: String?) -> String) -> JSONObject {
    [
      "source": JSONValue(source), "rows": JSONValue(rowCount), "allNumbers": JSONValue(isAllNumbers),
      "inputs": JSONValue(columns.reduce(0) { $0 + $1.width }),
      "columns": .array(columns.map { $0.json(naming: naming) }),
    ]
  }
}
