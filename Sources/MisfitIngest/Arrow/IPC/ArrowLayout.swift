/// A column of Arrow messages: the type of its values, and the buffers and children that messages hold for
/// it.
struct ArrowLayout: Sendable, Hashable {
  /// The type of the values; nil for a column that is passed over.
  var type: ArrowType?
  /// The number of buffers, that of validity included.
  var bufferCount: Int
  /// Whether any number of further buffers follow, which messages state.
  var hasViews = false
  /// The identifier of the dictionary that holds the values.
  var dictionaryID: Int64?
  /// The columns of lists and structures.
  var children: [ArrowLayout] = []
}

/// A schema of Arrow messages.
struct ArrowMessageSchema: Sendable, Hashable {
  /// The columns.
  var fields: [ArrowField] = []
  /// The buffers of each of them.
  var layouts: [ArrowLayout] = []
  /// The layouts of the values of dictionaries, by their identifiers.
  var dictionaries: [Int64: ArrowLayout] = [:]
}
