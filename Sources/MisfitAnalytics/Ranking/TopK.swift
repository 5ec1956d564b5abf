import MisfitCore

/// The k largest (or smallest) scores of a stream, in one pass and memory for k samples.
///
///     var worst = TopK<String>(10)
///     for (row, sample) in samples.enumerated() {
///       worst.update(score: sample.error, row: row, payload: sample.id)
///     }
///     worst.ranking[0].payload  // the id of the sample with the largest error
///
/// Ties are broken by the row number: the earlier row comes first. So, if row numbers are unique, the result
/// depends neither on the order of updates nor on how the stream was split.
///
/// NaN is counted and never ranked. Infinities rank like other numbers.
/// - Complexity: an update is O(log k), and O(1) for a sample that is not kept.
public struct TopK<Payload: Sendable>: StreamingStatistic {
  /// A sample to be ranked.
  public struct Candidate: Sendable {
    /// The score that determines the rank.
    public var score: Double
    /// The sample's number in its source.
    public var row: Int
    /// The caller's data for the sample.
    public var payload: Payload

    /// Creates a candidate.
    public init(score: Double, row: Int, payload: Payload) {
      self.score = score
      self.row = row
      self.payload = payload
    }
  }

  /// The number of samples that are kept.
  public let limit: Int
  /// The end of the scores that is kept.
  public let order: RankingOrder
  /// The number of samples offered, without those whose score is NaN.
  public private(set) var count = 0
  /// The number of samples whose score was NaN.
  public private(set) var nanCount = 0
  /// A heap whose root is the sample that would be dropped next.
  private var heap: [Candidate] = []

  /// Creates an empty ranking of the `limit` best samples.
  ///
  /// - Precondition: `limit` is not negative.
  public init(_ limit: Int, order: RankingOrder = .largest) {
    precondition(limit >= 0, "a ranking cannot have a negative number of samples")
    self.limit = limit
    self.order = order
  }

  /// The samples kept, best first, ranked from 1.
  ///
  /// - Complexity: O(k log k).
  public var ranking: [Ranked<Payload>] {
    let sorted = heap.sorted { comesBefore(($0.score, $0.row), ($1.score, $1.row)) }
    return sorted.enumerated().map { index, sample in
      Ranked(rank: index + 1, score: sample.score, row: sample.row, payload: sample.payload)
    }
  }

  /// The ranking, or nil if no sample was offered.
  public var value: [Ranked<Payload>]? { count > 0 ? ranking : nil }

  /// Adds one sample.
  public mutating func update(_ input: Candidate) {
    update(score: input.score, row: input.row, payload: input.payload)
  }

  /// Adds one sample; its payload is evaluated only if the sample is kept.
  public mutating func update(score: Double, row: Int, payload: @autoclosure () throws -> Payload) rethrows {
    guard !score.isNaN else {
      nanCount += 1
      return
    }
    count += 1
    guard wouldKeep(score: score, row: row) else { return }
    insert(Candidate(score: score, row: row, payload: try payload()))
  }

  /// Returns whether a sample with this score and row would be kept.
  public func wouldKeep(score: Double, row: Int) -> Bool {
    guard !score.isNaN, limit > 0 else { return false }
    guard heap.count == limit else { return true }
    return comesBefore((score, row), (heap[0].score, heap[0].row))
  }

  /// Merges another ranking into this one.
  ///
  /// - Precondition: both have the same limit and order.
  public mutating func merge(_ other: TopK) {
    precondition(limit == other.limit && order == other.order, "different rankings cannot be merged")
    for sample in other.heap where wouldKeep(score: sample.score, row: sample.row) { insert(sample) }
    count += other.count
    nanCount += other.nanCount
  }

  private func comesBefore(_ a: (score: Double, row: Int), _ b: (score: Double, row: Int)) -> Bool {
    if a.score == b.score { return a.row < b.row }
    return order == .largest ? a.score > b.score : a.score < b.score
  }

  private mutating func insert(_ sample: Candidate) {
    if heap.count < limit {
      heap.append(sample)
      siftUp()
    } else {
      heap[0] = sample
      siftDown()
    }
  }

  private func isWorse(_ a: Int, than b: Int) -> Bool {
    comesBefore((heap[b].score, heap[b].row), (heap[a].score, heap[a].row))
  }

  private mutating func siftUp() {
    var child = heap.count - 1
    while child > 0, isWorse(child, than: (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var worst = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isWorse(child, than: worst) {
        worst = child
      }
      guard worst != parent else { return }
      heap.swapAt(parent, worst)
      parent = worst
    }
  }
}

extension TopK where Payload == Void {
  /// Adds one sample without a payload.
  public mutating func update(score: Double, row: Int) { update(score: score, row: row, payload: ()) }
}
