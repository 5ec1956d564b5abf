import Misfit

extension SourceOptions {
  /// Reads options of data from JSON, with the names of this type and its groups.
  ///
  /// - Throws: ``InterfaceError`` for an unknown name, or a value of no use.
  init(json: OptionValue?) throws(InterfaceError) {
    self.init()
    var reader = try OptionReader(json)
    idColumn = try reader.text("idColumn")
    labelColumn = try reader.text("labelColumn")
    ignoredColumns = try reader.texts("ignoredColumns") ?? []
    if let requires = try reader.boolean("requiresNamedColumns") { requiresNamedColumns = requires }
    try readTyping(&reader)
    if let policy = try reader.choice("badData", BadDataPolicy.self) {
      badData = BadDataHandling(policy: policy)
    }
    try readText(&reader)
    labelsPath = try reader.text("labelsPath")
    try readImages(&reader)
    if let limit = try reader.integer("memoryLimitBytes", 1 << 20...Int.max) { memoryLimitBytes = limit }
    try reader.finish()
  }

  private mutating func readTyping(_ reader: inout OptionReader) throws(InterfaceError) {
    typing.kinds =
      try reader.group("kinds") { group throws(InterfaceError) in
        var kinds: [String: ColumnKind] = [:]
        for name in group.names { kinds[name] = try group.choice(name, ColumnKind.self) }
        return kinds
      } ?? [:]
    typing.missingWords = try reader.texts("missingWords") ?? []
    typing.keptWords = try reader.texts("keptWords") ?? []
    typing.dateOrder = try reader.choice("dateOrder", DateOrder.self)
  }

  private mutating func readText(_ reader: inout OptionReader) throws(InterfaceError) {
    func character(_ key: String) throws(InterfaceError) -> Character? {
      try reader.value(key, "a character") { value throws(InterfaceError) in
        value.string.flatMap { $0.utf8.count == 1 ? $0.first : nil }
      }
    }
    delimiter = try character("delimiter")
    comment = try character("comment")
    encoding = try reader.choice("encoding", TextEncoding.self)
    hasHeader = try reader.boolean("hasHeader")
    if let count = try reader.integer("skippedLineCount", 0...1_000_000) { skippedLineCount = count }
    numbers.decimal = try reader.choice("decimal", among: [".", ","]) { [".", ","].contains($0) ? $0 : nil }
    let marks = [".", ",", "'", " "]
    numbers.thousands = try reader.choice("thousands", among: marks) { marks.contains($0) ? $0 : nil }
  }

  private mutating func readImages(_ reader: inout OptionReader) throws(InterfaceError) {
    preparation.size = try reader.value("size", "a width and a height in pixels") {
      value throws(InterfaceError) -> ImageSize? in
      guard case .array(let values) = value else { return nil }
      let extents = values.compactMap(\.integer).filter { (1...65_536).contains($0) }
      return values.count == 2 && extents.count == 2 ? ImageSize(width: extents[0], height: extents[1]) : nil
    }
    if let isGrey = try reader.boolean("isGrey") { preparation.isGrey = isGrey }
    preparation.contrast = try reader.choice("contrast", ImageContrast.self)
    preparation.tiles = try reader.group("tiles") { group throws(InterfaceError) in
      let side = try group.integer("side", 1...65_536)
      guard let side else { throw InterfaceError(.option, "`tiles` has no side") }
      let stride = try group.integer("stride", 1...side)
      return ImagePreparation.Tiles(
        side: side, stride: stride, score: try group.choice("score", TileScore.self) ?? .maximum)
    }
  }
}
