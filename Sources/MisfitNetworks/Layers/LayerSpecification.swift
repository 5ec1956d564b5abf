import MisfitCore
import MisfitKernels

/// One layer of an architecture.
///
/// Images are [height, width, channels]; output shapes are those of Keras.
package struct LayerSpecification: Sendable {
  /// The kind of the layer, with its numbers.
  let kind: any LayerKind

  /// All kinds of layers, in the order of error messages.
  static let kinds: [any LayerKind.Type] = [
    Dense.self, Convolution.self, Pooling.self, Upsampling.self, Normalization.self, Flatten.self,
    Reshape.self, Dropout.self, Skip.self,
  ]

  /// The names of all kinds in the architecture language.
  static var names: [String] { kinds.flatMap { $0.forms.map(\.name) } }

  /// A dense layer: `activation(input · kernel + bias)`.
  package static func dense(units: Int, activation: Activation) -> LayerSpecification {
    LayerSpecification(kind: Dense(units: units, activation: activation))
  }

  /// A dense layer of the decoder with the transposed kernel of the layer that it mirrors.
  package static func tiedDense(units: Int, activation: Activation) -> LayerSpecification {
    LayerSpecification(kind: Dense(units: units, activation: activation, isTied: true))
  }

  /// The layer in the architecture language, without defaults: `conv 16 3 relu`.
  package var text: String { kind.text }

  /// The activation; nil for a layer without one.
  package var activation: Activation? { kind.activation }

  /// The numbers of a dense layer; nil for another kind.
  package var dense: Dense? { kind as? Dense }

  /// The numbers of a convolution; nil for another kind.
  package var convolution: Convolution? { kind as? Convolution }

  /// Whether the layer only changes the shape of its values.
  package var isView: Bool { kind.isView }
}

extension LayerSpecification {
  /// Reads a layer from its words.
  ///
  /// - Throws: ``ArchitectureError`` with its column.
  init(_ words: [ArchitectureWord], layer: Int) throws(ArchitectureError) {
    for kind in Self.kinds {
      for form in kind.forms {
        guard let name = words.first, name.text == form.name else { continue }
        var reader = LayerWords(words, name: name, form: form, layer: layer)
        self.kind = try kind.init(&reader)
        try reader.finish()
        return
      }
    }
    throw ArchitectureError(
      .unknownLayer(layer: layer, name: words.first?.text ?? "", known: Self.names),
      textColumn: words.first?.column)
  }
}

extension LayerSpecification: Hashable {
  /// Whether two layers are of the same kind with the same numbers.
  package static func == (left: LayerSpecification, right: LayerSpecification) -> Bool {
    AnyHashable(left.kind) == AnyHashable(right.kind)
  }

  /// Hashes the kind and its numbers.
  package func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(kind)) }
}
