import Misfit

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The weights of 30-8-30 in the format of the peers' generator.
struct PeerWeights: Decodable {
  private struct Layer: Decodable {
    /// The weights.
    ///
    /// Shapes: [O][I].
    var weight: [[Float]]
    var bias: [Float]
  }

  private var layers: [Layer]

  /// Reads the JSON file.
  ///
  /// - Throws: ``FileError``, `DecodingError`.
  init(readingFrom path: String) throws {
    let file = try ByteFile.reading(path)
    var bytes: [UInt8] = []
    while try file.read(upTo: 1 << 16, appendingTo: &bytes) > 0 {}
    self = try JSONDecoder().decode(PeerWeights.self, from: Data(bytes))
  }

  /// Overwrites the parameters of a network of the same shape.
  func copy(into network: Network) throws(BenchmarkError) {
    guard network.tensors.count == 2 * layers.count else {
      throw BenchmarkError(.wrongAnswer("the peer's network has \(layers.count) layers"))
    }
    for (index, layer) in layers.enumerated() {
      let inputs = layer.weight.first?.count ?? 0
      let kernel = (0..<inputs).flatMap { input in layer.weight.map { $0[input] } }
      for (tensor, values) in zip(network.tensors[(2 * index)...], [kernel, layer.bias]) {
        guard tensor.range.count == values.count else {
          throw BenchmarkError(.wrongAnswer("the peer's layer \(index + 1) has another shape"))
        }
        network.parameters[tensor.range].copy(from: values)
      }
    }
  }
}
