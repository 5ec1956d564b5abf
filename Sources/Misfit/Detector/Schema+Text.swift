import MisfitCore
import MisfitIngest

extension Schema {
  /// How values were scaled, for people: `standardised`.
  public var scalingText: String {
    if table != nil, scaling == .standard { return "each as its kind needs" }
    switch scaling {
    case .robust: return "scaled by their quartiles"
    case .quantileNormal: return "given the quantiles of a normal distribution"
    case .standard: return "standardised"
    case .minMax:
      return Set(scales).count == 1 && Set(offsets) == [0] && scales.first == 255
        ? "pixels divided by 255" : "scaled to [0, 1]"
    case .none, .automatic: return "kept as they are"
    }
  }

  /// A sentence that says how images are scored by their tiles, with a space before it; empty for others.
  public var tileScoreText: String {
    switch preparation?.tiles?.score {
    case .maximum?: " An image's score is the largest of its tiles'."
    case .mean?: " An image's score is the mean of its tiles'."
    case nil: ""
    }
  }

  /// The names of the columns that held one value only.
  public var constantColumnNames: [String] {
    constantColumns.map { featureName(at: $0) }
  }

  /// Makes sure that a source's samples have this shape.
  ///
  /// - Throws: ``IngestError``.
  public func check(_ layout: RecordLayout, of source: String) throws(IngestError) {
    guard layout.shape == shape else {
      throw IngestError(
        .shapeMismatch(expected: shape, found: layout.shape), at: InputPosition(source: source))
    }
  }
}

extension RecordSource {
  /// The source with the columns of another in their order, where both have names for them.
  ///
  /// - Throws: ``IngestError`` that lists the columns that are not there.
  func arranged(for schema: Schema) throws(IngestError) -> any RecordSource {
    guard let text = self as? CSVSource else {
      if let table = schema.table { return try ColumnSelection.of(self, for: table) }
      return try arranged(for: schema.columnNames, namesAreGiven: schema.namesAreGiven)
    }
    if let table = schema.table { return try text.typed(by: table) }
    guard schema.namesAreGiven, layout.namesAreGiven, layout.columns != schema.columnNames else {
      return text.allowingMissingCells()
    }
    return try text.arranged(for: schema.columnNames).allowingMissingCells()
  }

  /// The source with the columns of another in their order, where both have names for them.
  ///
  /// - Throws: ``IngestError`` that lists the columns that are not there.
  func arranged(for columns: [String], namesAreGiven: Bool) throws(IngestError) -> any RecordSource {
    guard namesAreGiven, layout.namesAreGiven, layout.columns != columns, layout.shape.imageExtents == nil
    else { return self }
    if let table = self as? CSVSource { return try table.arranged(for: columns) }
    return try reordered(for: columns)
  }
}

extension RecordSource {
  /// The source as a model needs it: columns in its order, images prepared.
  ///
  /// - Throws: ``IngestError``.
  func fitted(to schema: Schema) throws(IngestError) -> any RecordSource {
    let source = try arranged(for: schema).prepared(for: schema)
    try schema.check(source.layout, of: source.name)
    return source
  }

  /// A folder of images that are decoded on so many threads; another source as it is.
  func decoding(onThreads count: Int) -> any RecordSource {
    guard var folder = self as? ImageFolderSource else { return self }
    folder.threadCount = count
    return folder
  }

  /// A folder of images with them prepared as a model needs them; another source as it is.
  func prepared(for schema: Schema) throws(IngestError) -> any RecordSource {
    guard let folder = self as? ImageFolderSource,
      folder.layout.preparation != schema.preparation || folder.layout.shape != schema.shape
    else { return self }
    return try folder.prepared(schema.preparation ?? ImagePreparation(), expectedShape: schema.shape)
  }
}

extension Detector {
  /// The samples that errors are calibrated on, for people: `held-out rows`, or images where those have tiles.
  public var calibrationText: String {
    guard schema.preparation?.tiles != nil else { return calibration.origin.title }
    return switch calibration.origin {
    case .validation: "held-out images"
    case .training: "images trained on"
    case .all: "images"
    case .leaveOneOut: "images, each tile without itself"
    case .crossValidation: "images, each scored by a model fitted without it"
    case .given: "calibration images"
    }
  }
}
