import Misfit
import MisfitReporting

/// The flags for annotated defects, which the anomaly maps of images are compared with.
struct AnnotationFlags: FlagSet {
  var masks: String?
  var boxes: String?
  var boxSize: ImageSize?
  var boxTypes: [String] = []

  static var arguments: [Argument<AnnotationFlags>] {
    Group("Annotated defects", common: []) {
      Flag(
        "--masks FOLDER", \.masks, .path,
        help:
          """
          Pictures of the images' defects, white on black, named as the images or with _mask at the end: \
          report how well the anomaly maps find them.
          """
      )
      Flag(
        "--boxes FOLDER", \.boxes, .path,
        help:
          """
          Files of boxes around the images' defects, named as the images: YOLO (.txt), Pascal VOC (.xml), or \
          lines of `x1 y1 x2 y2 type` (.txt).
          """
      )
      Flag(
        "--box-size WxH", \.boxSize, .imageSize, otherwise: "the size of each image",
        help: "The size of the images that plain boxes were drawn on.")
      Flag(
        "--box-types NAMES", all: \.boxTypes, .names, otherwise: "all types",
        help: "The types of boxes that count as defects, separated by commas.")
    }
  }

  func check() throws(ArgumentError) {
    if masks != nil, boxes != nil {
      throw ArgumentError(
        .conflict("--masks and --boxes both annotate the images", remedy: "give one of them"))
    }
    guard boxes == nil, boxSize != nil || !boxTypes.isEmpty else { return }
    throw ArgumentError(
      .conflict("--box-size and --box-types describe boxes", remedy: "give --boxes FOLDER, too"))
  }

  /// Returns an evaluation of the anomaly maps of a scoring; nil without annotations.
  ///
  /// - Throws: ``IngestError`` if the annotations cannot be read.
  func evaluation(of scoring: Scoring) throws -> DefectEvaluation? {
    if let masks {
      return DefectEvaluation(
        try DefectAnnotations(masks: FolderPath.plain(masks), of: scoring.source), scoring)
    }
    guard let boxes else { return nil }
    var options = DefectAnnotations.BoxOptions()
    options.size = boxSize
    options.types = Set(boxTypes)
    return DefectEvaluation(
      try DefectAnnotations(boxes: FolderPath.plain(boxes), options, of: scoring.source), scoring)
  }
}
