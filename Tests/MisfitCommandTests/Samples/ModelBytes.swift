import Foundation
import Testing

/// A safetensors file, taken apart without the code under test.
enum ModelBytes {
  /// The bytes of all tensors.
  static func tensors(_ file: Data) throws -> Data {
    let bytes = [UInt8](file)
    try #require(bytes.count > 8)
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << ($1 * 8) }
    try #require(length > 0 && 8 + length < bytes.count)
    return Data(bytes[(8 + length)...])
  }
}
