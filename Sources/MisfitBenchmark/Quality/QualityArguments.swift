import Misfit

/// The parsed arguments after `adbench`.
struct QualityArguments: Hashable {
  /// The split of rows into training and scoring.
  enum Splitting: String, CaseIterable {
    /// Trains on a random half of the normal rows, scores all others.
    case oneClass = "one-class"
    /// Trains on all rows, without their labels, and scores them.
    case transductive
  }

  var folder: String
  var splitting = Splitting.oneClass
  var model = ModelChoice.automatic
  var seedCount: UInt32 = 3
  var threadCount = WorkerPool.availableProcessorCount
  var writesJSON = false
  /// The share of anomalies planted in the one-class training rows.
  var plantedShare = 0.0
  /// The share of the training rows that models of neighbors trim.
  var trimmedShare: Double?
  /// The assumed contamination of the training rows, which is excluded.
  var contaminated: Contamination?
  /// The text that names of tables must contain; nil for all tables.
  var only: String?

  /// Parses the arguments.
  ///
  /// - Throws: ``BenchmarkError`` of the kind `usage`.
  init(_ words: [String]) throws(BenchmarkError) {
    var folder: String?
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "--json": writesJSON = true
      case "--protocol": splitting = try Self.choice(after: word, &rest)
      case "--model": model = try Self.choice(after: word, &rest)
      case "--only": only = try Self.value(after: word, &rest)
      case "--seeds": seedCount = UInt32(try Self.count(after: word, &rest))
      case "--planted": plantedShare = try Self.share(after: word, &rest)
      case "--contaminated":
        let text = try Self.value(after: word, &rest)
        var words = [text][...]
        contaminated = text == "auto" ? .found : .share(try Self.share(after: word, &words))
      case "--trim": trimmedShare = try Self.share(after: word, &rest)
      case "--threads": threadCount = try Self.count(after: word, &rest)
      default:
        guard folder == nil, !word.hasPrefix("-") else {
          throw BenchmarkError(.usage("unknown flag \(word)"))
        }
        folder = word
      }
    }
    guard let folder else { throw BenchmarkError(.usage("adbench needs the folder of the tables")) }
    self.folder = folder
  }

  private static func value(
    after flag: String, _ rest: inout ArraySlice<String>
  ) throws(BenchmarkError) -> String {
    guard let value = rest.popFirst() else { throw BenchmarkError(.usage("\(flag) needs a value")) }
    return value
  }

  private static func choice<Value: RawRepresentable & CaseIterable>(
    after flag: String, _ rest: inout ArraySlice<String>
  ) throws(BenchmarkError) -> Value where Value.RawValue == String {
    let text = try value(after: flag, &rest)
    guard let value = Value(rawValue: text) else {
      let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw BenchmarkError(.usage("\(flag) is one of \(names), not \(text)"))
    }
    return value
  }

  private static func share(
    after flag: String, _ rest: inout ArraySlice<String>
  ) throws(BenchmarkError) -> Double {
    let text = try value(after: flag, &rest)
    guard let share = Double(text), share >= 0, share < 1 else {
      throw BenchmarkError(.usage("\(flag) needs a share from 0 to below 1, not \(text)"))
    }
    return share
  }

  private static func count(
    after flag: String, _ rest: inout ArraySlice<String>
  ) throws(BenchmarkError) -> Int {
    let text = try value(after: flag, &rest)
    guard let count = Int(text), (1...1000).contains(count) else {
      throw BenchmarkError(.usage("\(flag) needs a whole number from 1 to 1000, not \(text)"))
    }
    return count
  }
}
