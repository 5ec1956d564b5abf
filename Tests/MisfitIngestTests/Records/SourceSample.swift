import Foundation
import MisfitImages
import _TestSupport

@testable import MisfitIngest

/// A small source of each kind, with the columns `a`, `b` and `c` if it has names.
enum SourceSample: String, CaseIterable, Sendable {
  case csv, severalFiles, jsonLines, idx, npy, npz, memory, selection, reordered, random, digits, images
  case tiles, arrow, arrowStream, tensors

  /// The sources with names.
  static let named: [SourceSample] = [
    .csv, .severalFiles, .jsonLines, .memory, .selection, .reordered, .arrow,
  ]

  /// The line of the first record in a single text; nil for other sources.
  var firstLine: Int? {
    switch self {
    case .csv: 2
    case .jsonLines: 1
    default: nil
    }
  }

  private static let rows = (0..<5).map { row in (0..<3).map { Double(row * row + $0) + 0.5 } }

  /// Makes the source; its files, if it has any, are written to the folder.
  func source(in folder: TemporaryFolder) throws -> any RecordSource {
    let rows = Self.rows
    switch self {
    case .csv: return try DataSource.open(folder.write("one.csv", Self.text(rows)), options: Self.options)
    case .severalFiles:
      let paths = try [("1.csv", Array(rows[..<2])), ("2.csv", Array(rows[2...]))].map {
        try folder.write($0.0, Self.text($0.1))
      }
      return try DataSource.open(paths, options: Self.options)
    case .jsonLines:
      let first = #"{"a": 0.5, "b": 1.5, "c": 2.5}"#
      let others = rows.dropFirst().map { #"{"c": \#($0[2]), "a": \#($0[0]), "b": \#($0[1])}"# }
      return try DataSource.open(folder.write("one.jsonl", ([first] + others).joined(separator: "\n")))
    case .idx: return try ArraySource(fixture("rows-f64.idx"))
    case .npy: return try ArraySource(fixture("little-f4.npy"))
    case .npz: return try DataSource.open(fixture("deflated.npz:X"))
    case .memory: return try Self.memory(["a", "b", "c"], rows)
    case .selection:
      let wider = try Self.memory(["z", "a", "b", "c"], rows.map { [9] + $0 })
      return ColumnSelection(wider, columns: [1, 2, 3])
    case .reordered:
      let reversed = try Self.memory(["c", "b", "a"], rows.map { $0.reversed() })
      return ColumnSelection(reversed, columns: [2, 1, 0])
    case .random: return RandomSource(rowCount: 9, columnCount: 3, seed: 5)
    case .digits: return try DigitsSource()
    case .images: return try ImageFolderSource(Self.images(in: folder))
    case .arrow:
      return try DataSource.open(folder.write("one.arrow", Self.arrow(rows, .file)), options: Self.options)
    case .arrowStream: return try DataSource.open(folder.write("one.arrows", Self.arrow(rows, .stream)))
    case .tensors: return try DataSource.open(fixture("arrow/lists.arrows"))
    case .tiles:
      let tiles = ImagePreparation(tiles: .init(side: 2))
      return try ImageFolderSource(Self.images(in: folder), preparation: tiles)
    }
  }

  private static let options = SourceOptions.with {
    $0.idColumn = "id"
    $0.labelColumn = "kind"
  }

  private static func text(_ rows: [[Double]]) -> String {
    "kind,a,id,b,c\n" + rows.map { "k,\($0[0]),r\($0[0]),\($0[1]),\($0[2])\n" }.joined()
  }

  private static func arrow(_ rows: [[Double]], _ form: ArrowFileWriter.Form) throws -> [UInt8] {
    var columns = [ArrowCells("kind", .text), ArrowCells("a", .number), ArrowCells("id", .text)]
    columns += [ArrowCells("b", .number), ArrowCells("c", .number)]
    if form == .stream { columns = columns.filter { $0.kind == .number } }
    let sink = ByteSink()
    let writer = try ArrowFileWriter(form, columns: columns) { sink.bytes += $0 }
    for row in rows {
      for index in columns.indices {
        switch columns[index].name {
        case "kind": columns[index].append("k")
        case "id": columns[index].append("r\(row[0])")
        case let name: columns[index].append(row[["a", "b", "c"].firstIndex(of: name) ?? 0])
        }
      }
    }
    try writer.write(columns)
    try writer.finish()
    return sink.bytes
  }

  private final class ByteSink {
    var bytes: [UInt8] = []
  }

  private static func memory(_ columns: [String], _ rows: [[Double]]) throws -> MemorySource {
    try MemorySource(
      rows: rows, columns: columns, ids: rows.indices.map { "r\($0)" },
      labels: rows.indices.map { "\($0 % 2)" })
  }

  private static func images(in folder: TemporaryFolder) throws -> String {
    for index in 0..<3 {
      let pixels = (0..<24).map { UInt8(($0 * 7 + index * 50) % 256) }
      let image = Image(height: 4, width: 6, channels: 1, pixels: pixels)
      try folder.write("images/kind\(index % 2)/\(index).png", PNGEncoder.encode(image))
    }
    return folder.file("images")
  }
}
