import MisfitCore

/// The type of a source's values.
public enum ValueKind: String, Sendable, Hashable, Codable {
  /// Numbers, as doubles.
  case float64
  /// Pixels of 0 to 255, one byte each.
  case uint8
}

/// The properties of a source's records that are known before the first of them is read.
public struct RecordLayout: Sendable, Hashable {
  /// The shape of a sample.
  public var shape: SampleShape
  /// The names of the features; empty for images.
  public var columns: [String]
  /// Whether the source contains the names of the columns; otherwise they are numbered.
  public var namesAreGiven: Bool
  /// Whether records have identifiers; otherwise their numbers are used.
  public var hasIDs: Bool
  /// Whether records have a label.
  public var hasLabels: Bool
  /// The name of the column with the identifiers, if the source has names.
  public var idColumn: String?
  /// The name of the column with the labels, if the source has names.
  public var labelColumn: String?
  /// The type of the values.
  public var valueKind: ValueKind
  /// The number of records; nil if it is not known in advance.
  public var rowCount: Int?
  /// The tiles of images; nil if records are whole images or rows.
  package var grid: TileGrid?
  /// The preparation of the images; nil if they are used as they are.
  public var preparation: ImagePreparation?
  /// Whether values are pixels on the scale of 8 bits, 0 to 255, bytes or not.
  public var holdsPixels: Bool
  /// The names of the columns whose cells are kept as written.
  public var keptColumns: [String] = []
  /// Notes for the user on what was detected: delimiter, header, compression.
  package var messages: [MessageText]

  /// Creates a layout.
  public init(
    shape: SampleShape, columns: [String] = [], namesAreGiven: Bool = false, hasIDs: Bool = false,
    hasLabels: Bool = false, valueKind: ValueKind = .float64, rowCount: Int? = nil, notes: [String] = []
  ) {
    self.init(
      shape: shape, columns: columns, namesAreGiven: namesAreGiven, hasIDs: hasIDs, hasLabels: hasLabels,
      valueKind: valueKind, rowCount: rowCount, messages: notes.map { MessageText($0) })
  }

  /// Makes a layout of images.
  package init(
    shape: SampleShape, columns: [String] = [], namesAreGiven: Bool = false, hasIDs: Bool = false,
    hasLabels: Bool = false, valueKind: ValueKind = .float64, rowCount: Int? = nil, messages: [MessageText],
    grid: TileGrid? = nil, preparation: ImagePreparation? = nil, holdsPixels: Bool = false
  ) {
    self.shape = shape
    self.columns = columns
    self.namesAreGiven = namesAreGiven
    self.hasIDs = hasIDs
    self.hasLabels = hasLabels
    self.valueKind = valueKind
    self.rowCount = rowCount
    self.messages = messages
    self.grid = grid
    self.preparation = preparation
    self.holdsPixels = holdsPixels
  }

  /// Notes for the user on what was detected, as text.
  public var notes: [String] { messages.map(\.description) }

  /// The number of samples that are scored, images rather than their tiles; nil if it is not known.
  public var sampleCount: Int? { grid?.images.count ?? rowCount }

  /// The number of values in a record.
  public var width: Int { shape.elementCount }

  /// The number of records in a batch of moderate size: 1,024, or fewer if they are wide.
  package var batchRowCount: Int { Self.batchRowCount(ofWidth: width) }

  static func batchRowCount(ofWidth width: Int) -> Int { max(1, min(1024, (1 << 18) / width)) }

  /// Returns the name of a feature: that of its column, or the position of a pixel.
  ///
  /// - Precondition: `0 <= index < width`.
  public func featureName(at index: Int) -> String {
    columns.isEmpty ? FeatureName.ofElement(index, in: shape) : columns[index]
  }
}

/// Names of features without one of their own.
package enum FeatureName {
  /// Returns `column_3`, counted from 1.
  static func ofColumn(_ index: Int) -> String { "column_\(index + 1)" }

  /// Returns `pixel_5_12`: row and column from 0, followed by the channel if there are several.
  package static func ofElement(_ index: Int, in shape: SampleShape) -> String {
    precondition(index >= 0 && index < shape.elementCount, "no such feature")
    guard let (_, width, channels) = shape.imageExtents else { return ofColumn(index) }
    let pixel = index / channels
    let name = "pixel_\(pixel / width)_\(pixel % width)"
    return channels == 1 ? name : "\(name)_\(index % channels)"
  }
}
