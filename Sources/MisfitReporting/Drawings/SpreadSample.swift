/// A sample of every n-th element of a sequence.
///
/// When there are too many, every second one is dropped and n doubles. Between half the limit and the limit
/// of the elements are kept, evenly spread and in order.
struct SpreadSample<Element> {
  private(set) var elements: [Element] = []
  private let limit: Int
  private var stride = 1
  private var seen = 0

  /// Creates a sample of at most `limit` elements, but at least two.
  init(limit: Int) { self.limit = max(limit, 2) }

  /// Offers an element; the closure is called only if the element is kept.
  mutating func offer(_ element: () -> Element) {
    defer { seen += 1 }
    guard seen % stride == 0 else { return }
    if elements.count >= limit {
      elements = elements.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
      stride *= 2
      guard seen % stride == 0 else { return }
    }
    elements.append(element())
  }
}

/// The samples that a walk interpolates between: the first of each label, or samples spread evenly over the
/// source.
struct WalkSamples {
  typealias Sample = (input: [Float], code: [Float], title: String)

  private var ofLabel: [(label: String, sample: Sample)] = []
  private var spread: SpreadSample<Sample>
  private let limit: Int

  init(limit: Int) {
    self.limit = max(limit, 2)
    // At least half of them are kept from a long source.
    spread = SpreadSample(limit: 2 * self.limit)
  }

  mutating func offer(label: String?, _ sample: () -> Sample) {
    spread.offer(sample)
    guard let label, ofLabel.count < limit, !ofLabel.contains(where: { $0.label == label }) else { return }
    ofLabel.append((label, sample()))
  }

  /// An even number of samples; if there are at least two labels, one a label, in the order of the labels.
  var elements: [Sample] {
    let names = LabelOrder.sorted(ofLabel.map(\.label))
    let labelled = names.compactMap { name in ofLabel.first { $0.label == name }?.sample }
    let found = labelled.count >= 2 ? labelled : spread.elements
    let count = min(limit, found.count) & ~1
    return (0..<count).map { found[$0 * found.count / count] }
  }
}
