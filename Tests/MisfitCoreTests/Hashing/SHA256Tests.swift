import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitCore

@Suite struct SHA256Tests {
  private func digest(_ bytes: [UInt8]) -> String {
    var checksum = SHA256()
    checksum.update(bytes.span)
    return checksum.digest.description
  }

  @Test(
    "The standard's examples have the standard's checksums",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func standardExamples(text: String, expected: String) {
    #expect(digest(Array(text.utf8)) == expected)
  }

  /// Byte i is (7 i + 3) mod 256, as in the script of the fixture.
  private func sample(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: 7 * $0 + 3) } }

  @Test("Every size around the bounds of blocks agrees with Python's hashlib")
  func agreesWithHashlib() throws {
    let expected = try Fixture.json("sha256.json", as: [String: String].self)
    #expect(expected.count >= 20)
    for (count, digits) in expected { #expect(digest(sample(try #require(Int(count)))) == digits) }
  }

  @Test("The split of the bytes makes no difference", arguments: [1, 3, 55, 56, 63, 64, 65, 128])
  func cuts(pieceByteCount: Int) {
    let bytes = sample(300)
    var checksum = SHA256()
    for start in stride(from: 0, to: bytes.count, by: pieceByteCount) {
      checksum.update(bytes.span.extracting(start..<min(start + pieceByteCount, bytes.count)))
      _ = checksum.digest  // asking on the way changes nothing
    }
    #expect(checksum.digest.description == digest(bytes))
  }

  @Test("A file has the checksum of its bytes, and a missing one an error")
  func files() throws {
    let folder = try _TestSupport.TemporaryFolder()
    let path = try folder.write("abc", to: "abc")
    #expect(try SHA256.digest(ofFileAt: path).description.hasPrefix("ba7816bf"))
    #expect(throws: FileError.self) { try SHA256.digest(ofFileAt: folder.file("none")) }
  }

  @Test("A checksum is read from 64 hexadecimal digits and from nothing else")
  func reading() {
    let digits = digest([])
    #expect(SHA256.Digest(hexadecimal: digits)?.description == digits)
    #expect(SHA256.Digest(hexadecimal: digits.uppercased())?.description == digits)
    for text in [
      "", String(digits.dropLast()), digits + "0", "g" + digits.dropFirst(), "é" + digits.dropFirst(),
    ] {
      #expect(SHA256.Digest(hexadecimal: text) == nil)
    }
  }
}
