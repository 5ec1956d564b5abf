import Misfit

/// The peak resident memory of this process.
enum PeakMemory {
  /// The peak in bytes.
  ///
  /// It is `VmHWM` on Linux: unlike `getrusage`, it does not start with the parent's value.
  static var bytes: Int {
    var text = ""
    if let file = try? ByteFile.reading("/proc/self/status") {
      var bytes: [UInt8] = []
      while let count = try? file.read(upTo: 4096, appendingTo: &bytes), count > 0 {}
      text = String(decoding: bytes, as: UTF8.self)
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kibibytes = line.flatMap { Int($0.filter(\.isNumber)) }
    return kibibytes.map { $0 * 1024 } ?? MachineMemory.peakResidentBytes
  }
}
