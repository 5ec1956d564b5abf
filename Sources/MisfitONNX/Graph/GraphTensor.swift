import MisfitCore

/// A tensor of a graph: its extents, and its elements row by row.
package struct GraphTensor: Sendable, Hashable {
  /// The elements, by their type.
  package enum Elements: Sendable, Hashable {
    case float([Float])
    case uint8([UInt8])
    case int64([Int])
    case string([String])
    case bool([Bool])
    case double([Double])
  }

  /// The size of each dimension, outermost first; empty for a single element.
  package let extents: [Int]
  /// The elements: as many as the product of ``extents``.
  package let elements: Elements

  /// Creates a tensor.
  ///
  /// - Precondition: there are as many elements as the product of `extents`.
  package init(_ extents: [Int], _ elements: Elements) {
    self.extents = extents
    self.elements = elements
    precondition(elements.count == extents.reduce(1, *), "a tensor has its extents' count")
  }

  /// The type of the elements.
  package var type: ElementType { elements.type }
  /// The number of elements.
  package var count: Int { elements.count }
}

extension GraphTensor.Elements {
  /// The type of the elements.
  package var type: ElementType {
    switch self {
    case .float: .float
    case .uint8: .uint8
    case .int64: .int64
    case .string: .string
    case .bool: .bool
    case .double: .double
    }
  }

  /// The number of elements.
  package var count: Int {
    switch self {
    case .float(let values): values.count
    case .uint8(let values): values.count
    case .int64(let values): values.count
    case .string(let values): values.count
    case .bool(let values): values.count
    case .double(let values): values.count
    }
  }
}

extension GraphTensor {
  /// The elements as doubles; texts are NaN.
  package var doubles: [Double] {
    switch elements {
    case .float(let values): values.map { Double($0) }
    case .uint8(let values): values.map { Double($0) }
    case .int64(let values): values.map { Double($0) }
    case .string(let values): values.map { _ in .nan }
    case .bool(let values): values.map { $0 ? 1 : 0 }
    case .double(let values): values
    }
  }

  /// The elements as whole numbers; empty for another type than `int64`.
  package var integers: [Int] {
    if case .int64(let values) = elements { values } else { [] }
  }

  /// The elements as truth values; empty for another type than `bool`.
  package var truths: [Bool] {
    if case .bool(let values) = elements { values } else { [] }
  }

  /// The elements as texts; empty for another type than `string`.
  package var texts: [String] {
    if case .string(let values) = elements { values } else { [] }
  }

  /// Returns the same elements with other extents.
  ///
  /// - Precondition: the product of the extents is the same.
  package func reshaped(_ extents: [Int]) -> GraphTensor { GraphTensor(extents, elements) }
}
