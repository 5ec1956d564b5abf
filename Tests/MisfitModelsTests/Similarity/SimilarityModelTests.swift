import MisfitCore
import MisfitKernels
import MisfitNetworks
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Models scored by a similarity")
struct SimilarityModelTests {
  @Test("score an image by the mean of its pixels' errors, at any number of threads")
  func scores() throws {
    let shape = SampleShape.image(height: 6, width: 5, channels: 1)
    let network = try Network(.dense(inputShape: shape, hidden: [4], activation: .relu), seed: 3)
    let base = NetworkModel(network)
    let rows = (0..<11 * 30).map { Float($0 * 37 % 101) / 100 }
    for similarity in ImageSimilarity.allCases {
      let model = SimilarityModel(base, similarity, image: shape)
      #expect(model.ownScore == .similarity(similarity) && model.summary == base.summary)
      let results = model.results(of: rows, threadCount: 1)
      #expect(model.results(of: rows, threadCount: 3) == results)
      #expect(results.reconstructions == base.results(of: rows).reconstructions)
      for index in 0..<11 {
        let range = index * 30..<(index + 1) * 30
        let errors = similarity.errors(
          FloatBuffer(Array(rows[range])).all, FloatBuffer(Array(results.reconstructions[range])).all,
          height: 6, width: 5, channels: 1)
        #expect(abs(results.scores[index] - errors.reduce(0, +) / 30) < 1e-6)
      }
    }
  }
}
