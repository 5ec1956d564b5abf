import MisfitCore
import MisfitKernels

/// A model of images whose score is the mean of a similarity's errors over the pixels.
///
/// Shapes: images of [H, W, C] in rows of H x W x C floats.
package struct SimilarityModel: DecoratedModel {
  /// The model that reconstructs the images.
  package let base: any RowModel
  /// The similarity of an image and its reconstruction.
  package let similarity: ImageSimilarity
  private let image: SampleShape

  /// Wraps a model.
  ///
  /// - Precondition: `image` is the shape of an image that fills a row and a reconstruction.
  package init(_ base: any RowModel, _ similarity: ImageSimilarity, image: SampleShape) {
    precondition(
      image.imageExtents != nil && base.width == image.elementCount && base.outputWidth == base.width,
      "images of another size")
    self.base = base
    self.similarity = similarity
    self.image = image
  }

  package var ownScore: OwnScore? { .similarity(similarity) }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let plans = base.plans(rowsWereLearned: rowsWereLearned, precision: precision)
    return RowPlans(rowsPerShard: plans.rowsPerShard, rowLimit: plans.rowLimit) { [similarity, image] in
      SimilarityPlan(plans.plan(capacity: $0), similarity, image, capacity: $0)
    }
  }

  package func graph(_ rows: GraphRows) -> RowGraph { base.graph(rows) }
}

/// A plan that compares images with their reconstructions.
private final class SimilarityPlan: RowPlan {
  private let base: any RowPlan
  private let similarity: ImageSimilarity
  private let height: Int
  private let width: Int
  private let channels: Int
  private let scores: FloatSlice
  /// The errors of the pixels: [capacity, H x W].
  private let pixels: Rows

  init(_ base: any RowPlan, _ similarity: ImageSimilarity, _ image: SampleShape, capacity: Int) {
    guard let extents = image.imageExtents else { preconditionFailure("a shape of images") }
    (height, width, channels) = (extents.height, extents.width, extents.channels)
    self.base = base
    self.similarity = similarity
    scores = FloatBuffer(count: capacity).all
    pixels = Rows(count: capacity, width: height * width)
  }

  func input(rows: Int) -> FloatSlice { base.input(rows: rows) }

  func reconstruct(_ shard: Range<Int>) {
    base.reconstruct(shard)
    let result = base.result(rows: shard.upperBound)
    let images = Rows(result.input, width: height * width * channels)
    let reconstructions = Rows(result.reconstruction, width: height * width * channels)
    for row in shard {
      let errors = similarity.errors(
        images[row], reconstructions[row], height: height, width: width, channels: channels)
      pixels[row].copy(from: errors)
      scores[row] = Float(errors.reduce(0.0) { $0 + Double($1) } / Double(errors.count))
    }
  }

  func result(rows: Int) -> RowResult {
    var result = base.result(rows: rows)
    result.scores = scores[0..<rows]
    result.shares = nil
    result.pixelScores = pixels[0..<rows].slice
    return result
  }
}
