import MisfitCore

/// How a source delivers its values.
public enum ValueKind: String, Sendable, Hashable, Codable {
  /// Numbers, as doubles.
  case float64
  /// Pixels of 0 ... 255, a byte each.
  case uint8
}

/// What is known of a source's records before the first of them is read.
public struct RecordLayout: Sendable, Hashable {
  /// The shape of a sample.
  public var shape: Shape
  /// The names of the features; empty for images.
  public var columns: [String]
  /// Whether the names stand in the source, or are only numbers given to its columns.
  public var namesAreGiven: Bool
  /// Whether records carry an identifier of their own; else it is their number.
  public var hasIDs: Bool
  /// Whether records carry a label.
  public var hasLabels: Bool
  /// The name of the column with the identifiers, where the source has names.
  public var idColumn: String?
  /// The name of the column with the labels, where the source has names.
  public var labelColumn: String?
  /// Whether values are doubles or bytes.
  public var valueKind: ValueKind
  /// The number of records, where it is known beforehand.
  public var rowCount: Int?
  /// The tiles that the records are, where images are cut into some.
  public var grid: TileGrid?
  /// What was done with images before they became records.
  public var preparation: ImagePreparation?
  /// Whether values are pixels on the scale of 8 bits, 0 to 255, also where they are not bytes.
  public var holdsPixels: Bool
  /// The names of the columns whose cells are kept as they are written.
  public var keptColumns: [String] = []
  /// What was found out (delimiter, header, compression), for the user to read.
  public var notes: [String]

  /// Makes a layout.
  public init(
    shape: Shape, columns: [String] = [], namesAreGiven: Bool = false, hasIDs: Bool = false,
    hasLabels: Bool = false, valueKind: ValueKind = .float64, rowCount: Int? = nil, notes: [String] = [],
    grid: TileGrid? = nil, preparation: ImagePreparation? = nil, holdsPixels: Bool = false
  ) {
    self.shape = shape
    self.columns = columns
    self.namesAreGiven = namesAreGiven
    self.hasIDs = hasIDs
    self.hasLabels = hasLabels
    self.valueKind = valueKind
    self.rowCount = rowCount
    self.notes = notes
    self.grid = grid
    self.preparation = preparation
    self.holdsPixels = holdsPixels
  }

  /// The number of samples that are scored, where it is known: images rather than their tiles.
  public var sampleCount: Int? { grid?.images.count ?? rowCount }

  /// The number of values in a record.
  public var width: Int { shape.elementCount }

  /// The records of a batch of moderate size: 1,024, or fewer where they are wide.
  package var batchRowCount: Int { RowFiller.batchRowCount(ofWidth: width) }

  /// The name of a feature: the column's, or the place of a pixel.
  ///
  /// - Precondition: `0 <= index < width`.
  public func featureName(at index: Int) -> String {
    columns.isEmpty ? FeatureName.ofElement(index, in: shape) : columns[index]
  }
}

/// Names for features that have none.
package enum FeatureName {
  /// `column_3`, counted from 1 as people count columns.
  static func ofColumn(_ index: Int) -> String { "column_\(index + 1)" }

  /// `pixel_5_12`: row and column from 0, and the channel where there are several.
  package static func ofElement(_ index: Int, in shape: Shape) -> String {
    precondition(index >= 0 && index < shape.elementCount, "no such feature")
    guard let (_, width, channels) = shape.imageExtents else { return ofColumn(index) }
    let pixel = index / channels
    let name = "pixel_\(pixel / width)_\(pixel % width)"
    return channels == 1 ? name : "\(name)_\(index % channels)"
  }
}
