import Foundation
import MisfitCore
import MisfitImages
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Networks that learn no more than the mean image")
struct CollapseTests {
  /// A folder of 24 gray images of 6 x 6 pixels: a bright row whose place changes.
  private func images() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for index in 0..<24 {
      let pixels = (0..<36).map { UInt8($0 / 6 == index % 6 ? 220 : 30 + $0 % 3) }
      try PNGEncoder.write(
        Image(height: 6, width: 6, channels: 1, pixels: pixels), to: folder.file("\(index).png"))
    }
    return folder
  }

  private func options(learningRate: Double) -> FitOptions {
    var options = FitOptions()
    options.model = .autoencoder
    options.network.hidden = [4]
    options.training.batchSize = 8
    options.training.patience = 2
    options.training.optimizer = Optimizer(.adam, learningRate: learningRate)
    options.scores.calibration = .split
    options.run.threadCount = 1
    return options
  }

  /// Fits, and returns the numbers of the starts after the first.
  private func laterStarts(_ options: FitOptions, _ starts: inout [Int]) throws {
    let folder = try images()
    _ = try Detector.fit(ImageFolderSource(folder.path), options: options) { event in
      if case .collapsed(let start, let share) = event {
        starts.append(start)
        #expect(share > 0.98)
      }
    }
  }

  @Test("a network that stays at the mean starts again, and is an error after three starts")
  func collapsed() throws {
    var starts: [Int] = []
    let error = #expect(throws: FitError.self) {
      try laterStarts(options(learningRate: 200), &starts)
    }
    #expect(starts == [2, 3])
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("mean image"))
  }

  @Test("a number of epochs that was asked for is trained once, whatever it ends with")
  func epochs() throws {
    var options = options(learningRate: 200)
    options.training.epochs = 2
    var starts: [Int] = []
    try laterStarts(options, &starts)
    #expect(starts.isEmpty)
  }

  @Test("a network that learns starts once")
  func learned() throws {
    var options = options(learningRate: 0.05)
    options.training.patience = 30
    var starts: [Int] = []
    try laterStarts(options, &starts)
    #expect(starts.isEmpty)
  }
}
