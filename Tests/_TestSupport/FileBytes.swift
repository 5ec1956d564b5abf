import MisfitCore

/// All bytes of a file.
package func readBytes(_ path: String) throws -> [UInt8] {
  let file = try ByteFile.reading(path)
  var bytes: [UInt8] = []
  while try file.read(upTo: 1 << 14, appendingTo: &bytes) > 0 {}
  return bytes
}
