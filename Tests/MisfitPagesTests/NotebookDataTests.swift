import Misfit
import Testing
import _TestSupport

@testable import MisfitPages

@Suite("The data of the pages")
struct NotebookDataTests {
  @Test("in a short run is the shipped digits, in the files and shape of MNIST")
  func standIns() throws {
    let folder = try TemporaryFolder()
    let data = try NotebookData(in: nil, photos: nil, isQuick: true, workFolder: folder.path)
    for (images, labels, count) in [
      (NotebookData.trainImages, NotebookData.trainLabels, 1500),
      (NotebookData.testImages, NotebookData.testLabels, 297),
    ] {
      var options = SourceOptions()
      options.labelsPath = try #require(data.path(of: "mnist/\(labels)"))
      let source = try DataSource.open(try #require(data.path(of: "mnist/\(images)")), options: options)
      #expect(source.layout.rowCount == count)
      #expect(source.layout.shape == .image(height: 28, width: 28, channels: 1))
      let first = try LabelledImages(reading: source, atMost: 10)
      #expect(Set(first.labels).isSubset(of: Set((0...9).map(String.init))))
      #expect(first.values.allSatisfy { $0.contains { $0 > 200 } && $0.prefix(56).allSatisfy { $0 == 0 } })
    }
    let photos = try ImageFolderSource(try #require(data.path(of: "photos")))
    #expect(photos.layout.shape == .image(height: 32, width: 32, channels: 3))
  }

  @Test("has the names that the commands show")
  func names() throws {
    let folder = try TemporaryFolder()
    let data = try NotebookData(in: nil, photos: nil, isQuick: true, workFolder: folder.path)
    let path = try #require(data.path(of: "mnist/x.gz"))
    #expect(data.path(of: "elsewhere/x.gz") == nil)
    #expect(["mnist/x.gz", "fashion-mnist/x.gz"].contains(data.shown(path)))
  }

  @Test("that is missing is an error with the way to get it")
  func missing() throws {
    let folder = try TemporaryFolder()
    #expect {
      try NotebookData(in: folder.path, photos: nil, isQuick: false, workFolder: folder.path)
    } throws: { error in
      (error as? NotebookDataError)?.diagnosis.description.contains("misfit data mnist --to mnist/") == true
    }
  }
}
