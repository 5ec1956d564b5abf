import MisfitCore

/// The k largest (or smallest) scores of a stream, in one pass and memory for k samples.
///
///     var worst = TopK<String>(10)
///     for (row, sample) in samples.enumerated() {
///       worst.update(score: sample.error, row: row, payload: sample.id)
///     }
///     worst.ranking[0].payload  // the id of the sample with the largest error
///
/// Ties are broken by the row number: the earlier row comes first. So, where row numbers are unique, the
/// result depends neither on the order of updates nor on how the stream was split into parts.
///
/// NaN is counted and never ranked. Infinities rank as the numbers they are.
/// - Complexity: an update is O(log k), and O(1) for a sample that does not get in.
public struct TopK<Payload: Sendable>: StreamingStatistic {
  /// A sample that asks to be ranked.
  public struct Candidate: Sendable {
    /// What the ranking is by.
    public var score: Double
    /// The sample's number in its source.
    public var row: Int
    /// What is kept beside the score.
    public var payload: Payload

    /// Makes a candidate.
    public init(score: Double, row: Int, payload: Payload) {
      self.score = score
      self.row = row
      self.payload = payload
    }
  }

  /// How many samples are kept.
  public let limit: Int
  /// Which end of the scores is kept.
  public let order: RankingOrder
  /// The number of samples offered, those with NaN left out.
  public private(set) var count = 0
  /// The number of samples whose score was NaN.
  public private(set) var nanCount = 0
  /// A heap with the sample that would go next at its root.
  private var heap: [Candidate] = []

  /// Makes an empty ranking of the `limit` best samples.
  ///
  /// - Precondition: `limit` is not negative.
  public init(_ limit: Int, order: RankingOrder = .largest) {
    precondition(limit >= 0, "a ranking cannot hold a negative number of samples")
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

  /// The ranking, or nil where no sample was offered.
  public var value: [Ranked<Payload>]? { count > 0 ? ranking : nil }

  /// Takes one sample into account.
  public mutating func update(_ input: Candidate) {
    update(score: input.score, row: input.row, payload: input.payload)
  }

  /// Takes one sample into account; its payload is made only if it gets in.
  public mutating func update(score: Double, row: Int, payload: @autoclosure () throws -> Payload) rethrows {
    guard !score.isNaN else {
      nanCount += 1
      return
    }
    count += 1
    guard wouldKeep(score: score, row: row) else { return }
    insert(Candidate(score: score, row: row, payload: try payload()))
  }

  /// Whether a sample would get in now.
  public func wouldKeep(score: Double, row: Int) -> Bool {
    guard !score.isNaN, limit > 0 else { return false }
    guard heap.count == limit else { return true }
    return comesBefore((score, row), (heap[0].score, heap[0].row))
  }

  /// Takes into account everything that `other` has seen.
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
  /// Takes one sample into account, with nothing beside its score and row.
  public mutating func update(score: Double, row: Int) { update(score: score, row: row, payload: ()) }
}
