extension Moments: Codable {
  private enum Key: String, CodingKey {
    case count, positiveInfinities, negativeInfinities, nan, mean, second, third, fourth, minimum, maximum
  }

  /// Decodes the state; negative counts and impossible sums are errors.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func number(_ key: Key) throws -> Double { try container.decode(PortableDouble.self, forKey: key).value }
    func counter(_ key: Key) throws -> Int { try container.decodeIfPresent(Int.self, forKey: key) ?? 0 }
    self.init()
    finiteCount = try counter(.count)
    positiveInfinityCount = try counter(.positiveInfinities)
    negativeInfinityCount = try counter(.negativeInfinities)
    nanCount = try counter(.nan)
    let counts = [finiteCount, positiveInfinityCount, negativeInfinityCount, nanCount]
    guard counts.allSatisfy({ (0...(1 << 60)).contains($0) }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .count, in: container, debugDescription: "an impossible count")
    }
    guard finiteCount > 0 else { return }
    (finiteMean, secondSum) = (try number(.mean), try number(.second))
    (thirdSum, fourthSum) = (try number(.third), try number(.fourth))
    (finiteMinimum, finiteMaximum) = (try number(.minimum), try number(.maximum))
    guard finiteMinimum <= finiteMaximum, finiteMinimum.isFinite, finiteMaximum.isFinite, !(secondSum < 0)
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .second, in: container, debugDescription: "impossible sums")
    }
  }

  /// Encodes the state; counts of 0 and the sums of no values are omitted.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(finiteCount, forKey: .count)
    if positiveInfinityCount > 0 { try container.encode(positiveInfinityCount, forKey: .positiveInfinities) }
    if negativeInfinityCount > 0 { try container.encode(negativeInfinityCount, forKey: .negativeInfinities) }
    if nanCount > 0 { try container.encode(nanCount, forKey: .nan) }
    guard finiteCount > 0 else { return }
    let sums: [(Key, Double)] = [
      (.mean, finiteMean), (.second, secondSum), (.third, thirdSum), (.fourth, fourthSum),
      (.minimum, finiteMinimum), (.maximum, finiteMaximum),
    ]
    for (key, sum) in sums { try container.encode(PortableDouble(sum), forKey: key) }
  }
}
