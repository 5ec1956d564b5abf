/// One sample in a ranking.
public struct Ranked<Payload: Sendable>: Sendable {
  /// The rank, from 1 for the best.
  public var rank: Int
  /// The score that determines the rank.
  public var score: Double
  /// The sample's number in its source; ties go to the smaller number.
  public var row: Int
  /// The caller's data for the sample: an identifier, a label, the features.
  public var payload: Payload

  /// Creates a ranked sample.
  public init(rank: Int, score: Double, row: Int, payload: Payload) {
    self.rank = rank
    self.score = score
    self.row = row
    self.payload = payload
  }
}

extension Ranked: Equatable where Payload: Equatable {}
extension Ranked: Hashable where Payload: Hashable {}
extension Ranked: Encodable where Payload: Encodable {}
extension Ranked: Decodable where Payload: Decodable {}

/// The end of the scores that a ranking shows.
public enum RankingOrder: String, Sendable, Hashable, Codable, CaseIterable {
  /// The largest scores first: the most anomalous.
  case largest
  /// The smallest scores first: the most normal.
  case smallest
}
