import MisfitCore
import MisfitONNX

/// The inputs of a graph that takes the samples of a schema.
package struct SamplePorts: Sendable {
  /// The form of the samples.
  package enum Form: Sendable {
    /// Rows of numbers in one tensor: [N, D].
    case rows(name: String)
    /// Images in one tensor: [N, H, W, C].
    case images(name: String, extents: [Int])
    /// A tensor for each used column: [N, 1].
    case columns([(name: String, port: CellPort)])
  }

  /// The form of the samples.
  package let form: Form

  /// The names of the inputs in the graph, in the order of the columns.
  package var names: [String] {
    switch form {
    case .rows(let name), .images(let name, _): [name]
    case .columns(let columns): columns.map(\.name)
    }
  }
}

extension Schema {
  /// Adds inputs to a graph that take samples, and returns the rows that a model reads.
  ///
  /// A table whose columns are all numbers has one input of rows; another one has an input for each column.
  /// `name` is that of a single input.
  package func graphRows(
    in graph: GraphBuilder, named name: String
  ) -> (ports: SamplePorts, rows: GraphValue, missing: [Int]) {
    if let table { return table.graphRows(in: graph, named: name) }
    let values: GraphValue
    let form: SamplePorts.Form
    if let image = shape.imageExtents {
      let extents = [image.height, image.width, image.channels]
      let input = graph.input(name, .float, [nil] + extents.map { $0 })
      form = .images(name: input.name, extents: extents)
      values = input.cast(to: .double).reshaped([-1, width])
    } else {
      values = graph.input(name, .double, [nil, width])
      form = .rows(name: values.name)
    }
    let scaled = (values - common(offsets, graph)) / common(scales, graph)
    var encoded = scaled.bounded
    if shape.imageExtents == nil {
      let far = graph.inputs((0..<width).map { missingInput($0) }, name: "missing")
      encoded = graph.select(values.isMissing, far, encoded)
    }
    return (SamplePorts(form: form), encoded.roundedToFloat, [])
  }

  /// Returns a model's outputs in the units of the source, where all columns are numbers or pixels: [N, D].
  package func decodedGraph(_ outputs: GraphValue) -> GraphValue {
    outputs * common(scales, outputs.graph) + common(offsets, outputs.graph)
  }

  /// Returns the numbers of all columns, as one number if they are equal.
  private func common(_ values: [Double], _ graph: GraphBuilder) -> GraphValue {
    values.allSatisfy { $0 == values[0] } ? graph.number(values[0]) : graph.row(values, name: "scaling")
  }
}

extension GraphValue {
  /// Whether numbers are NaN or infinite, which means "no value" as it does in a text.
  fileprivate var isMissing: GraphValue { (self - self).isNaN }
}

extension TableSchema {
  fileprivate func graphRows(
    in graph: GraphBuilder, named name: String
  ) -> (ports: SamplePorts, rows: GraphValue, missing: [Int]) {
    let ports = used.map { $0.encoding.cells?.port ?? .numbers }
    var columns: [(name: String, port: CellPort)] = []
    var values: [GraphValue] = []
    let form: SamplePorts.Form
    if ports.allSatisfy({ $0 == .numbers }) {
      let rows = graph.input(name, .double, [nil, used.count])
      values = used.indices.map { rows.columns([$0]) }
      form = .rows(name: rows.name)
    } else {
      for (column, port) in zip(used, ports) {
        let (input, value) = cells(of: column, port, in: graph)
        columns.append((input.name, port))
        values.append(value)
      }
      form = .columns(columns)
    }
    let inputs = used.indices.compactMap { encoded(values[$0], column: $0) }
    let rows = graph.concatenate(inputs, axis: 1).roundedToFloat
    let missing = used.indices.flatMap { index in
      used[index].missingInputs.contains(where: \.isNaN) ? Array(self.inputs(of: index)) : []
    }
    return (SamplePorts(form: form), rows, missing)
  }

  /// Adds an input for the cells of a column, and returns their numbers, NaN for missing cells: [N, 1].
  private func cells(
    of column: TableColumn, _ port: CellPort, in graph: GraphBuilder
  ) -> (input: GraphValue, values: GraphValue) {
    guard case .texts(let levels) = port else {
      let input = graph.input(column.name, .double, [nil, 1])
      return (input, input)
    }
    var table = levels
    for word in missingWords.writings { table[word] = table[word] ?? -1 }
    let input = graph.input(column.name, .string, [nil, 1])
    let indices = input.indices(of: table, default: levels.values.reduce(0) { max($0, $1 + 1) })
    let values = indices.cast(to: .double)
    return (input, graph.select(values < 0, graph.number(.nan), values))
  }

  /// Returns the inputs of a column, see ``TableEncoder``: [N, 1] to [N, inputs].
  private func encoded(_ values: GraphValue, column index: Int) -> GraphValue? {
    let column = used[index]
    guard let cells = column.encoding.cells, let first = EncodedColumn(index, of: self) else { return nil }
    let graph = values.graph
    let isMissing = values.isMissing
    // A number in place of NaN, which no encoding has to handle.
    let known = graph.select(isMissing, graph.number(0), values)
    var inputs = cells.graph(known, unseen: first.unseen)
    if column.hasIndicator { inputs = graph.concatenate([inputs, known * 0], axis: 1) }
    return graph.select(isMissing, graph.inputs(first.missing, name: "missing"), inputs)
  }
}

extension MissingWords {
  /// The words in their usual writings, and the empty text.
  fileprivate var writings: [String] { [""] + words.flatMap { [$0, $0.lowercased(), $0.uppercased()] } }
}

extension TableColumn {
  /// Returns the cells that a model's outputs mean in a graph, numbers or texts: [N, inputs] to [N, 1].
  package func decodedGraph(_ outputs: GraphValue) -> GraphValue? {
    encoding.cells?.decodedGraph(outputs)
  }

  /// Returns inputs in the linear scale of the values, see ``NumberEncoding/decode(_:)`` and
  /// ``DateEncoding/seconds(ofTrend:)``; nil for levels.
  package func valuesGraph(_ inputs: GraphValue) -> GraphValue? {
    switch encoding {
    case .number(let cells): cells.encoding.decodedGraph(inputs)
    case .date(let cells): cells.encoding.secondsGraph(ofTrend: inputs / cells.encoding.weight)
    case .boolean, .categorical, .omitted: nil
    }
  }
}
