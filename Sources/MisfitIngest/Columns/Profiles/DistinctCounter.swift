import MisfitCore

/// An estimate of the number of different values.
///
/// Flajolet et al., "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm" (2007),
/// with 4,096 registers: a standard error of 1.6 %, and linear counting for small numbers.
///
/// The registers of the first few values are stored as a list.
struct DistinctCounter: Sendable {
  /// The registers; empty while there is a list.
  private var registers: [UInt8] = []
  /// The registers in use, with their number in the upper bits and their rank in the lower eight.
  private var list: [UInt32] = []

  private static let bits = 12
  private static let listLimit = 32

  /// Adds the hash of a value.
  mutating func add(_ hash: UInt64) {
    let register = Int(truncatingIfNeeded: hash >> UInt64(64 - Self.bits))
    let rank = UInt8(truncatingIfNeeded: ((hash << UInt64(Self.bits)) | 0x800).leadingZeroBitCount + 1)
    raise(register, to: rank)
  }

  private mutating func raise(_ register: Int, to rank: UInt8) {
    guard registers.isEmpty else {
      if rank > registers[register] { registers[register] = rank }
      return
    }
    let entry = UInt32(register) << 8 | UInt32(rank)
    if let place = list.firstIndex(where: { $0 >> 8 == entry >> 8 }) {
      list[place] = max(list[place], entry)
    } else if list.count < Self.listLimit {
      list.append(entry)
    } else {
      registers = Array(repeating: 0, count: 1 << Self.bits)
      for entry in list + [entry] { raise(Int(entry >> 8), to: UInt8(truncatingIfNeeded: entry)) }
      list = []
    }
  }

  /// Adds the values of another counter.
  mutating func merge(_ other: DistinctCounter) {
    for entry in other.list { raise(Int(entry >> 8), to: UInt8(truncatingIfNeeded: entry)) }
    for index in other.registers.indices where other.registers[index] > 0 {
      raise(index, to: other.registers[index])
    }
  }

  /// The estimated number of different values.
  var estimate: Int {
    let count = Double(1 << Self.bits)
    let ranks = registers.isEmpty ? list.map { UInt8(truncatingIfNeeded: $0) } : registers
    let unlisted = count - Double(ranks.count)
    let sum = ranks.reduce(unlisted) { $0 + 1 / Double(1 << Int($1)) }
    let raw = 0.7213 / (1 + 1.079 / count) * count * count / sum
    let empty = Int(unlisted) + ranks.count { $0 == 0 }
    guard raw <= 2.5 * count, empty > 0 else { return Int(raw.rounded()) }
    return Int((count * Mathematics.log(count / Double(empty))).rounded())
  }
}
