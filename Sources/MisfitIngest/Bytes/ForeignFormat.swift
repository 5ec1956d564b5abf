/// A format that is recognized by its first bytes but not read, with a command that converts it.
package struct ForeignFormat: Hashable, Sendable {
  /// The name in messages, with its article: `a Parquet file`.
  package var name: String
  /// The command that converts `FILE` to a format that is read; nil if there is no common one.
  package var conversion: String?
  /// A command that writes `FILE` to standard output as an Arrow stream, and is better than a conversion.
  private(set) var stream: String?
  /// Whether it is an image format.
  var isImage = false
  /// The bytes that files begin with, from `byteOffset` on.
  private var magic: [[UInt8]] = []
  private var byteOffset = 0
  /// The bytes before those.
  private var prefix: [UInt8] = []
  /// Whether files are texts.
  private var isText = false

  private init(
    _ name: String, _ magic: [[UInt8]], at byteOffset: Int = 0, isImage: Bool = false, _ conversion: String?
  ) {
    self.name = name
    self.magic = magic
    self.byteOffset = byteOffset
    self.isImage = isImage
    self.conversion = conversion
  }

  private init(
    _ name: String, _ magic: String..., at byteOffset: Int = 0, isImage: Bool = false, to conversion: String?
  ) {
    self.init(name, magic.map { Array($0.utf8) }, at: byteOffset, isImage: isImage, conversion)
  }

  /// The plural of the name: `WebP images`.
  var nameOfSeveral: String { name.split(separator: " ").dropFirst().joined(separator: " ") + "s" }

  /// Makes a format that is not recognized by its first bytes.
  static func named(_ name: String, conversion: String?) -> ForeignFormat {
    ForeignFormat(name, [], conversion)
  }

  /// Returns the format that bytes begin with; nil for others.
  package static func of(_ head: [UInt8]) -> ForeignFormat? {
    // A text may begin with the same letters: `PAR1` is also the name of a column.
    let isText = !head.prefix(4096).contains(0)
    return known.first { $0.begins(head) && ($0.isText || !isText) } ?? (isText ? ofText(head) : nil)
  }

  /// Returns the format of a text that may begin with blank lines and comments: ARFF, XML, HTML, SVMlight.
  private static func ofText(_ head: [UInt8]) -> ForeignFormat? {
    let mark = head.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    let lines = head.dropFirst(mark).prefix(1 << 14).split(separator: 10, maxSplits: 200)
    let line = lines.first { line in
      let first = line.first { !" \t\r".utf8.contains($0) }
      return first != nil && first != UInt8(ascii: "%")
    }
    guard let line else { return nil }
    let text = String(decoding: line.prefix(200), as: UTF8.self).drop { $0.isWhitespace }
    let beginning = text.prefix(12).lowercased()
    if beginning.hasPrefix("@relation") { return arff }
    if beginning.hasPrefix("<?xml") { return xml }
    if ["<!doctype ht", "<html", "<table"].contains(where: beginning.hasPrefix) { return html }
    if isMarkdown(lines) { return markdown }
    if isYAML(lines) { return yaml }
    return lines.prefix(10).dropLast().allSatisfy(isSVMlight) && isSVMlight(line) ? svmLight : nil
  }

  /// Returns whether a text begins with a header between bars and a line of dashes below it.
  private static func isMarkdown(_ lines: [ArraySlice<UInt8>]) -> Bool {
    guard lines.count >= 2, lines[0].first == UInt8(ascii: "|") else { return false }
    let rule = lines[1].filter { $0 > 0x20 }
    return rule.first == UInt8(ascii: "|") && rule.contains(UInt8(ascii: "-"))
      && rule.allSatisfy { "|-:".utf8.contains($0) }
  }

  /// Returns whether a text begins as a list or a document of YAML: lines of `- name: value`, or `---` and
  /// `name: value`.
  private static func isYAML(_ lines: [ArraySlice<UInt8>]) -> Bool {
    let texts = lines.prefix(4).map { String(decoding: $0, as: UTF8.self) }
    let isDocument = texts.first?.hasPrefix("---") ?? false
    let rest = texts.dropFirst(isDocument ? 1 : 0).filter { !$0.hasPrefix("#") }
    guard let first = rest.first, first.hasPrefix("- ") || isDocument else { return false }
    return rest.allSatisfy { line in
      let content = line.drop { $0 == " " || $0 == "-" }
      let name = content.prefix { $0 != ":" }
      let value = content.dropFirst(name.count + 1)
      return !name.isEmpty && name.count < content.count && !name.contains(",")
        && (value.allSatisfy(\.isWhitespace) || value.first == " ")
    }
  }

  /// Returns whether a line is a label and pairs of index and value: `1 3:0.5 7:1`.
  private static func isSVMlight(_ line: ArraySlice<UInt8>) -> Bool {
    let words = String(decoding: line, as: UTF8.self).split { $0.isWhitespace }
    guard words.count >= 2, Double(words[0]) != nil else { return false }
    var previous = -1
    // An identifier and times look nearly the same.
    guard words.dropFirst().contains(where: { $0.count > 5 || !$0.suffix(3).hasPrefix(":") }) else {
      return false
    }
    return words.dropFirst().allSatisfy { word in
      let parts = word.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let index = Int(parts[0]), index > previous, Double(parts[1]) != nil else {
        return false
      }
      previous = index
      return true
    }
  }

  /// The number of bytes that ``of(_:)`` needs.
  static let beginningByteCount = 512

  private func begins(_ head: [UInt8]) -> Bool {
    head.starts(with: prefix) && magic.contains { head.dropFirst(byteOffset).starts(with: $0) }
  }

  /// Returns the command for a file: `conversion` with the path in place of `FILE`.
  package func command(for path: String) -> String? { conversion.map { Self.command($0, for: path) } }

  /// Returns the command for a file that writes it as an Arrow stream.
  func streamCommand(for path: String) -> String? { stream.map { Self.command($0, for: path) } }

  private static func command(_ conversion: String, for path: String) -> String {
    let parts = conversion.split(separator: "FILE", omittingEmptySubsequences: false)
    let isInQuotes = conversion.contains("'FILE'")
    return parts.joined(separator: isInQuotes ? path : ShellText.quoted(path))
  }
}

/// Words quoted for a shell.
enum ShellText {
  /// Returns the word, in quotes if it has other characters than letters, digits and a few signs.
  static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      byte > 127 || byte &- 48 <= 9 || (byte | 0x20) &- 97 < 26 || "._-/+:,@%=".utf8.contains(byte)
    }
    return isPlain && !word.isEmpty
      ? word
      : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
  }
}

extension ForeignFormat {
  /// Returns the command that reads a table with pandas.
  private static func pandas(_ reader: String) -> String {
    #"python3 -c "import pandas; pandas.\#(reader)('FILE').to_csv('table.csv', index=False)""#
  }

  private static let png = "convert FILE image.png"

  static let excel = named(
    "an Excel workbook", conversion: "libreoffice --headless --convert-to csv FILE")
  static let openDocument = named(
    "an OpenDocument spreadsheet", conversion: "libreoffice --headless --convert-to csv FILE")

  /// Makes a format of texts.
  private static func text(_ name: String, _ beginnings: String..., to conversion: String?) -> ForeignFormat {
    var format = ForeignFormat(name, beginnings.map { Array($0.utf8) }, conversion)
    format.isText = true
    return format
  }

  /// Makes an image format that begins with the name of its container.
  private static func image(_ name: String, in prefix: String, _ magic: [UInt8], at byteOffset: Int)
    -> ForeignFormat
  {
    var format = ForeignFormat(name, [magic], at: byteOffset, isImage: true, png)
    format.prefix = Array(prefix.utf8)
    return format
  }

  private static let known: [ForeignFormat] =
    tables + scientific + archives + images + [
      text("a PDF document", "%PDF-", to: nil)
    ]

  private static let arff = named(
    "an ARFF file",
    conversion: #"python3 -c "import pandas, scipy.io.arff as arff; "#
      + #"pandas.DataFrame(arff.loadarff('FILE')[0]).to_csv('table.csv', index=False)""#)
  private static let xml = named("an XML file", conversion: pandas("read_xml"))
  private static let html = named(
    "an HTML page",
    conversion: #"python3 -c "import pandas; pandas.read_html('FILE')[0].to_csv('table.csv', index=False)""#)
  private static let markdown = named(
    "a table in Markdown",
    conversion: #"sed -e 2d -e 's/^ *| *//; s/ *| *$//; s/ *| */,/g' FILE > table.csv"#)
  private static let yaml = named(
    "a YAML file",
    conversion: #"python3 -c "import json, yaml; json.dump(yaml.safe_load(open('FILE')), "#
      + #"open('table.json', 'w'), default=str)""#)
  private static let svmLight = named(
    "an SVMlight (LIBSVM) file",
    conversion: #"python3 -c "import numpy; from sklearn.datasets import load_svmlight_file as load; "#
      + #"numpy.save('X.npy', load('FILE')[0].toarray())""#)

  private static let parquet = {
    var format = ForeignFormat(
      "a Parquet file", "PAR1",
      to: #"python3 -c "import sys, pyarrow as a, pyarrow.parquet as p; f = p.ParquetFile('FILE'); "#
        + #"w = a.ipc.new_stream(sys.stdout.buffer, f.schema_arrow); "#
        + #"[w.write(b) for b in f.iter_batches()]; w.close()""#)
    format.stream =
      #"duckdb -c "INSTALL arrow FROM community; LOAD arrow; COPY (FROM 'FILE') "#
      + #"TO '/dev/stdout' (FORMAT arrows)""#
    return format
  }()

  private static let tables = [
    parquet,
    ForeignFormat("a Feather file of version 1", "FEA1", to: pandas("read_feather")),
    ForeignFormat("an ORC file", "ORC", to: pandas("read_orc")),
    ForeignFormat("an Avro file", "Obj\u{1}", to: "avro cat --format csv FILE > table.csv"),
    ForeignFormat(
      "an SQLite database", "SQLite format 3\0",
      to: #"sqlite3 -header -csv FILE "SELECT * FROM name_of_table" > table.csv"#),
    ForeignFormat(
      "an Excel workbook of the old kind (.xls)", [[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
      "libreoffice --headless --convert-to csv FILE"),
    text("a Stata file", "<stata_dta>", to: pandas("read_stata")),
    ForeignFormat("an SPSS file", "$FL2", "$FL3", to: pandas("read_spss")),
    ForeignFormat(
      "a SAS file", [Array(repeating: 0, count: 12) + [0xc2, 0xea, 0x81, 0x60]], pandas("read_sas")),
    text("a SAS transport file", "HEADER RECORD*******LIB", to: pandas("read_sas")),
  ]

  private static let scientific = [
    ForeignFormat(
      "a MATLAB 7.3 file (HDF5)", "MATLAB 7.3 MAT-file",
      to: #"python3 -c "import h5py, numpy; numpy.save('X.npy', h5py.File('FILE')['X'][()].T)""#),
    ForeignFormat(
      "a MATLAB file", "MATLAB 5.0 MAT-file",
      to: #"python3 -c "import scipy.io, numpy; numpy.save('X.npy', scipy.io.loadmat('FILE')['X'])""#),
    ForeignFormat(
      "an HDF5 file", [[0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]],
      #"python3 -c "import h5py, numpy; numpy.save('X.npy', h5py.File('FILE')['X'][()])""#),
    ForeignFormat("a netCDF file", "CDF\u{1}", "CDF\u{2}", "CDF\u{5}", to: "ncdump FILE"),
    ForeignFormat(
      "an R data file (RData)", "RDX2\n", "RDX3\n",
      to: #"Rscript -e "load('FILE'); write.csv(get(ls()[1]), 'table.csv', row.names = FALSE)""#),
    ForeignFormat(
      "an R object (RDS)", "X\n\0\0\0\u{2}", "X\n\0\0\0\u{3}",
      to: #"Rscript -e "write.csv(readRDS('FILE'), 'table.csv', row.names = FALSE)""#),
    ForeignFormat(
      "a Python pickle", [2, 3].map { [0x80, $0] } + [4, 5].map { [0x80, $0, 0x95] }, pandas("read_pickle")),
  ]

  private static let archives = [
    ForeignFormat("a 7z archive", [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]], "7z x FILE"),
    ForeignFormat("a RAR archive", "Rar!\u{1a}\u{7}", to: "unrar x FILE"),
    ForeignFormat("a tar archive", "ustar", at: 257, to: "tar -xf FILE"),
    ForeignFormat("an LZ4 stream", [[4, 0x22, 0x4d, 0x18]], "lz4 -dc FILE > table.csv"),
    ForeignFormat("an lzip stream", "LZIP\u{1}", to: "lzip -dc FILE > table.csv"),
    ForeignFormat(
      "an lzma stream", [[0x5d, 0, 0, 0x80, 0], [0x5d, 0, 0, 0, 4]], "xz -dc FILE > table.csv"),
    ForeignFormat("a compressed file (.Z)", [[0x1f, 0x9d]], "gzip -dc FILE > table.csv"),
  ]

  private static let images = [
    ForeignFormat("a GIF image", "GIF87a", "GIF89a", isImage: true, to: png),
    ForeignFormat(
      "a TIFF image", [[0x49, 0x49, 0x2a, 0], [0x4d, 0x4d, 0, 0x2a], [0x49, 0x49, 0x2b, 0]], isImage: true,
      png),
    ForeignFormat("a JPEG XL image", [[0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20]], isImage: true, png),
    ForeignFormat(
      "a HEIF or AVIF image", "ftypheic", "ftypheix", "ftypmif1", "ftypavif", at: 4, isImage: true,
      to: "heif-convert FILE image.png"),
    ForeignFormat("a JPEG 2000 image", [[0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20]], isImage: true, png),
    ForeignFormat("a Photoshop image", "8BPS", isImage: true, to: png),
    image("a WebP image", in: "RIFF", Array("WEBP".utf8), at: 8),
    // The reserved bytes are 0.
    image("a BMP image", in: "BM", [0, 0, 0, 0], at: 6),
  ]
}
