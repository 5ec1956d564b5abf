#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The metadata of the extension type `arrow.fixed_shape_tensor`: `{"shape": [28, 28]}`.
struct ArrowTensorShape: Decodable {
  private var shape: [Int]
  private var permutation: [Int]?

  /// Parses metadata; nil if it is not of this form.
  init?(json: String) {
    guard json.utf8.count <= 1 << 16,
      let shape = try? JSONDecoder().decode(ArrowTensorShape.self, from: Data(json.utf8))
    else { return nil }
    self = shape
  }

  /// Returns the shape if it has as many values as lists of these extents, in their order; otherwise nil.
  func extents(of listed: [Int]) -> [Int]? {
    guard permutation.map({ $0 == Array(shape.indices) }) ?? true, !shape.isEmpty,
      Self.product(shape) == Self.product(listed)
    else { return nil }
    return shape
  }

  private static func product(_ extents: [Int]) -> Int? {
    var product = 1
    for extent in extents {
      let (next, overflows) = product.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflows else { return nil }
      product = next
    }
    return product
  }
}
