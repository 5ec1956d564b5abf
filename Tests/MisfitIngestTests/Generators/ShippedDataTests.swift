import Foundation
import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Data that ships with the project")
struct ShippedDataTests {
  private func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../data/\(name)").standardized.path
  }

  @Test("the random set is the generator's output for seed 42, to six decimals")
  func random() throws {
    let generator = RandomSource(rowCount: 1000, columnCount: 30, seed: 42)
    var text = generator.layout.columns.joined(separator: ",") + "\n"
    for row in try contents(of: generator).rows {
      text += row.map { NumberText.fixed($0, decimals: 6) }.joined(separator: ",") + "\n"
    }
    if let folder = ProcessInfo.processInfo.environment["MISFIT_RECORD_DATA"] {
      try text.write(toFile: "\(folder)/random30.csv", atomically: true, encoding: .utf8)
      Issue.record("recorded")
    }
    #expect(try String(contentsOfFile: path("random30.csv"), encoding: .utf8) == text)
  }

  @Test("breast cancer: 569 rows of 30 features, 212 of them malignant")
  func breastCancer() throws {
    var options = SourceOptions()
    options.labelColumn = "diagnosis"
    let source = try CSVSource(path("breast-cancer.csv"), options: options)
    let contents = try contents(of: source)
    #expect(source.layout.width == 30 && contents.rows.count == 569)
    #expect(contents.labels.count { $0 == "malignant" } == 212)
    #expect(contents.rows[0][0] == 17.99)
    #expect(source.layout.columns.last == "worst_fractal_dimension")
    #expect(try !CSVSource(path("breast-cancer.csv")).isSeeminglyNumeric)
  }

  @Test("is part of the program, byte for byte", arguments: ShippedData.allCases)
  func bytes(_ data: ShippedData) throws {
    let file = try Data(contentsOf: URL(fileURLWithPath: path(data.fileName)))
    #expect(data.bytes == [UInt8](file))
  }

  @Test("the digits: 1,797 images of 8 x 8 with labels")
  func digits() throws {
    let source = try DigitsSource()
    #expect(source.layout.shape == .image(height: 8, width: 8, channels: 1))
    let contents = try contents(of: source, batchSize: 500)
    #expect(contents.rows.count == 1797 && contents.rows.count == source.layout.rowCount)
    // scikit-learn: load_digits().data.max() is 16, .sum() is 561718, and the first labels are 0, 1, 2.
    #expect(contents.rows.flatMap(\.self).max() == 1)
    #expect(contents.rows.flatMap(\.self).reduce(0, +) * 16 == 561_718)
    #expect(contents.labels[..<3] == ["0", "1", "2"])
  }
}
