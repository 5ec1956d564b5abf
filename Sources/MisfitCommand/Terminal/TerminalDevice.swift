#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Properties of a terminal.
enum TerminalDevice {
  /// Returns whether a descriptor refers to a terminal.
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Returns the number of columns of a descriptor's terminal; nil if it is not a terminal or the width is
  /// unknown.
  static func columnCount(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
