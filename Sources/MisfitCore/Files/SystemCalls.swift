#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// System calls whose names are also names of our methods.
enum SystemCalls {
  static func read(_ descriptor: Int32, _ start: UnsafeMutableRawPointer, _ count: Int) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.read(descriptor, start, count)
    #else
      unsafe Glibc.read(descriptor, start, count)
    #endif
  }

  static func write(_ descriptor: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.write(descriptor, start, count)
    #else
      unsafe Glibc.write(descriptor, start, count)
    #endif
  }

  static func rename(_ source: String, _ destination: String) -> Int32 {
    #if canImport(Darwin)
      unsafe Darwin.rename(PathText.cString(source), PathText.cString(destination))
    #else
      unsafe Glibc.rename(PathText.cString(source), PathText.cString(destination))
    #endif
  }
}
