import MisfitCore

extension Network {
  /// The layers as a Graphviz graph (`dot -Tpng` draws it); the code layer has a double frame.
  package var graph: String {
    var lines = ["digraph network {", "  rankdir=TB;", "  node [shape=box, fontname=\"sans-serif\"];"]
    lines.append("  input [label=\"input\\n\(architecture.inputShape)\"];")
    var before = "input"
    for (index, row) in layerTable.enumerated() {
      let name = "layer\(index)"
      var label = "\(row.text)\\n\(row.outputShape)"
      if row.parameterCount > 0 { label += "\\n\(NumberText.grouped(row.parameterCount)) parameters" }
      let frame = index == architecture.codeLayer ? ", peripheries=2" : ""
      lines.append("  \(name) [label=\"\(label)\"\(frame)];")
      lines.append("  \(before) -> \(name);")
      if let number = architecture.layers[index].kind.skippedNumber {
        lines.append("  \(number == 0 ? "input" : "layer\(number - 1)") -> \(name);")
      }
      before = name
    }
    return (lines + ["}", ""]).joined(separator: "\n")
  }
}
