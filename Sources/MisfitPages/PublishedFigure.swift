import Misfit
import MisfitReporting

/// A figure that a write-up gives, and the same of Misfit.
struct PublishedFigure {
  /// What is better.
  enum Aim {
    /// A loss: less.
    case less
    /// An accuracy: more.
    case more
    /// A property of the data or the model: as close as can be; reported as a difference, not a share.
    case same
  }

  /// What was measured.
  var name: String
  /// What the write-up says.
  var published: Double
  /// What Misfit gives.
  var ours: Double
  var aim = Aim.less
  var seed: UInt64 = 42
  /// Digits behind the point.
  var decimals = 4
  /// Why ours is worse, where it is.
  var remark: String?

  /// The losses of a training's first and last epoch; the remark is of the last.
  static func validationLosses(
    of losses: [Double], named name: String, first: Double, last: Double, remark: String? = nil
  ) -> [PublishedFigure] {
    [
      PublishedFigure(
        name: "\(name), validation loss after the first epoch", published: first, ours: losses.first ?? .nan),
      PublishedFigure(
        name: "\(name), validation loss after the last epoch", published: last, ours: losses.last ?? .nan,
        remark: remark),
    ]
  }

  /// Worse by more than what rounding to the published digits would hide.
  var isWorse: Bool {
    let tolerance = 0.5 * Self.powerOfTen(-decimals)
    return switch aim {
    case .less: ours - published > tolerance
    case .more: published - ours > tolerance
    case .same: abs(ours - published) > tolerance
    }
  }

  /// `-1.2 %`, or `+0.013` where a share says nothing.
  var differenceText: String {
    let difference = ours - published
    let sign = difference > 0 ? "+" : ""
    guard aim != .same else {
      return abs(difference) < 0.5 * Self.powerOfTen(-decimals)
        ? "none" : sign + NumberText.fixed(difference, decimals: decimals)
    }
    return "\(sign)\(NumberText.fixed(difference / abs(published) * 100, decimals: 1)) %"
  }

  /// The figures as a table; a run that was cut short has nothing to be compared.
  static func table(
    _ figures: [PublishedFigure], source: String, isComparable: Bool
  ) -> Article.Table {
    Article.Table(
      [.text("figure"), .number(source), .number("Misfit"), .number("difference"), .number("seed")],
      rows: figures.map { figure in
        [
          figure.name, NumberText.fixed(figure.published, decimals: figure.decimals),
          NumberText.fixed(figure.ours, decimals: figure.decimals),
          isComparable ? figure.differenceText : "not comparable", "\(figure.seed)",
        ]
      })
  }

  /// A sentence for the figures that are worse, one for all that have the same reason.
  static func remarks(_ figures: [PublishedFigure]) -> String {
    let worse = figures.filter(\.isWorse)
    guard !worse.isEmpty else { return "None of them is worse here." }
    var reasons: [(reason: String, figures: [String])] = []
    for figure in worse {
      let reason = figure.remark ?? "the seeds differ, and with them where the weights begin."
      let text = "*\(figure.name)* (\(figure.differenceText))"
      if let index = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[index].figures.append(text)
      } else {
        reasons.append((reason, [text]))
      }
    }
    let sentences = reasons.map { "- \($0.figures.joined(separator: ", ")): \($0.reason)" }
    return "Where ours is worse:\n\n" + sentences.joined(separator: "\n")
  }

  private static func powerOfTen(_ exponent: Int) -> Double {
    (0..<abs(exponent)).reduce(1.0) { power, _ in exponent < 0 ? power / 10 : power * 10 }
  }
}
