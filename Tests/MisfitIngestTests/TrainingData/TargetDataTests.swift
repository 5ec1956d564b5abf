import MisfitCore
import MisfitImages
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("Training data with targets")
struct TargetDataTests {
  /// Row r is r, r; its target 1000 + r five times.
  private func load(
    rows: Int, limit: Int, _ change: (inout TrainingData.Options) -> Void = { _ in }
  ) throws -> TrainingData {
    var options = TrainingData.Options()
    (options.scaling, options.targetScaling, options.memoryLimitBytes) = (.none, .none, limit)
    options.targetSource = try MemorySource(
      rows: (0..<rows).map { Array(repeating: Double(1000 + $0), count: 5) }, name: "targets")
    change(&options)
    let inputs = try MemorySource(rows: (0..<rows).map { [Double($0), Double($0)] })
    return try TrainingData.load(inputs, options: options)
  }

  /// Returns the rows of an epoch in order, after checking that each has its target.
  private func order(_ rows: any EpochRows, epoch: Int, shuffled: Bool = true, batch: Int = 7) throws -> [Int]
  {
    try rows.beginEpoch(epoch, shuffled: shuffled)
    let inputs = FloatBuffer(count: batch * rows.width)
    let width = try #require(rows.targetWidth)
    let targets = FloatBuffer(count: batch * width)
    var order: [Int] = []
    for start in stride(from: 0, to: rows.rowCount, by: batch) {
      let range = start..<min(start + batch, rows.rowCount)
      try rows.makeAvailable(range)
      rows.gather(range, into: inputs.all[0..<range.count * rows.width])
      rows.gatherTargets(range, into: targets.all[0..<range.count * width])
      for row in 0..<range.count {
        let value = inputs.all[row * rows.width]
        #expect((0..<width).allSatisfy { targets.all[row * width + $0] == 1000 + value })
        order.append(Int(value))
      }
    }
    return order
  }

  @Test(
    "each row keeps its target, in memory and spilled, in training and validation",
    arguments: [1 << 20, 6000, 2000, 500, 1])
  func pairsStayTogether(limit: Int) throws {
    let data = try load(rows: 300, limit: limit) { $0.validationShare = 0.2 }
    #expect(data.training.isSpilled == (limit < 10_000))
    #expect(data.trainingTargets?.isSpilled == data.training.isSpilled)
    #expect(data.targetSchema?.shape == .row(5) && data.schema.shape == .row(2))
    var seen: [[Int]] = []
    for epoch in 0..<3 { seen.append(try order(data.trainingRows, epoch: epoch)) }
    #expect(seen.allSatisfy { $0.count == 240 && Set($0).count == 240 })
    #expect(seen[0] != seen[1] && seen[0] != seen[0].sorted())
    let held = try order(#require(data.validationRows), epoch: 0, shuffled: false)
    #expect(held == held.sorted() && Set(held + seen[0]) == Set(0..<300))
    if limit == 6000 { #expect(data.training.peakMemoryBytes <= limit) }
  }

  @Test("the same rows are held out as without targets")
  func heldOutAlike() throws {
    let data = try load(rows: 50, limit: 1 << 20) { $0.seed = 5 }
    let held = try order(#require(data.validationRows), epoch: 0, shuffled: false)
    let known = HeldOutRows(rowCount: 50, share: 0.1, seed: 5)
    #expect(held == (0..<50).filter { known.contains(record: $0 + 1) })
  }

  @Test("validation rows have their own targets, or are refused")
  func validationTargets() throws {
    let held = try MemorySource(rows: [[7, 7], [8, 8]], name: "held")
    let targets = try MemorySource(rows: [7, 8].map { Array(repeating: Double(1000 + $0), count: 5) })
    let data = try load(rows: 20, limit: 1 << 20) {
      ($0.validationSource, $0.validationTargetSource) = (held, targets)
    }
    #expect(try order(#require(data.validationRows), epoch: 0, shuffled: false) == [7, 8])
    let error = ingestError {
      _ = try load(rows: 20, limit: 1 << 20) { $0.validationSource = held }
    }
    #expect(error?.kind == .noValidationTargets && error?.position?.source == "held")
  }

  @Test("another number of targets is an error with both numbers")
  func counts() throws {
    let targets = try CSVSource(text: "t\n1\n2\n3\n", name: "targets")
    let error = ingestError { _ = try load(rows: 4, limit: 1 << 20) { $0.targetSource = targets } }
    #expect(error?.kind == .pairCount(inputs: 4, targets: 3))
    #expect(error?.position?.source == "targets")
  }

  @Test("records under other names are an error at the first of them")
  func names() throws {
    var ids = SourceOptions()
    ids.idColumn = "id"
    let inputs = try CSVSource(text: "id,a\np,1\nq,2\nr,3\n", name: "inputs", options: ids)
    var options = TrainingData.Options()
    options.targetSource = try CSVSource(text: "id,b\np,1\nr,3\nq,2\n", name: "targets", options: ids)
    let error = ingestError { _ = try TrainingData.load(inputs, options: options) }
    #expect(error?.kind == .pairNames(input: "q", target: "r") && error?.position?.record == 2)
    options.targetSource = try CSVSource(text: "id,b\np,1\nq,2\nr,3\n", options: ids)
    #expect(try TrainingData.load(inputs, options: options).trainingTargets != nil)
  }

  private func folders(_ names: [String: [String]], side: Int = 4) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, files) in names {
      for (index, file) in files.enumerated() {
        let image = Image(
          height: side, width: side, channels: 3, pixels: (0..<side * side * 3).map { UInt8($0 + index) })
        try folder.write("\(name)/\(file).png", PNGEncoder.encode(image))
      }
    }
    return folder
  }

  @Test("the image that lacks its partner is named, in whichever folder it is")
  func partners() throws {
    let folder = try folders(["a": ["1", "2", "3"], "b": ["1", "3", "4"], "c": ["1", "2", "3", "x/2"]])
    for (inputs, targets, odd, place) in [("a", "b", "2.png", "a"), ("a", "c", "x/2.png", "c")] {
      var options = TrainingData.Options()
      options.targetSource = try ImageFolderSource(folder.file(targets))
      let error = ingestError {
        _ = try TrainingData.load(ImageFolderSource(folder.file(inputs)), options: options)
      }
      let other = folder.file(place == inputs ? targets : inputs)
      #expect(error?.kind == .partnerMissing(odd, in: other))
      #expect(error?.position?.source == folder.file(place))
      let sentence = try #require(error).diagnosis.description
      #expect(sentence.contains("\"\(odd)\" has no partner in"), "\(sentence)")
    }
  }

  @Test("tiles need targets in the same tiles")
  func tiles() throws {
    let folder = try folders(["a": ["1", "2"], "b": ["1", "2"]])
    let tiled = ImagePreparation(tiles: .init(side: 2))
    let inputs = try ImageFolderSource(folder.file("a"), preparation: tiled)
    #expect(
      throws: Never.self,
      performing: {
        _ = try PairedSource(
          input: inputs, target: ImageFolderSource(folder.file("b"), preparation: tiled))
      })
    for other in [nil, ImagePreparation.Tiles(side: 2, stride: 1)] {
      let error = ingestError {
        _ = try PairedSource(
          input: inputs,
          target: ImageFolderSource(folder.file("b"), preparation: ImagePreparation(tiles: other)))
      }
      guard case .pairTiles? = error?.kind else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }
}
