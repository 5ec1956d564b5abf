import MisfitCore

/// What was learned about the features of a source, and how they are scaled for a network.
///
/// An encoded value is `(x - offset) / scale`; decoding is `encoded * scale + offset`. A column of one value
/// has the scale 1, so that a value never seen in training stands out.
///
/// Shapes: every array has D = `shape.elementCount` entries.
public struct Schema: Sendable, Hashable {
  /// The shape of a sample.
  public let shape: Shape
  /// The names of the columns; empty for images.
  public let columnNames: [String]
  /// Whether the names stood in the source: then other data is matched by them, else by position.
  public let namesAreGiven: Bool
  /// The scaling in use; never `automatic`.
  public let scaling: ScalingChoice
  /// The rows that were seen.
  public let rowCount: Int
  /// The mean of each column.
  public let means: [Double]
  /// The population standard deviation of each column.
  public let standardDeviations: [Double]
  /// The least value of each column.
  public let minima: [Double]
  /// The largest value of each column.
  public let maxima: [Double]
  /// What is subtracted from each column.
  public let offsets: [Double]
  /// What each column is then divided by; finite and not 0.
  public let scales: [Double]
  /// What is done with images before they are encoded; nil for tables, and for images that are taken as they are.
  public let preparation: ImagePreparation?
  /// What the columns are where not all of them are numbers; nil for tables of numbers and for images.
  ///
  /// Columns are then encoded as it says, one to several inputs each; ``offsets`` and ``scales`` say nothing.
  public var table: TableSchema?

  /// D.
  public var width: Int { shape.elementCount }

  /// The name of a feature: the column's, or the place of a pixel.
  ///
  /// - Precondition: `0 <= index < width`.
  public func featureName(at index: Int) -> String {
    columnNames.isEmpty ? FeatureName.ofElement(index, in: shape) : columnNames[index]
  }

  /// Whether a column held one value only.
  public func isConstant(_ index: Int) -> Bool {
    table?.used[index].isConstant ?? (minima[index] == maxima[index])
  }

  /// The columns that held one value only.
  public var constantColumns: [Int] { (0..<width).filter(isConstant) }

  /// Whether everything that was seen lies in [0, 1] after encoding, as binary cross-entropy needs it; false where columns are of
  /// several kinds.
  public var liesInUnitInterval: Bool {
    table == nil
      && (0..<width).allSatisfy { encode(minima[$0], column: $0) >= 0 && encode(maxima[$0], column: $0) <= 1 }
  }

  /// Makes sure that the samples of a source have this shape.
  ///
  /// - Throws: ``IngestError`` of the kind `shapeMismatch`.
  public func check(_ layout: RecordLayout, of source: String) throws(IngestError) {
    guard layout.shape == shape else {
      throw IngestError(
        .shapeMismatch(expected: shape, found: layout.shape), at: InputPosition(source: source))
    }
  }

  /// One value as the network sees it.
  public func encode(_ value: Double, column: Int) -> Float {
    Float(Self.bounded((value - offsets[column]) / scales[column]))
  }

  /// One value of the network in the column's own units.
  public func decode(_ encoded: Float, column: Int) -> Double {
    Double(encoded) * scales[column] + offsets[column]
  }

  /// The divisor of all columns where none is shifted and all are divided by the same; else nil.
  var commonDivisor: Float? {
    guard offsets.allSatisfy({ $0 == 0 }), let scale = scales.first, scales.allSatisfy({ $0 == scale })
    else { return nil }
    return Float(exactly: scale)
  }

  /// Keeps a value so far from everything seen in training that its square would overflow from doing so.
  static func bounded(_ value: Double) -> Double { min(max(value, -encodedLimit), encodedLimit) }

  /// Encoded values are cut off at +-1e15: their squares then sum up in a float.
  public static let encodedLimit = 1e15
}
