import MisfitCore

extension Schema: Codable {
  private enum CodingKeys: String, CodingKey {
    case shape, columnNames, namesAreGiven, scaling, rowCount, means, standardDeviations, minima, maxima
    case offsets, scales, preparation, table
  }

  /// Decodes and checks a schema: a hostile one is an error here, not a trap later.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let shape = try container.decode(SampleShape.self, forKey: .shape)
    func column(_ key: CodingKeys) throws -> [Double] {
      let values = try container.decode([Double].self, forKey: key)
      guard values.count == shape.elementCount, values.allSatisfy(\.isFinite) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container,
          debugDescription: "\(shape.elementCount) finite numbers are needed, one a column")
      }
      return values
    }
    self.shape = shape
    columnNames = try container.decode([String].self, forKey: .columnNames)
    namesAreGiven = try container.decode(Bool.self, forKey: .namesAreGiven)
    scaling = try container.decode(ScalingChoice.self, forKey: .scaling)
    rowCount = try container.decode(Int.self, forKey: .rowCount)
    means = try column(.means)
    standardDeviations = try column(.standardDeviations)
    minima = try column(.minima)
    maxima = try column(.maxima)
    offsets = try column(.offsets)
    scales = try column(.scales)
    preparation = try container.decodeIfPresent(ImagePreparation.self, forKey: .preparation)
    table = try container.decodeIfPresent(TableSchema.self, forKey: .table)
    guard table.map({ $0.used.count == shape.elementCount && $0.used.map(\.name) == columnNames }) ?? true
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .table, in: container, debugDescription: "its columns are not those of the schema")
    }
    guard preparation.map({ Self.fits($0, shape) }) ?? true else {
      throw DecodingError.dataCorruptedError(
        forKey: .preparation, in: container, debugDescription: "it does not give images of this shape")
    }
    guard columnNames.isEmpty || columnNames.count == shape.elementCount else {
      throw DecodingError.dataCorruptedError(
        forKey: .columnNames, in: container, debugDescription: "one name a column is needed")
    }
    guard scales.allSatisfy({ $0 != 0 }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .scales, in: container, debugDescription: "a scale is 0")
    }
  }

  /// Encodes the arrays.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(shape, forKey: .shape)
    try container.encode(columnNames, forKey: .columnNames)
    try container.encode(namesAreGiven, forKey: .namesAreGiven)
    try container.encode(scaling, forKey: .scaling)
    try container.encode(rowCount, forKey: .rowCount)
    try container.encode(means, forKey: .means)
    try container.encode(standardDeviations, forKey: .standardDeviations)
    try container.encode(minima, forKey: .minima)
    try container.encode(maxima, forKey: .maxima)
    try container.encode(offsets, forKey: .offsets)
    try container.encode(scales, forKey: .scales)
    try container.encodeIfPresent(preparation, forKey: .preparation)
    try container.encodeIfPresent(table, forKey: .table)
  }

  private static func fits(_ preparation: ImagePreparation, _ shape: SampleShape) -> Bool {
    guard preparation.isUsable, let (height, width, channels) = shape.imageExtents else { return false }
    guard channels == 1 || (channels == 3 && !preparation.isGrey) else { return false }
    if let tiles = preparation.tiles { return height == tiles.side && width == tiles.side }
    return preparation.size.map { $0 == ImageSize(width: width, height: height) } ?? true
  }
}
