import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitDatasets

@Suite struct DatasetTests {
  private let folder: _TestSupport.TemporaryFolder
  private let dataset: Dataset

  /// A package of two small files, of which each has a second edition.
  init() throws {
    let folder = try _TestSupport.TemporaryFolder()
    self.folder = folder
    let package = folder.file("package")
    try FileManager.default.createDirectory(atPath: package, withIntermediateDirectories: false)
    let files = try ["one", "two!"].map { text in
      _ = try folder.write(text, to: "package/\(text).gz")
      return DatasetFile("\(text).gz", editions: [Self.edition("original of \(text)"), Self.edition(text)])
    }
    dataset = Dataset(
      name: "small", summary: "two files", licence: "MIT", files: files, mirrors: ["https://example.com/"],
      package: Dataset.Package(name: "dataset-small", folder: package))
  }

  private static func edition(_ text: String) -> DatasetFile.Edition {
    var checksum = SHA256()
    checksum.update(Array(text.utf8).span)
    return DatasetFile.Edition(byteCount: text.utf8.count, digest: checksum.digest)
  }

  @Test("The published data sets have four files each, with different checksums")
  func published() {
    #expect(Dataset.published.map(\.name) == ["mnist", "fashion-mnist"])
    #expect(Dataset.published.allSatisfy { $0.files.count == 4 })
    let digests = Dataset.published.flatMap { $0.files.flatMap { $0.editions.map(\.digest) } }
    #expect(digests.count == 12 && Set(digests).count == 12)
    #expect(Dataset.mnist.byteCount == 9_912_422 + 28_881 + 1_648_877 + 4_542)
  }

  @Test("The files of a package are copied once, and stay after that")
  func copies() throws {
    let destination = folder.file("a/b")
    let copies = try dataset.copyPackage(to: destination)
    #expect(copies.map(\.origin) == [.copied, .copied])
    #expect(copies.map(\.path) == ["\(destination)/one.gz", "\(destination)/two!.gz"])
    #expect(try String(contentsOfFile: copies[1].path, encoding: .utf8) == "two!")
    #expect(try dataset.copyPackage(to: destination).map(\.origin) == [.present, .present])
  }

  @Test("A missing file of the package is reported with the name of the package")
  func missing() throws {
    try FileManager.default.removeItem(atPath: folder.file("package/two!.gz"))
    let error = #expect(throws: DatasetError.self) { try dataset.installedPackage() }
    #expect(error?.description.contains("apt-get install dataset-small") == true)
    #expect(error?.position?.source == folder.file("package/two!.gz"))
    #expect(dataset.folder(among: []) == nil)
  }

  @Test("An altered file of the package is not copied")
  func altered() throws {
    _ = try folder.write("eno", to: "package/one.gz")
    let error = #expect(throws: DatasetError.self) { try dataset.copyPackage(to: folder.file("a")) }
    #expect(error?.kind == .packageAltered(name: "dataset-small", found: Self.edition("eno").digest))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("a")).isEmpty)
  }

  @Test("An existing file is not overwritten")
  func occupied() throws {
    try FileManager.default.createDirectory(atPath: folder.file("a"), withIntermediateDirectories: false)
    let path = try folder.write("mine", to: "a/one.gz")
    let error = #expect(throws: DatasetError.self) { try dataset.copyPackage(to: folder.file("a")) }
    #expect(error?.description.contains("not overwritten") == true)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
  }

  @Test("The folder is the first one with all files of the correct size")
  func finds() throws {
    #expect(dataset.folder(among: [folder.path, folder.file("none")]) == folder.file("package"))
    _ = try dataset.copyPackage(to: folder.file("a"))
    #expect(dataset.folder(among: [folder.file("none"), folder.file("a")]) == folder.file("a"))
    _ = try folder.write("other", to: "a/one.gz")
    #expect(dataset.folder(among: [folder.file("a")]) == folder.file("package"))
  }

  @Test("Every error has a message with its position")
  func sentences() {
    let digest = Self.edition("").digest
    let kinds: [DatasetError.Kind] = [
      .packageMissing(name: "p", mirror: nil), .noDownloader, .refused(status: 404), .refused(status: nil),
      .refused(status: 503), .unreachable, .cut(byteCount: 1, expectedByteCount: 2000), .notResumable,
      .untrusted,
      .unusableAddress, .wrongChecksum(expected: digest, found: digest),
      .packageAltered(name: "p", found: digest),
      .occupied(expected: digest, found: digest), .unwritable, .stopped(signal: 9),
      .downloader(exitStatus: 99, message: "odd"),
      .file(FileError(.create, path: "place", errorNumber: EACCES)),
    ]
    let texts = kinds.map { DatasetError($0, at: "place").description }
    #expect(texts.allSatisfy { $0.hasPrefix("place: ") })
    #expect(Set(texts).count == texts.count)
  }
}
