import MisfitCore

/// The distance of a reconstruction from its sample, as one number.
///
/// The raw values are the names in options and files; they do not change.
public enum ErrorMeasure: String, Sendable, Hashable, Codable, CaseIterable {
  /// The mean of the squared differences.
  case meanSquared = "mse"
  /// The square root of the mean of the squared differences.
  case rootMeanSquared = "rmse"
  /// The mean of the absolute differences.
  case meanAbsolute = "mae"
  /// The mean binary cross-entropy, with the output as a probability; outputs are clipped to 1e-7...(1 -
  /// 1e-7), as in Keras.
  case binaryCrossEntropy = "bce"
  /// The largest absolute difference.
  case maximumAbsolute = "max"
  /// The sum of (input - output): positive if the reconstruction is too small.
  case signedSum = "signed-sum"

  /// Returns the error of one sample.
  ///
  /// Shapes: `input`, `output` [D]. Units: squared input units for `meanSquared`, nats for
  /// `binaryCrossEntropy`, input units for the others. Differences are computed and summed in Double, in 16
  /// fixed lanes (value i goes to lane i mod 16; the lanes are added in pairs 8, 4, 2 and 1 apart), so every
  /// machine with the same logarithm gives the same bits.
  ///
  /// NaN in either span gives NaN.
  /// - Complexity: O(D), no allocation.
  /// - Precondition: both spans contain the same number of values, at least 1.
  public func error(input: Span<Float>, output: Span<Float>) -> Double {
    precondition(input.count == output.count && input.count >= 1, "an error needs two samples of one length")
    let count = Double(input.count)
    return switch self {
    case .meanSquared: squaredSum(input, output) / count
    case .rootMeanSquared: (squaredSum(input, output) / count).squareRoot()
    case .meanAbsolute: absoluteSum(input, output) / count
    case .binaryCrossEntropy: crossEntropySum(input, output) / count
    case .maximumAbsolute: largestDifference(input, output)
    case .signedSum: laneSum(input, output) { $0 - $1 }
    }
  }

  /// Returns the error of one sample.
  ///
  /// - Precondition: both arrays contain the same number of values, at least 1.
  public func error(input: [Float], output: [Float]) -> Double {
    error(input: input.span, output: output.span)
  }

  /// Whether the measure is never negative and 0 for a perfect reconstruction.
  ///
  /// Cross-entropy is not, because its minimum depends on the input; nor is the signed sum.
  public var isZeroForPerfection: Bool { self != .binaryCrossEntropy && self != .signedSum }
}

private func squaredSum(_ input: Span<Float>, _ output: Span<Float>) -> Double {
  laneSum(input, output) { ($0 - $1) * ($0 - $1) }
}

private func absoluteSum(_ input: Span<Float>, _ output: Span<Float>) -> Double {
  laneSum(input, output) { input, output in
    let difference = input - output
    return difference.replacing(with: -difference, where: difference .< 0)
  }
}

private func crossEntropySum(_ input: Span<Float>, _ output: Span<Float>) -> Double {
  laneSum(input, output) { input, output in
    var terms = Lanes.zero
    for lane in terms.indices { terms[lane] = crossEntropy(target: input[lane], probability: output[lane]) }
    return terms
  }
}

/// Returns Keras' cross-entropy of one value: `target` and `probability` in 0...1.
func crossEntropy(target: Double, probability: Double) -> Double {
  let clipped = probability.isNaN ? probability : min(max(probability, 1e-7), 1 - 1e-7)
  // Logarithms are most of the cost, and many values are exactly 0 or 1.
  if target == 0 { return -Mathematics.log(1 - clipped) }
  if target == 1 { return -Mathematics.log(clipped) }
  return -(target * Mathematics.log(clipped) + (1 - target) * Mathematics.log(1 - clipped))
}

private func largestDifference(_ input: Span<Float>, _ output: Span<Float>) -> Double {
  var largest = 0.0
  for index in input.indices {
    let difference = (Double(input[index]) - Double(output[index])).magnitude
    if difference.isNaN { return .nan }
    largest = max(largest, difference)
  }
  return largest
}

private typealias Lanes = SIMD16<Double>

/// Sums a term over pairs of values, in 16 lanes.
@inline(__always)
private func laneSum(_ input: Span<Float>, _ output: Span<Float>, _ term: (Lanes, Lanes) -> Lanes) -> Double {
  var sums = Lanes.zero
  let whole = input.count & ~15
  for start in stride(from: 0, to: whole, by: 16) {
    sums += term(lanes(input.extracting(start..<start + 16)), lanes(output.extracting(start..<start + 16)))
  }
  if whole < input.count {
    let rest = input.count - whole
    var (lastInput, lastOutput) = (Lanes.zero, Lanes.zero)
    for lane in 0..<rest {
      lastInput[lane] = Double(input[whole + lane])
      lastOutput[lane] = Double(output[whole + lane])
    }
    // Lanes past the end add nothing, even if the term of two zeros is not 0.
    var terms = term(lastInput, lastOutput)
    for lane in rest..<16 { terms[lane] = 0 }
    sums += terms
  }
  let eight = sums.lowHalf + sums.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

/// Returns sixteen floats as doubles.
@inline(__always)
private func lanes(_ v: Span<Float>) -> Lanes {
  Lanes(
    SIMD16<Float>(
      v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15]))
}
