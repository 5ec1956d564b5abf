import Foundation
import Misfit
import MisfitDatasets
import Testing
import _TestSupport

@testable import MisfitCommand

@Suite struct DatasetsTests {
  private let folder: TemporaryFolder
  private let captured = CapturedStreams()

  init() throws { folder = try TemporaryFolder() }

  private func run(_ arguments: String...) -> MisfitCommand.ExitStatus {
    Program.misfit.run(arguments, on: captured.streams)
  }

  /// What is printed by a part of the verb.
  private func output(wantsJSON: Bool = false, of body: (Terminal) throws -> Void) throws -> String {
    var common = CommonFlags()
    common.wantsJSON = wantsJSON
    let streams = captured.streams
    try body(Terminal(streams, common))
    try streams.output.flush()
    return captured.output
  }

  /// A data set of images and labels, as small as can be.
  private func small(package: Dataset.Package?) -> Dataset {
    let files = ["images.gz", "labels.gz"].map { name in
      var checksum = SHA256()
      checksum.update(Array(name.utf8).span)
      return DatasetFile(
        name, editions: [DatasetFile.Edition(byteCount: name.utf8.count, digest: checksum.digest)])
    }
    return Dataset(
      name: "small", summary: "two files", licence: "MIT", files: files, mirrors: ["http://127.0.0.1:1/"],
      package: package)
  }

  private func installPackage() throws -> Dataset.Package {
    for name in ["images.gz", "labels.gz"] { _ = try folder.write(name, to: name) }
    return Dataset.Package(name: "dataset-small", folder: folder.path)
  }

  @Test("Without a name, the data sets are listed with size and license")
  func listing() {
    #expect(run("data", "--to", folder.path) == .done)
    #expect(captured.output.contains("mnist"))
    #expect(captured.output.contains("CC BY-SA 3.0"))
    #expect(captured.output.contains("11.1 MiB"))
  }

  @Test("The list contains the location of a data set, as text and as JSON")
  func listsFolder() throws {
    let datasets = [small(package: try installPackage()), small(package: nil)]
    #expect(try output { try Datasets().list(datasets, $0) }.contains(folder.path))
  }

  @Test("In JSON, the folder of a data set that is not found is null")
  func listsFolderAsJSON() throws {
    let datasets = [small(package: try installPackage()), small(package: nil)]
    let json = try output(wantsJSON: true) { try Datasets().list(datasets, $0) }
    #expect(json.contains("\"folder\":\"\(folder.path)\"}"))
    #expect(json.contains("\"folder\":null}"))
  }

  @Test("An installed package is printed with its paths and an example command")
  func found() throws {
    let dataset = small(package: try installPackage())
    let text = try output { try Datasets().fetch(dataset, $0) }
    #expect(text.contains("\(folder.path)/images.gz\n"))
    #expect(text.contains("misfit detect \(folder.path)/images.gz --labels \(folder.path)/labels.gz"))
  }

  @Test("With --to, the package's files are copied, and a path with a space is quoted for the shell")
  func copied() throws {
    var verb = Datasets()
    verb.destination = folder.file("a b")
    let dataset = small(package: try installPackage())
    let text = try output { try verb.fetch(dataset, $0) }
    #expect(FileManager.default.fileExists(atPath: folder.file("a b/labels.gz")))
    #expect(text.contains("(copied)"))
    #expect(text.contains("--labels '\(folder.file("a b"))/labels.gz'"))
  }

  @Test(
    "A download goes to the folder from the given address", .enabled(if: Programs.has("curl"), "needs curl"))
  func downloaded() throws {
    let server = try LocalFileServer([
      "images.gz": Array("images.gz".utf8), "labels.gz": Array("labels.gz".utf8),
    ])
    var verb = Datasets()
    verb.destination = folder.file("new")
    verb.mirror = server.address
    let dataset = small(package: nil)
    let text = try output { try verb.fetch(dataset, $0) }
    #expect(text.contains("\(folder.file("new"))/images.gz  (downloaded)"))
    #expect(server.requests.map(\.path) == ["/images.gz", "/labels.gz"])
  }

  @Test(
    "A server without the files is an error with a remedy", .enabled(if: Programs.has("curl"), "needs curl"))
  func refused() throws {
    let server = try LocalFileServer([:])
    #expect(run("data", "mnist", "--to", folder.path, "--from", server.address) == .error)
    #expect(captured.errors.contains("404"))
    #expect(captured.errors.contains("--from URL"))
  }

  @Test("A missing package is reported with the command that installs it")
  func missingPackage() throws {
    let package = Dataset.Package(name: "dataset-small", folder: folder.path)
    let error = #expect(throws: DatasetError.self) {
      try Datasets().fetch(small(package: package), Terminal(captured.streams))
    }
    #expect(error?.description.contains("apt-get install dataset-small") == true)
  }

  @Test(
    "Contradictory arguments are reported with an example",
    arguments: [
      ["mnist"], ["--from", "https://host/"], ["fashion-mnist", "--from", "https://host/"], ["minst"],
    ])
  func conflicts(arguments: [String]) {
    #expect(Program.misfit.run(["data"] + arguments, on: captured.streams) == .error)
    #expect(captured.errors.contains(arguments == ["minst"] ? "did you mean mnist?" : "misfit data"))
  }
}
