import Foundation

@testable import MisfitKernels

/// Losses and error measures by plain loops in doubles.
enum ReferenceLoss {
  /// A sum, with the magnitude of its terms.
  static func sum(_ terms: [Double]) -> Expected {
    Expected(terms.reduce(0, +), termsUpTo: terms.reduce(0) { $0 + abs($1) })
  }

  static func term(_ loss: Loss, _ output: Double, _ target: Double) -> Double {
    switch loss {
    case .meanSquaredError: (output - target) * (output - target)
    case .meanAbsoluteError: abs(output - target)
    // -x ln p - (1 - x) ln(1 - p) = x ln(1 + e^-z) + (1 - x) ln(1 + e^z), which a large logit does not
    // overflow here.
    case .binaryCrossEntropy: target * softplus(-output) + (1 - target) * softplus(output)
    case .mixed: .nan
    }
  }

  static func gradient(_ loss: Loss, _ output: Double, _ target: Double, scale: Double) -> Expected {
    let difference = output - target
    switch loss {
    case .meanSquaredError:
      return Expected(2 * scale * difference)
    case .meanAbsoluteError:
      return Expected(difference == 0 ? 0 : difference > 0 ? scale : -scale)
    case .binaryCrossEntropy:
      let probability = 1 / (1 + exp(-output))
      return Expected(scale * (probability - target), termsUpTo: scale * max(probability, target))
    case .mixed: return Expected(.nan)
    }
  }

  /// Mean squared, mean absolute, maximum, signed sum, mean cross-entropy.
  static func rowErrors(input: [Double], output: [Double]) -> [Expected] {
    let n = Double(input.count)
    let differences = zip(input, output).map { $0 - $1 }
    // The bounds as floats: 1 - 1e-7 is the float 1 - 2^-23.
    let (low, high) = (Double(Float(1e-7)), 1 - 0x1p-23)
    let entropies = zip(input, output).map { x, y in
      let p = min(max(y, low), high)
      return -(x * log(p) + (1 - x) * log(1 - p))
    }
    let sums = [
      sum(differences.map { $0 * $0 }), sum(differences.map(abs)), Expected(differences.map(abs).max() ?? 0),
      sum(differences), sum(entropies),
    ]
    return zip(sums, [n, n, 1, 1, n]).map { Expected($0.value / $1, termsUpTo: $0.magnitude / $1) }
  }

  private static func softplus(_ z: Double) -> Double { max(z, 0) + log1p(exp(-abs(z))) }
}
