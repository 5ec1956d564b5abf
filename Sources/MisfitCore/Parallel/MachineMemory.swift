#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The machine's memory, and the use this process makes of it.
package enum MachineMemory {
  /// The machine's memory in bytes.
  package static var totalBytes: Int {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let pageSize = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && pageSize > 0 ? pages * pageSize : 1 << 32
  }

  /// A quarter of the machine's memory, the default limit for rows in memory.
  package static var defaultLimitBytes: Int { totalBytes / 4 }

  /// The peak resident memory of this process, in bytes.
  package static var peakResidentBytes: Int {
    var usage = rusage()
    #if canImport(Darwin)
      guard unsafe getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
      return Int(usage.ru_maxrss)
    #else
      guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
      return Int(usage.ru_maxrss) * 1024
    #endif
  }
}
