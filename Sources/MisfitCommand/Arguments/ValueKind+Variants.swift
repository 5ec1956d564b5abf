import Misfit

extension ValueKind where Value == String {
  /// The layers of an architecture, or the name of a preset.
  static var architecture: ValueKind {
    .text(
      "the layers of a network, or one of "
        + ArchitecturePreset.allCases.map(\.rawValue).joined(separator: ", "),
      example: "dense 32 relu || dense 784 sigmoid")
  }
}

extension ValueKind where Value == Noise {
  /// A kind of noise and its amount: `gaussian:0.5`.
  static var noise: ValueKind {
    let kinds = Noise.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    return ValueKind(
      expectation: "a noise (\(kinds)) and its amount", example: "gaussian:0.5", read: readNoise,
      write: {
        "\($0.kind.rawValue):\(NumberText.significant($0.amount, digits: 6))\($0.isKept ? ":kept" : "")"
      },
      hint: { $0.contains(":") ? "a share is from 0 to 1" : "give the amount after a colon, as in \($0):0.3" }
    )
  }

  private static func readNoise(_ text: String) -> Noise? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let isKept = parts.count == 3 && parts[2] == "kept"
    guard parts.count == (isKept ? 3 : 2), let kind = Noise.Kind(rawValue: String(parts[0])),
      let amount = Double(parts[1]),
      amount >= 0, amount.isFinite, kind == .gaussian || amount <= 1
    else { return nil }
    var noise = Noise(kind, amount: amount)
    noise.isKept = isKept
    return noise
  }
}

extension ValueKind where Value == CodePenalty {
  /// A sparsity penalty: `l1:0.0001` or `kl:0.1:0.05`.
  static var sparsity: ValueKind {
    ValueKind(
      expectation: "l1:WEIGHT or kl:WEIGHT:TARGET, the target between 0 and 1", example: "l1:0.0001",
      read: readSparsity,
      write: { penalty in
        switch penalty {
        case .absolute(let weight): "l1:\(NumberText.significant(weight, digits: 6))"
        case .divergence(let weight, let target):
          "kl:\(NumberText.significant(weight, digits: 6)):\(NumberText.significant(target, digits: 6))"
        case .contractive: nil
        }
      })
  }

  private static func readSparsity(_ text: String) -> CodePenalty? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.dropFirst().compactMap { Double($0) }
    guard numbers.count + 1 == parts.count, let weight = numbers.first, weight > 0, weight.isFinite else {
      return nil
    }
    switch (parts[0], numbers.count) {
    case ("l1", 1): return .absolute(weight: weight)
    case ("kl", 2):
      return numbers[1] > 0 && numbers[1] < 1 ? .divergence(weight: weight, target: numbers[1]) : nil
    default: return nil
    }
  }
}
