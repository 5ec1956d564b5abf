import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Training data in folds")
struct TrainingFoldsTests {
  private func data(rows: Int, share: Double = 0.2, hasTargets: Bool = false) throws -> TrainingData {
    var options = TrainingData.Options()
    options.validationShare = share
    (options.scaling, options.targetScaling) = (.none, .none)
    let source = try MemorySource(rows: (0..<rows).map { [Double($0), Double(2 * $0)] })
    if hasTargets { options.targetSource = try MemorySource(rows: (0..<rows).map { [Double($0 + 1000)] }) }
    return try TrainingData.load(source, options: options)
  }

  private func firstValues(_ rows: (any EpochRows)?) throws -> [Int] {
    guard let rows else { return [] }
    try rows.beginEpoch(0, shuffled: false)
    try rows.makeAvailable(0..<rows.rowCount)
    let buffer = FloatBuffer(count: rows.rowCount * rows.width).all
    rows.gather(0..<rows.rowCount, into: buffer)
    return (0..<rows.rowCount).map { Int(buffer[$0 * rows.width]) }
  }

  @Test(
    "Each sample is left out of one fold, which neither trains nor validates on it", arguments: [2, 3, 10])
  func everySampleOnce(count: Int) throws {
    let data = try data(rows: 47)
    let folds = TrainingFolds(data, count: count, hasValidationSource: false, seed: 5)
    #expect(folds.sampleCount == 47 && folds.heldOutSamples == 38..<47)
    let order = try firstValues(data.training) + firstValues(data.validation)
    var seen: [Int] = []
    for index in 0..<count {
      let fold = try folds.fold(index)
      let left = try firstValues(fold.leftOut)
      let (learned, held) = (try firstValues(fold.data.training), try firstValues(fold.data.validation))
      #expect(Set(left + learned + held) == Set(0..<47) && left.count + learned.count + held.count == 47)
      #expect(left == fold.samples.map { order[$0] } && abs(left.count - 47 / count) <= 1)
      #expect(held.count == Int((Double(47 - left.count) * 9 / 47).rounded()))
      seen += left
    }
    #expect(seen.sorted() == Array(0..<47))
  }

  @Test("Without held-out rows, a fold's fit holds none out either")
  func noValidation() throws {
    let folds = TrainingFolds(try data(rows: 20, share: 0), count: 4, hasValidationSource: false, seed: 1)
    let fold = try folds.fold(0)
    #expect(fold.data.validation == nil && fold.data.training.rowCount == 15 && fold.leftOut.rowCount == 5)
  }

  @Test("The rows of a validation file belong to no fold, and validate all of them")
  func validationSource() throws {
    var options = TrainingData.Options()
    options.scaling = .none
    options.validationSource = try MemorySource(rows: [[7, 7], [8, 8]])
    let data = try TrainingData.load(MemorySource(rows: (0..<20).map { [Double($0), 1] }), options: options)
    let folds = TrainingFolds(data, count: 5, hasValidationSource: true, seed: 1)
    #expect(folds.sampleCount == 20 && folds.heldOutSamples.isEmpty)
    let fold = try folds.fold(4)
    #expect(try firstValues(fold.data.validation) == [7, 8] && fold.data.training.rowCount == 16)
  }

  @Test("Targets stay with their rows")
  func targets() throws {
    let data = try data(rows: 30, hasTargets: true)
    let fold = try TrainingFolds(data, count: 3, hasValidationSource: false, seed: 2).fold(1)
    for rows in [fold.leftOut, fold.data.trainingRows, try #require(fold.data.validationRows)] {
      try rows.beginEpoch(3, shuffled: true)
      try rows.makeAvailable(0..<rows.rowCount)
      let (inputs, targets) = (
        FloatBuffer(count: rows.rowCount * 2).all, FloatBuffer(count: rows.rowCount).all
      )
      rows.gather(0..<rows.rowCount, into: inputs)
      rows.gatherTargets(0..<rows.rowCount, into: targets)
      for row in 0..<rows.rowCount { #expect(targets[row] == inputs[2 * row] + 1000) }
    }
  }
}
