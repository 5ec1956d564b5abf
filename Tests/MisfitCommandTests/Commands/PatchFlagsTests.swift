import Misfit
import MisfitCore
import MisfitImages
import Testing
import _TestSupport

@testable import MisfitCommand

@Suite("The model of images in patches on the command line")
struct PatchFlagsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (name, side) in [("large", 66), ("small", 12)] {
      try FileSystem.makeDirectory(folder.file(name))
      let pixels = [UInt8](repeating: 90, count: side * side)
      let image = Image(height: side, width: side, channels: 1, pixels: pixels)
      try PNGEncoder.write(image, to: folder.file("\(name)/0.png"))
    }
  }

  private func model(
    _ folder: String, _ given: [OptionName], model: ModelChoice? = nil, whole: Bool = false
  ) throws -> ModelChoice {
    var flags = ModelFlags()
    flags.model = model
    var options = FitOptions()
    options.model = flags.choice(networkOptions: given)
    if given.contains(.epochs) { options.training.epochs = 1 }
    options.rows.imagesAreWhole = whole
    let source = try ImageFolderSource(self.folder.file(folder))
    flags.keepPatches(of: source, networkOptions: given, in: &options)
    return options.modelChoice(for: source)
  }

  @Test("is kept with the options that it has")
  func kept() throws {
    #expect(try model("large", []) == .patches)
    #expect(try model("large", [.epochs]) == .patches)
    #expect(try model("large", [.epochs, .timeLimit, .batchSize]) == .patches)
  }

  @Test("is not chosen with other options, for small or whole images, or where another one is given")
  func others() throws {
    #expect(try model("large", [.epochs, .activation]) == .autoencoder)
    #expect(try model("large", [.epochs], model: .autoencoder) == .autoencoder)
    #expect(try model("large", [.epochs], whole: true) == .autoencoder)
    #expect(try model("small", [.epochs]) == .autoencoder)
  }
}
