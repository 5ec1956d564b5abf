import MisfitCore
import MisfitIngest
import MisfitKernels

extension ReferenceProfile {
  /// The names of the tensors in a model file; earlier programs ignore them.
  private enum TensorName {
    static let sizes = "profile.sizes"
    static let edges = "profile.edges"
    static let counts = "profile.counts"
    static let trends = "profile.trends"
    static let all = [sizes, edges, counts, trends]
  }

  /// The profile as tensors: the number of edges of each column, -1 for one without numbers, and the edges,
  /// counts and trends of all columns in order.
  var tensors: [SafeTensors.Tensor] {
    let present = columns.compactMap(\.self)
    guard !present.isEmpty else { return [] }
    func tensor(_ name: String, _ values: [Float]) -> SafeTensors.Tensor {
      SafeTensors.Tensor(name: name, extents: [values.count], values: FloatBuffer(values).all)
    }
    return [
      tensor(TensorName.sizes, columns.map { $0.map { Float($0.edges.count) } ?? -1 }),
      tensor(TensorName.edges, present.flatMap(\.edges)),
      tensor(TensorName.counts, present.flatMap { $0.counts.map { Float($0) } }),
      tensor(TensorName.trends, present.map(\.trend)),
    ]
  }

  /// Reads the profile of a model file; nil if it has none.
  ///
  /// - Throws: ``ModelFileError`` if the tensors contradict each other or the schema.
  init?(in file: SafeTensors, width: Int, path: String) throws(ModelFileError) {
    let stored = TensorName.all.map { file.tensor($0) }
    guard stored.contains(where: { $0 != nil }) else { return nil }
    let altered = ModelFileError(.altered("tensor \(TensorName.sizes)"), path: path)
    var lists: [[Float]] = []
    for tensor in stored {
      guard let tensor, tensor.extents == [tensor.values.count] else { throw altered }
      lists.append(tensor.values.array)
    }
    let (sizes, edges, counts, trends) = (lists[0], lists[1], lists[2], lists[3])
    guard sizes.count == width, sizes.allSatisfy({ $0 == -1 || (2...4096).contains($0) }) else {
      throw altered
    }
    let present = sizes.count { $0 > 0 }
    let edgeCount = sizes.reduce(0) { $0 + Int(max($1, 0)) }
    guard edges.count == edgeCount, counts.count == edgeCount + present, trends.count == present,
      (edges + trends).allSatisfy(\.isFinite), counts.allSatisfy({ $0 >= 0 && $0 <= 0x1p24 })
    else { throw altered }
    var (edge, count, trend) = (0, 0, 0)
    columns = sizes.map { size in
      guard size > 0 else { return nil }
      let length = Int(size)
      defer { (edge, count, trend) = (edge + length, count + length + 1, trend + 1) }
      return Column(
        edges: Array(edges[edge..<edge + length]),
        counts: counts[count...count + length].map { Int($0) }, trend: trends[trend])
    }
    guard
      columns.allSatisfy({ column in
        column.map { zip($0.edges, $0.edges.dropFirst()).allSatisfy(<=) && $0.counts.contains { $0 > 0 } }
          ?? true
      })
    else { throw altered }
  }
}
