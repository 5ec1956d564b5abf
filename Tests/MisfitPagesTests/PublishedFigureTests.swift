import Testing

@testable import MisfitPages

@Suite("A result compared with a published one")
struct PublishedFigureTests {
  @Test(
    "is worse if it is on the wrong side by more than rounding",
    arguments: [
      (PublishedFigure.Aim.less, 0.0117, 0.01177, true), (.less, 0.0117, 0.01174, false),
      (.less, 0.0117, 0.0110, false), (.more, 0.97, 0.9695, true), (.more, 0.97, 0.98, false),
      (.same, 46_529, 46_529, false), (.same, -0.002, -0.018, true),
    ])
  func sides(aim: PublishedFigure.Aim, published: Double, ours: Double, isWorse: Bool) {
    let figure = PublishedFigure(name: "loss", published: published, ours: ours, aim: aim)
    #expect(figure.isWorse == isWorse)
  }

  @Test("differs by a share of the published one, or by an amount if a share is meaningless")
  func differences() {
    #expect(PublishedFigure(name: "", published: 0.1, ours: 0.102).differenceText == "+2.0 %")
    #expect(PublishedFigure(name: "", published: 0.1, ours: 0.0995).differenceText == "-0.5 %")
    let mean = PublishedFigure(name: "", published: -0.002, ours: -0.018, aim: .same, decimals: 3)
    #expect(mean.differenceText == "-0.016")
    let count = PublishedFigure(name: "", published: 224, ours: 224, aim: .same, decimals: 0)
    #expect(count.differenceText == "none")
  }

  @Test("is explained if it is worse, with one sentence for each reason")
  func remarks() {
    let figures = [
      PublishedFigure(name: "first", published: 0.1, ours: 0.102, remark: "other noise."),
      PublishedFigure(name: "second", published: 0.1, ours: 0.103, remark: "other noise."),
      PublishedFigure(name: "third", published: 0.1, ours: 0.09, remark: "never told."),
    ]
    #expect(
      PublishedFigure.remarks(figures)
        == "Where ours is worse:\n\n- *first* (+2.0 %), *second* (+3.0 %): other noise.")
    #expect(PublishedFigure.remarks([figures[2]]) == "None of them is worse here.")
  }

  @Test("is not compared after a short run")
  func shortRuns() {
    let figures = [PublishedFigure(name: "loss", published: 0.1, ours: 0.5)]
    #expect(
      PublishedFigure.table(figures, source: "published", isComparable: false).rows == [
        ["loss", "0.1000", "0.5000", "not comparable", "42"]
      ])
  }
}
