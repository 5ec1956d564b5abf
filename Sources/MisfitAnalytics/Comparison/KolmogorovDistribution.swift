import MisfitCore

/// The distribution of the two-sided one-sample Kolmogorov-Smirnov statistic.
///
/// The choice of method by region follows Simard and L'Ecuyer, "Computing the two-sided Kolmogorov-Smirnov
/// distribution", Journal of Statistical Software 39(11), 2011.
enum KolmogorovDistribution {
  /// Returns the probability that the statistic of `count` values is at least `x`.
  ///
  /// The relative accuracy is about 1e-9; near 1 it is the absolute accuracy.
  static func upperTail(of x: Double, count: Int) -> Double {
    let n = Double(count)
    let t = n * x
    if x >= 1 { return 0 }
    if t <= 0.5 { return 1 }
    if t >= n - 1 { return min(1, 2 * Mathematics.pow(1 - x, n)) }
    let nx2 = t * x
    // Twice the one-sided tail is exact from 1/2 up, and nearly exact if both sides are hardly ever exceeded
    // together.
    if x >= 0.5 || nx2 > (count <= 140 ? 4 : 2.2) {
      return min(1, 2 * oneSidedUpperTail(of: x, count: count))
    }
    let isSmall = count <= 140 || (count <= 100_000 && n * x * x.squareRoot() <= 1.4)
    let below = isSmall ? durbinMatrix(x, count) : pelzGood(x, count)
    return min(max(1 - below, 0), 1)
  }

  /// Returns Smirnov's sum over j <= n (1 - x) of C(n, j) x (x + j/n)^(j - 1) (1 - x - j/n)^(n - j).
  ///
  /// - Complexity: O(n).
  private static func oneSidedUpperTail(of x: Double, count: Int) -> Double {
    let n = Double(count)
    if n * x * x >= 370 { return 0 }
    // Kahan summation: a million rounded logarithms would cost eight digits.
    var (logBinomial, lost, sum) = (0.0, 0.0, 0.0)
    for index in 0...Int((n * (1 - x)).rounded(.down)) {
      let j = Double(index)
      let rest = 1 - x - j / n
      if rest > 0 {
        let log = logBinomial + (j - 1) * Mathematics.log(x + j / n) + (n - j) * Mathematics.log(rest)
        sum += Mathematics.exp(log)
      }
      let addend = Mathematics.log((n - j) / (j + 1)) - lost
      let next = logBinomial + addend
      lost = (next - logBinomial) - addend
      logBinomial = next
    }
    return x * sum
  }

  /// Returns the probability of at most `x`, by Durbin's matrix (Marsaglia, Tsang and Wang, "Evaluating
  /// Kolmogorov's distribution", 2003).
  ///
  /// - Complexity: O((n x)^3 log n).
  private static func durbinMatrix(_ x: Double, _ count: Int) -> Double {
    let n = Double(count)
    let k = Int((n * x).rounded(.up))
    var matrix = ScaledMatrix.durbin(size: 2 * k - 1, h: Double(k) - n * x)
    var power = ScaledMatrix.identity(size: 2 * k - 1)
    var remaining = count
    while remaining > 0 {
      if remaining & 1 == 1 { power = power.times(matrix) }
      remaining >>= 1
      if remaining > 0 { matrix = matrix.times(matrix) }
    }
    var probability = power.values[(k - 1) * power.size + k - 1]
    var exponent = power.exponent
    for i in 1...count {
      probability *= Double(i) / n
      if probability < 0x1p-128 {
        probability *= 0x1p128
        exponent -= 128
      }
    }
    return Double(sign: .plus, exponent: exponent, significand: probability)
  }

  /// Returns the probability of at most `x`, by the expansion of Pelz and Good ("Approximating the lower
  /// tail-areas of the Kolmogorov-Smirnov one-sample statistic", 1976), for n above 100.
  private static func pelzGood(_ x: Double, _ count: Int) -> Double {
    let n = Double(count)
    let z = n.squareRoot() * x
    let z2 = z * z
    let pi2 = Double.pi * Double.pi
    // Below this the first term underflows: the statistic is never that small.
    if -pi2 / 8 / z2 < -708 { return 0 }
    var odd = SIMD4<Double>.zero
    var even = SIMD2<Double>.zero
    for index in stride(from: Int((16 * z / .pi).rounded(.up)), to: 0, by: -1) {
      let k = Double(index)
      odd +=
        oddCoefficients(m: 2 * k - 1, z2: z2) * Mathematics.exp(-pi2 / 8 / z2 * (2 * k - 1) * (2 * k - 1))
      even += SIMD2(k * k, (3 * z2 - pi2 * k * k) * k * k) * Mathematics.exp(-pi2 / 2 / z2 * k * k)
    }
    let root = (2 * Double.pi).squareRoot()
    let (z3, z4) = (z2 * z, z2 * z2)
    odd *= root / SIMD4(z, 6 * z4, 72 * z4 * z3, 6480 * z4 * z4 * z2)
    odd.z -= even.x * pi2 * root / (36 * z3)
    odd.w += even.y * pi2 * root / (216 * z3 * z3)
    return odd.x + odd.y / n.squareRoot() + odd.z / n + odd.w / (n * n.squareRoot())
  }

  /// Returns the polynomial coefficients of the terms of the four sums over odd numbers.
  private static func oddCoefficients(m: Double, z2: Double) -> SIMD4<Double> {
    let (z4, z6) = (z2 * z2, z2 * z2 * z2)
    let a = Double.pi * Double.pi * m * m
    let second = 6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * a / 4 + (1 - 2 * z2) * a * a / 16
    let third1 = -30 * z6 - 90 * z4 * z4 + (135 * z4 - 96 * z6) * a / 4
    let third2 = (-60 * z2 + 212 * z4) * a * a / 16 + (5 - 30 * z2) * a * a * a / 64
    return SIMD4(1, a / 4 - z2, second, third1 + third2)
  }
}

/// A square matrix times a power of two, so that its high powers stay in range.
private struct ScaledMatrix {
  var size: Int
  var values: [Double]
  var exponent = 0

  static func identity(size: Int) -> ScaledMatrix {
    var matrix = ScaledMatrix(size: size, values: [Double](repeating: 0, count: size * size))
    for i in 0..<size { matrix.values[i * size + i] = 1 }
    return matrix
  }

  /// Returns Durbin's matrix: inverse factorials on and below the diagonal and one above, corrected in the
  /// first column and last row.
  static func durbin(size: Int, h: Double) -> ScaledMatrix {
    var inverseFactorials = [1.0]
    for i in 1...size { inverseFactorials.append(inverseFactorials[i - 1] / Double(i)) }
    var matrix = ScaledMatrix(size: size, values: [Double](repeating: 0, count: size * size))
    for row in 0..<size {
      for column in 0..<min(row + 2, size) {
        matrix.values[row * size + column] = inverseFactorials[row - column + 1]
      }
    }
    for i in 0..<size {
      let edge = (1 - Mathematics.pow(h, Double(i + 1))) * inverseFactorials[i + 1]
      matrix.values[i * size] = edge
      matrix.values[(size - 1) * size + size - 1 - i] = edge
    }
    let corner = 1 - 2 * Mathematics.pow(h, Double(size)) + Mathematics.pow(max(2 * h - 1, 0), Double(size))
    matrix.values[(size - 1) * size] = corner * inverseFactorials[size]
    return matrix
  }

  func times(_ other: ScaledMatrix) -> ScaledMatrix {
    var product = ScaledMatrix(size: size, values: [Double](repeating: 0, count: size * size))
    for row in 0..<size {
      for inner in 0..<size {
        let factor = values[row * size + inner]
        for column in 0..<size {
          product.values[row * size + column] += factor * other.values[inner * size + column]
        }
      }
    }
    product.exponent = exponent + other.exponent
    let center = product.values[size / 2 * size + size / 2]
    if center > 0x1p128 {
      for index in product.values.indices { product.values[index] *= 0x1p-128 }
      product.exponent += 128
    }
    return product
  }
}
