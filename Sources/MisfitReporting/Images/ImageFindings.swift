import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitReports

/// One drawn image of a report.
struct ImageFinding: Sendable {
  /// The sample without its values: input, reconstruction and map are empty.
  var sample: ScoredSample
  /// The name of its pictures, see ``PictureNames``.
  var name: String
  /// The endings of its pictures.
  var endings: [PictureKind: String]
  /// The pictures themselves, for a page of few images.
  var embedded: [PictureKind: EncodedPicture] = [:]

  /// Returns the path of a picture in the folder of the report.
  func path(of kind: PictureKind) -> String { "\(kind.folder)/\(name).\(endings[kind] ?? "png")" }
}

/// The drawn images of a report, their regions and the counts of both.
struct ImageFindings: Sendable {
  /// The maximum number of images on the page; the files have all.
  static let shownCount = 5000
  /// The number of bytes of pictures up to which the page contains them.
  private static let embeddedByteCount = 4 << 20

  /// The drawn images with the largest scores.
  private var ranking = TopK<ImageFinding>(shownCount)
  /// The examples, by record number.
  private(set) var examples: [Int: ImageFinding] = [:]
  /// The regions of flagged images with the largest scores, by record number.
  private(set) var regions: [Int: [ImageRegion]] = [:]
  /// The number of images that were drawn.
  private(set) var drawnCount = 0
  /// The number of regions of all flagged images.
  private(set) var regionCount = 0
  /// The number of images with regions.
  private(set) var imageWithRegionsCount = 0
  private var pictureByteCount = 0
  private var hasForgotten = false

  /// The drawn images that the page shows, the largest score first.
  var shown: [ImageFinding] { ranking.ranking.map(\.payload) }

  /// Whether the page contains the pictures.
  var isEmbedded: Bool { pictureByteCount <= Self.embeddedByteCount }

  /// Adds the regions of an image; those of `isListed` images are kept.
  mutating func add(_ found: [ImageRegion], record: Int, isListed: Bool) {
    regionCount += found.count
    if !found.isEmpty { imageWithRegionsCount += 1 }
    if isListed { regions[record] = found }
  }

  /// Adds a drawn image.
  mutating func add(
    _ finding: ImageFinding, record: Int, _ pictures: [PictureKind: EncodedPicture], isExample: Bool
  ) {
    drawnCount += 1
    var finding = finding
    let onPage = pictures.filter { $0.key != .mask }
    pictureByteCount += onPage.values.reduce(0) { $0 + $1.bytes.count }
    if isEmbedded {
      finding.embedded = onPage
    } else if !hasForgotten {
      forgetPictures()
    }
    if isExample { examples[record] = finding }
    ranking.update(score: finding.sample.score, row: record, payload: finding)
  }

  /// Drops the pictures once there are too many for the page.
  private mutating func forgetPictures() {
    hasForgotten = true
    for record in examples.keys { examples[record]?.embedded = [:] }
    var plain = TopK<ImageFinding>(Self.shownCount)
    for ranked in ranking.ranking {
      var finding = ranked.payload
      finding.embedded = [:]
      plain.update(score: ranked.score, row: ranked.row, payload: finding)
    }
    ranking = plain
  }
}
