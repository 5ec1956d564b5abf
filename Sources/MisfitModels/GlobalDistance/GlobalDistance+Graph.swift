import MisfitCore
import MisfitONNX

extension GlobalDistance {
  package func graph(_ rows: GraphRows) -> RowGraph {
    let clipped = neighbors(columns.clippedGraph(rows.value), clippedReference, "clipped")
    let compressed = neighbors(columns.compressedGraph(rows.value), compressedReference, "global.compressed")
    let raw = [
      clipped.meanDistance(nearest: clipped.count), compressed.meanDistance(nearest: compressed.count),
      histograms.graph(rows.value),
    ]
    let originals = rows.graph.matrix(reference.rows.slice.array, width: width, name: "global.reference")
    return RowGraph(
      input: rows.value, reconstruction: clipped.meanNeighbor(from: originals),
      score: LogScore.mean(of: raw, by: scores))
  }

  private func neighbors(_ rows: GraphValue, _ reference: ReferenceRows, _ name: String) -> NeighborGraph {
    NeighborGraph(
      rows, among: reference, neighborCount: neighborCount, excludesSelf: excludesSelf, name: name)
  }
}

// Columns are scaled in floats, with the bits of the model's own scaling.
extension ColumnScales {
  /// Returns standardized and clipped rows: [N, D].
  func clippedGraph(_ rows: GraphValue) -> GraphValue {
    scaled(rows, 0).atLeast(Double(-Self.clipLimit)).atMost(Double(Self.clipLimit)).cast(to: .double)
  }

  /// Returns the inverse hyperbolic sines of rows scaled by their quartiles: [N, D].
  func compressedGraph(_ rows: GraphValue) -> GraphValue {
    scaled(rows, 2).cast(to: .double).inverseHyperbolicSine.roundedToFloat
  }

  private func scaled(_ rows: GraphValue, _ first: Int) -> GraphValue {
    let (offsets, scales) = (figures(first, rows.graph), figures(first + 1, rows.graph))
    return (rows.cast(to: .float) - offsets) / scales
  }

  /// Returns one of the statistics of all columns: [1, D], floats.
  func figures(_ index: Int, _ graph: GraphBuilder) -> GraphValue {
    graph.constant(GraphTensor([1, width], .float(statistics[index].array)), name: "columns.\(index)")
  }
}

extension ColumnHistograms {
  /// Returns the sums of the penalties of rows: [N, 1].
  func graph(_ rows: GraphValue) -> GraphValue {
    let (graph, width) = (rows.graph, minima.count)
    func floats(_ values: [Float], _ name: String) -> GraphValue {
      graph.constant(GraphTensor([1, width], .float(values)), name: name)
    }
    let (lows, highs) = (minima.array, maxima.array)
    let values = rows.cast(to: .float)
    let (least, largest) = (floats(lows, "minima"), floats(highs, "maxima"))
    // A constant column has one bin.
    let widths = zip(lows, highs).map { $0 < $1 ? $1 - $0 : 1 }
    let share = (values - least) / floats(widths, "widths") * Double(binCount)
    let bin = share.floor.atLeast(0).atMost(Double(binCount - 1)).cast(to: .int64)
    let isInside = (values >= least) && (values <= largest)
    let outside = graph.number(Double(binCount), .int64)
    let starts = graph.constant(
      GraphTensor([1, width], .int64((0..<width).map { $0 * (binCount + 1) })), name: "starts")
    let all = penalties.slice.array
    let list = graph.constant(GraphTensor([all.count], .float(all)), name: "penalties").cast(to: .double)
    return list.gather(graph.select(isInside, bin, outside) + starts).sum(axis: 1)
  }
}
