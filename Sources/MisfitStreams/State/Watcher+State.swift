import MisfitCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The content of a state file beside the series.
struct StateHeader: Codable {
  /// The version of the format.
  var version = 1
  var columns: [String]
  /// The recipe, as text: a state of another recipe cannot be continued.
  var recipe: String
  var rowCount: Int
  var lateRowCount: Int
  /// The number of refreshes that were requested; nil for none.
  var refreshCount: Int?
  /// The latest alarms, and the events that were called normal; nil in states of earlier versions.
  var alarms: [PastAlarm]?
  var normalEvents: [String]?
  /// The kinds of alarms of models of windows that were called normal, by series; nil for none.
  var normalKinds: [String: [ReasonKind]]?
  /// The names of the series, in the order of the lists.
  var series: [String]
  /// What the program keeps beside the watcher, such as the position in the input.
  var notes: [String: String]
}

extension Watcher {
  /// Writes the state to a file, atomically: a kill leaves the old file or the new one.
  ///
  /// `notes` are texts that ``init(restoring:options:)`` returns, such as a position in the input.
  /// `isDurable` waits until the disk has the file.
  ///
  /// - Throws: ``MisfitError`` if it cannot be written.
  public func save(to path: String, notes: [String: String] = [:], isDurable: Bool = true) throws {
    let names = store.names
    let header = StateHeader(
      columns: columns, recipe: options.stateText, rowCount: rowCount, lateRowCount: lateRowCount,
      refreshCount: refreshCount > 0 ? refreshCount : nil, alarms: pastAlarms,
      normalEvents: normalEvents.sorted(), normalKinds: normalKinds.isEmpty ? nil : normalKinds,
      series: names, notes: notes)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(header), as: UTF8.self)
    try StateFile.write(to: path, text: text, listCount: names.count, isDurable: isDurable) {
      try store.state(of: names[$0])
    }
    // Series that are not in memory are now read from the new file, and the old ones are dropped.
    guard !store.extents.isEmpty else { return }
    let file = try ByteFile.reading(path)
    store.place(Self.extents(names, try StateFile.read(file).lists, file))
  }

  /// Reads the state that ``save(to:notes:isDurable:)`` wrote, and its notes.
  ///
  /// Series are read when their next row arrives.
  ///
  /// - Throws: ``MisfitError`` if the file is no state, is damaged, or has another recipe.
  public static func restored(
    from path: String, options: WatchOptions = WatchOptions()
  ) throws -> (watcher: Watcher, notes: [String: String]) {
    let file = try ByteFile.reading(path)
    let (text, lists) = try StateFile.read(file)
    guard let header = try? JSONDecoder().decode(StateHeader.self, from: Data(text.utf8)),
      header.version == 1, header.series.count == lists.count, header.rowCount >= 0
    else { throw StreamError(.foreign, path: path) }
    guard header.recipe == options.stateText else { throw StreamError(.otherRecipe, path: path) }
    let store = SeriesStore(options)
    store.place(extents(header.series, lists, file))
    let watcher = Watcher(
      columns: header.columns, options: options, store: store, rowCount: header.rowCount,
      lateRowCount: header.lateRowCount)
    watcher.refreshCount = header.refreshCount ?? 0
    watcher.pastAlarms = header.alarms ?? []
    watcher.normalEvents = header.normalEvents.map { Set($0) } ?? options.normalEvents
    watcher.normalKinds = header.normalKinds ?? [:]
    return (watcher, header.notes)
  }

  private static func extents(
    _ names: [String], _ lists: [StateFile.List], _ file: ByteFile
  ) -> [String: SeriesExtent] {
    let places = lists.map { SeriesExtent(file: file, byteOffset: $0.byteOffset, count: $0.count) }
    return Dictionary(zip(names, places)) { first, _ in first }
  }
}

extension WatchOptions {
  /// What a stored state depends on, as text.
  fileprivate var stateText: String {
    learnedRowCount > 0 ? "\(recipe.text), windows of \(learnedRowCount)" : recipe.text
  }
}

extension WatchRecipe {
  /// What a stored state depends on, as text.
  fileprivate var text: String {
    let terms = terms.map { "\($0.statistic) \($0.weight)" }
    return (terms + ["\(memoryCapacity)", "\(distanceCapacity)", "\(burnInCount)"]).joined(separator: ", ")
  }
}
