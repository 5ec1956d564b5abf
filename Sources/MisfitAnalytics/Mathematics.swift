#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The few functions of the C mathematics library that statistics need.
package enum Mathematics {
  package static func log(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.log(x)
    #else
      Glibc.log(x)
    #endif
  }

  package static func exp(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.exp(x)
    #else
      Glibc.exp(x)
    #endif
  }

  static func pow(_ x: Double, _ y: Double) -> Double {
    #if canImport(Darwin)
      Darwin.pow(x, y)
    #else
      Glibc.pow(x, y)
    #endif
  }
}

/// The value at a fraction of the way from `lower` to `upper`, with the same rounding as NumPy's.
///
/// Between two infinities of different sign, or an infinity and a number, there is no way to go: the nearer
/// end is taken.
func interpolate(from lower: Double, to upper: Double, fraction: Double) -> Double {
  if lower == upper || fraction <= 0 { return lower }
  guard lower.isFinite, upper.isFinite else { return fraction < 0.5 ? lower : upper }
  let difference = upper - lower
  guard difference.isFinite else { return lower * (1 - fraction) + upper * fraction }
  return fraction < 0.5 ? lower + difference * fraction : upper - difference * (1 - fraction)
}

/// The value at probability `p` of ascending values: NumPy's default, linear between order statistics.
///
/// `valueAt` gives the order statistic of an index from 0.
/// - Precondition: `count >= 1` and `p` is in 0...1.
func linearQuantile(_ p: Double, count: Int, valueAt: (Int) -> Double) -> Double {
  precondition(p >= 0 && p <= 1, "a probability lies in 0...1")
  let position = p * Double(count - 1)
  let lower = min(Int(position.rounded(.down)), count - 1)
  let upper = min(lower + 1, count - 1)
  return interpolate(from: valueAt(lower), to: valueAt(upper), fraction: position - Double(lower))
}

/// A double as JSON, which has no infinities: a number, or the text `inf`, `-inf` or `nan`.
struct PortableDouble: Codable {
  var value: Double

  init(_ value: Double) { self.value = value }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      value = number
      return
    }
    switch try container.decode(String.self) {
    case "inf": value = .infinity
    case "-inf": value = -.infinity
    case "nan": value = .nan
    case let text:
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is not a number")
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if value.isFinite {
      try container.encode(value)
    } else {
      try container.encode(value.isNaN ? "nan" : value < 0 ? "-inf" : "inf")
    }
  }
}
