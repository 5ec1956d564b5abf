/// The names that programs give to the index of a table.
enum IndexName {
  /// Whether a column's name is that of an index: `id`, `index`, `row`, `Unnamed: 0`, `...1`.
  static func isOne(_ name: String) -> Bool {
    let name = name.lowercased()
    return names.contains(name.filter { !" _-.".contains($0) }) || name.hasPrefix("unnamed: ")
      || name == "...1"
  }

  private static let names: Set<String> = [
    "id", "ids", "index", "idx", "row", "rows", "rowid", "rowindex", "rowname", "rownames", "rownum",
    "rownumber", "#", "recordid", "recordnumber", "level0",
  ]
}
