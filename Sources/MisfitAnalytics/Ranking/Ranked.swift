/// One sample in a ranking.
public struct Ranked<Payload: Sendable>: Sendable {
  /// The place, from 1 for the best.
  public var rank: Int
  /// What the ranking is by.
  public var score: Double
  /// The sample's number in its source; among equal scores the smaller number comes first.
  public var row: Int
  /// What the caller keeps beside the score: an identifier, a label, the features.
  public var payload: Payload

  /// Makes a place in a ranking.
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

/// Which end of the scores a ranking shows.
public enum RankingOrder: String, Sendable, Hashable, Codable, CaseIterable {
  /// The largest scores first: the most anomalous.
  case largest
  /// The smallest scores first: the most ordinary.
  case smallest
}
