/// The arguments of the process.
package enum ProcessArguments {
  /// All arguments, the program's name first.
  ///
  /// Bytes that are not UTF-8 are escaped as in ``PathText``, so that files with such names can be given.
  package static var all: [String] {
    let words = unsafe CommandLine.unsafeArgv
    return (0..<Int(CommandLine.argc)).map { index in
      guard let word = unsafe words[index] else { return "" }
      var bytes: [UInt8] = []
      while case let byte = unsafe word[bytes.count], byte != 0 { bytes.append(UInt8(bitPattern: byte)) }
      return PathText.string(decoding: bytes)
    }
  }
}
