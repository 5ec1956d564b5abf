/// The working memory of one thread: packed images, with zero padding that nothing overwrites.
final class DirectScratch: Sendable {
  private let image: WordBuffer
  private let output: WordBuffer
  let planes: WordBuffer
  let windowPairs: WordBuffer
  let positionPairs: WordBuffer

  init(_ direct: DirectForm, trains: Bool) {
    func words(_ plan: DirectForm.Plan) -> Int {
      plan.source.padded.count * plan.source.words(direct.numbersPerWord)
    }
    let (forwardPlan, dataGradientPlan) = (direct.forwardPlan, direct.dataGradientPlan)
    image = WordBuffer(count: words(forwardPlan))
    output = WordBuffer(count: words(dataGradientPlan))
    planes = WordBuffer(
      count: max(
        forwardPlan.isInPlanes ? words(forwardPlan) : 0,
        dataGradientPlan.isInPlanes ? words(dataGradientPlan) : 0))
    let (image, output) = (forwardPlan.source, dataGradientPlan.source)
    let (window, places) = direct.swapsGradientRoles ? (output, image) : (image, output)
    windowPairs = WordBuffer(count: trains ? window.padded.count * window.channels : 0)
    positionPairs = WordBuffer(count: trains ? places.extent.count * places.channels : 0)
  }

  func words(_ plan: DirectForm.Plan) -> WordBuffer { plan.isTransposed ? output : image }
}
