import MisfitCore

/// The features of a source and their scaling, learned from all rows.
///
/// An encoded value is `(x - offset) / scale`; decoding is `encoded * scale + offset`. A constant column has
/// the scale 1, so that a value unseen in training stands out.
///
/// Shapes: every array has D = `shape.elementCount` entries.
public struct Schema: Sendable, Hashable {
  /// The shape of a sample.
  public let shape: SampleShape
  /// The names of the columns; empty for images.
  public let columnNames: [String]
  /// Whether the source contained the names: other data is then matched by name, otherwise by position.
  package let namesAreGiven: Bool
  /// The scaling in use; never `automatic`.
  package let scaling: ScalingChoice
  /// The number of rows that were seen.
  package let rowCount: Int
  /// The mean of each column.
  package let means: [Double]
  /// The population standard deviation of each column.
  package let standardDeviations: [Double]
  /// The minimum of each column.
  package let minima: [Double]
  /// The maximum of each column.
  package let maxima: [Double]
  /// The value subtracted from each column.
  package let offsets: [Double]
  /// The divisor of each column; finite and not 0.
  package let scales: [Double]
  /// The preparation of images before they are encoded; nil for tables, and for images used as they are.
  package let preparation: ImagePreparation?
  /// The kinds of the columns if not all of them are numbers; nil for tables of numbers and for images.
  ///
  /// The table then defines the encoding of the columns, one or more inputs each; ``offsets`` and ``scales``
  /// are not used.
  package var table: TableSchema?

  /// The number of columns or pixels, D.
  package var width: Int { shape.elementCount }

  /// Returns the name of a feature: that of its column, or the position of a pixel.
  ///
  /// - Precondition: `0 <= index < width`.
  package func featureName(at index: Int) -> String {
    columnNames.isEmpty ? FeatureName.ofElement(index, in: shape) : columnNames[index]
  }

  /// Returns whether a column had a single value in training.
  package func isConstant(_ index: Int) -> Bool {
    table?.used[index].isConstant ?? (minima[index] == maxima[index])
  }

  /// The columns with a single value in training.
  package var constantColumns: [Int] { (0..<width).filter(isConstant) }

  /// Whether all encoded training values are in [0, 1], as binary cross-entropy requires; false for columns
  /// of several kinds.
  package var liesInUnitInterval: Bool {
    table == nil
      && (0..<width).allSatisfy { encode(minima[$0], column: $0) >= 0 && encode(maxima[$0], column: $0) <= 1 }
  }

  /// Checks that the samples of a source have this shape.
  ///
  /// - Throws: ``IngestError`` of the kind `shapeMismatch`.
  package func check(_ layout: RecordLayout, of source: String) throws(IngestError) {
    guard layout.shape == shape else {
      throw IngestError(
        .shapeMismatch(expected: shape, found: layout.shape), at: InputPosition(source: source))
    }
  }

  /// Returns the encoding of a value.
  package func encode(_ value: Double, column: Int) -> Float {
    Float(Self.bounded((value - offsets[column]) / scales[column]))
  }

  /// Returns the value of an encoding, in the units of the column.
  package func decode(_ encoded: Float, column: Int) -> Double {
    Double(encoded) * scales[column] + offsets[column]
  }

  /// The common divisor of all columns if none has an offset; otherwise nil.
  var commonDivisor: Float? {
    guard offsets.allSatisfy({ $0 == 0 }), let scale = scales.first, scales.allSatisfy({ $0 == scale })
    else { return nil }
    return Float(exactly: scale)
  }

  /// Limits a value far from everything seen in training, so that its square does not overflow.
  static func bounded(_ value: Double) -> Double { min(max(value, -encodedLimit), encodedLimit) }

  /// The limit of encoded values, whose squares can still be summed in a float.
  package static let encodedLimit = 1e15
}
