import Misfit
import MisfitCore
import _TestSupport

/// Tables and options that a debug build trains on in a blink.
package enum SmallData {
  /// Rows on a line with a little noise: columns `a`, `b = 2 a`, `c = 30 - 10 a`, and an id `n1`, `n2`...
  package static func correlated(rows: Int, seed: UInt64 = 7, columns: [String] = ["a", "b", "c"]) -> String {
    var generator = SeededGenerator(seed: seed)
    var text = "id,\(columns.joined(separator: ","))\n"
    for row in 1...rows {
      let base = Double(generator.nextUnitFloat())
      func noisy(_ value: Double) -> Double { value + 0.02 * Double(generator.nextUnitFloat()) }
      let values = ["a": noisy(base), "b": noisy(2 * base), "c": noisy(30 - 10 * base)]
      text += "n\(row)," + columns.map { "\(values[$0] ?? 0)" }.joined(separator: ",") + "\n"
    }
    return text
  }

  /// Options that read ids.
  package static var ids: SourceOptions {
    var options = SourceOptions()
    options.idColumn = "id"
    return options
  }

  /// The correlated table as a source.
  package static func source(rows: Int = 60, seed: UInt64 = 7) throws -> CSVSource {
    try CSVSource(text: correlated(rows: rows, seed: seed), name: "small", options: ids)
  }

  /// A few epochs of a small network.
  package static func options(epochs: Int = 4, hidden: [Int] = [2]) -> FitOptions {
    var options = FitOptions()
    options.network.hidden = hidden
    options.training.epochs = epochs
    options.training.batchSize = 16
    options.training.optimizer = Optimizer(.adam, learningRate: 0.02)
    options.run.threadCount = 1
    return options
  }

  /// A detector of the correlated table.
  package static func detector(epochs: Int = 4, hidden: [Int] = [2]) throws -> Detector {
    try Detector.fit(source(), options: options(epochs: epochs, hidden: hidden))
  }

  /// A folder of six color images of 7 rows, and of 8 and 9 columns in turn.
  package static func colorImages() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for index in 0..<6 {
      let (height, width) = (7, 8 + index % 2)
      let pixels = (0..<height * width * 3).map { UInt8(truncatingIfNeeded: 11 * $0 + 40 * index) }
      let image = Image(height: height, width: width, channels: 3, pixels: pixels)
      try PNGEncoder.write(image, to: folder.file("\(index).png"))
    }
    return folder
  }
}

extension Detector {
  /// The bits of all weights.
  package var weightBits: [UInt32] { network.parameters.array.map(\.bitPattern) }
}
