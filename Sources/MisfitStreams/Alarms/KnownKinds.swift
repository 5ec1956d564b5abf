/// The alarms of a column so far, by the values of its statistics.
///
/// A later alarm is of the same kind if each of its statistics is within a share of the distance between the
/// earlier one and the typical level.
struct KnownKinds {
  /// An alarm.
  struct Kind: Hashable {
    /// The values of the statistics.
    var values: [Double]
    /// Their distances from the typical levels.
    var deviations: [Double]
    /// Whether a user called it normal; then the tolerance is doubled.
    var isNormal = false
  }

  private(set) var kinds: [Kind] = []

  /// The largest number of kinds; the oldest is dropped, except for those that are called normal.
  static let limit = 64

  init(_ kinds: [Kind] = []) { self.kinds = kinds }

  /// Returns whether the latest row of a detector is of a known kind.
  func contain(_ detector: ColumnDetector, similarity: Double) -> Bool {
    kinds.contains { kind in
      let tolerance = kind.isNormal ? max(2 * similarity, 0.25) : similarity
      return detector.novelties.indices.allSatisfy {
        abs(detector.novelties[$0].latest.value - kind.values[$0]) <= tolerance * kind.deviations[$0]
      }
    }
  }

  /// Adds the latest row of a detector.
  mutating func add(_ detector: ColumnDetector, isNormal: Bool = false) {
    add(Self.kind(of: detector, isNormal: isNormal))
  }

  /// Returns the kind of the latest row of a detector.
  static func kind(of detector: ColumnDetector, isNormal: Bool = false) -> Kind {
    let values = detector.novelties.map(\.latest.value)
    let deviations = detector.novelties.map { abs($0.latest.value - $0.center) }
    return Kind(values: values, deviations: deviations, isNormal: isNormal)
  }

  /// Calls a kind normal, which may be known already.
  mutating func addNormal(_ values: [Double], deviations: [Double]) {
    if let index = kinds.firstIndex(where: { $0.values == values && $0.deviations == deviations }) {
      kinds[index].isNormal = true
    } else {
      add(Kind(values: values, deviations: deviations, isNormal: true))
    }
  }

  private mutating func add(_ kind: Kind) {
    kinds.append(kind)
    if kinds.count > Self.limit { kinds.remove(at: kinds.firstIndex { !$0.isNormal } ?? 0) }
  }
}
