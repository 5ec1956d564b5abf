import Misfit
import MisfitCore
import MisfitReports

/// The drawn images and their regions in numbers.
package struct ImageCounts: Sendable, Hashable {
  /// The number of images with pictures.
  package var drawnCount: Int
  /// The number of images with a region above the threshold.
  package var imageWithRegionsCount: Int
  /// The number of regions of all flagged images.
  package var regionCount: Int
  /// The meaning of 1 in a map.
  package var unitText: String

  /// The numbers as JSON.
  var json: JSONObject {
    [
      "drawn": JSONValue(drawnCount), "withRegions": JSONValue(imageWithRegionsCount),
      "regions": JSONValue(regionCount), "mapUnit": JSONValue(unitText),
    ]
  }
}

extension ImageRegion {
  /// The region as JSON.
  var json: JSONObject {
    [
      "x": JSONValue(x), "y": JSONValue(y), "width": JSONValue(width), "height": JSONValue(height),
      "area": JSONValue(area), "peak": JSONValue(peak), "peakX": JSONValue(peakX), "peakY": JSONValue(peakY),
    ]
  }

  /// The region in words: `12 x 9 pixels at 120,44, peak 3.2`.
  package var text: String {
    "\(boxText), peak \(NumberText.significant(peak, digits: 3))"
  }
}

extension ScoredSample {
  /// The regions in words: `12 x 9 pixels at 120,44, peak 3.2 and 2 more`; empty without regions.
  package var regionText: String {
    guard let first = regions.first else { return "" }
    let more = regions.count > 1 ? " and \(NumberText.grouped(regions.count - 1)) more" : ""
    return first.text + more
  }
}
