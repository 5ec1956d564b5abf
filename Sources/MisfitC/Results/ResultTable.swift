import MisfitCore
import MisfitIngest

/// A column of results.
final class ResultColumn: Sendable {
  /// The values of a column, in the layouts of Arrow.
  enum Values: Sendable {
    case doubles(ArrowBuffer)
    case floats(ArrowBuffer)
    case integers(ArrowBuffer)
    case bits(ArrowBuffer)
    case texts(offsets: ArrowBuffer, bytes: ArrowBuffer)
    case lists(count: Int, ArrowBuffer)

    /// The format in a schema; that of the values for lists.
    var format: String {
      switch self {
      case .doubles, .lists: "g"
      case .floats: "f"
      case .integers: "l"
      case .bits: "b"
      case .texts: "U"
      }
    }

    /// The buffers after that of the validity.
    var buffers: [ArrowBuffer] {
      switch self {
      case .doubles(let values), .floats(let values), .integers(let values), .bits(let values),
        .lists(_, let values):
        [values]
      case .texts(let offsets, let bytes): [offsets, bytes]
      }
    }
  }

  /// The name.
  let name: String
  /// The values.
  let values: Values
  /// A bit for each value, 0 if it is missing; nil if none is.
  let validity: ArrowBuffer?
  /// The number of missing values.
  let nullCount: Int

  private init(_ name: String, _ values: Values, validity: ArrowBuffer? = nil, nullCount: Int = 0) {
    self.name = name
    self.values = values
    self.validity = validity
    self.nullCount = nullCount
  }

  /// Creates a column of numbers; NaN is missing.
  convenience init(_ name: String, doubles: [Double]) {
    let nullCount = doubles.count(where: \.isNaN)
    let validity = nullCount == 0 ? nil : ArrowBuffer(Self.bits(doubles) { !$0.isNaN })
    self.init(name, .doubles(ArrowBuffer(doubles)), validity: validity, nullCount: nullCount)
  }

  /// Creates a column of 32-bit floats.
  convenience init(_ name: String, floats: [Float]) { self.init(name, .floats(ArrowBuffer(floats))) }

  /// Creates a column of whole numbers.
  convenience init(_ name: String, integers: [Int64]) { self.init(name, .integers(ArrowBuffer(integers))) }

  /// Creates a column of truth values; nil is missing.
  convenience init(_ name: String, flags: [Bool?]) {
    let nullCount = flags.count { $0 == nil }
    let validity = nullCount == 0 ? nil : ArrowBuffer(Self.bits(flags) { $0 != nil })
    self.init(
      name, .bits(ArrowBuffer(Self.bits(flags) { $0 ?? false })), validity: validity, nullCount: nullCount)
  }

  /// Creates a column of texts.
  convenience init(_ name: String, texts: TextColumn) {
    let nullCount = texts.present.count { !$0 }
    let validity = nullCount == 0 ? nil : ArrowBuffer(Self.bits(texts.present) { $0 })
    self.init(
      name, .texts(offsets: ArrowBuffer(texts.ends), bytes: ArrowBuffer(texts.bytes)), validity: validity,
      nullCount: nullCount)
  }

  /// Creates a column of lists of `count` numbers each.
  convenience init(_ name: String, lists: [Double], count: Int) {
    self.init(name, .lists(count: count, ArrowBuffer(lists)))
  }

  private static func bits<Value>(_ values: [Value], _ isSet: (Value) -> Bool) -> [UInt8] {
    var bits = Array(repeating: UInt8(0), count: (values.count + 7) / 8)
    for (index, value) in values.enumerated() where isSet(value) { bits[index >> 3] |= 1 << UInt8(index & 7) }
    return bits
  }
}

/// Texts, one after the other.
struct TextColumn {
  private(set) var bytes: [UInt8] = []
  /// The end of each text, after a 0.
  private(set) var ends: [Int64] = [0]
  private(set) var present: [Bool] = []

  /// Adds a text, or a missing one.
  mutating func append(_ text: String?) {
    if let text { bytes += text.utf8 }
    ends.append(Int64(bytes.count))
    present.append(text != nil)
  }

  /// Adds the digits of a number.
  mutating func append(number: Int) {
    NumberText.append(number, to: &bytes)
    ends.append(Int64(bytes.count))
    present.append(true)
  }
}

/// A table of results.
final class ResultTable: Sendable {
  /// The columns, all of the same length.
  let columns: [ResultColumn]
  /// The number of rows.
  let rowCount: Int

  /// Creates a table.
  init(_ columns: [ResultColumn], rowCount: Int) {
    self.columns = columns
    self.rowCount = rowCount
  }
}
