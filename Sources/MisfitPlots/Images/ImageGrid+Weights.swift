import MisfitCore
import MisfitImages

/// The mapping of weights to colors.
package enum WeightScaling: String, Sendable, Hashable, CaseIterable {
  /// All images share one scale.
  case common
  /// Each image is scaled to its own largest weight.
  case each
}

extension ImageGrid {
  /// Creates a grid of weights as images, with 0 in the middle of the color map: blue below, orange above.
  ///
  /// For RGB inputs each channel's weight brightens or darkens its color from a middle gray. Numbers that are
  /// not finite are drawn as 0, and the note mentions them.
  ///
  /// Shapes: `weights` [height * width * channels] each, channels interleaved.
  ///
  /// - Precondition: one or three channels, and as many weights as the shape has.
  package static func weights(
    title: String, subtitle: String? = nil, _ weights: [[Float]], height: Int, width: Int, channels: Int,
    scaling: WeightScaling = .common, columnCount: Int? = nil
  ) -> ImageGrid {
    precondition(channels == 1 || channels == 3, "one channel or three")
    precondition(
      weights.allSatisfy { $0.count == height * width * channels }, "the weights do not match the shape")
    let largest = weights.map { $0.reduce(Float(0)) { $1.isFinite ? max($0, abs($1)) : $0 } }
    let common = Axis(roundedTo: Double(largest.max() ?? 0), isSymmetric: true).upper
    let images = zip(weights, largest).map { values, own in
      let limit = scaling == .common ? common : own > 0 ? Double(own) : 1
      return image(of: values, limit: limit, height: height, width: width, isColor: channels == 3)
    }
    var grid = ImageGrid(title: title, subtitle: subtitle, images: images, columnCount: columnCount)
    let text = NumberText.significant(common, digits: 3)
    switch (channels, scaling) {
    case (1, .common): grid.scale = Scale(map: .diverging, range: -common...common, name: "weight")
    case (1, .each):
      grid.notes = ["Blue is below 0, orange above; each image is scaled to its own largest weight."]
    case (_, .common):
      grid.notes = ["Middle gray is 0; a channel is black at -\(text) and full at \(text)."]
    case (_, .each):
      grid.notes = ["Middle gray is 0; each image is scaled to its own largest weight."]
    }
    if weights.contains(where: { $0.contains { !$0.isFinite } }) {
      grid.notes.append("Weights that are not finite are drawn as 0.")
    }
    return grid
  }

  private static func image(
    of values: [Float], limit: Double, height: Int, width: Int, isColor: Bool
  ) -> Image {
    let parts = values.map { $0.isFinite ? (Double($0) / limit + 1) / 2 : 0.5 }
    let pixels = parts.flatMap { fraction -> [UInt8] in
      guard !isColor else { return [UInt8((min(max(fraction, 0), 1) * 255).rounded())] }
      let color = ColorMap.diverging.color(at: fraction)
      return [color.red, color.green, color.blue]
    }
    return Image(height: height, width: width, channels: 3, pixels: pixels)
  }
}
