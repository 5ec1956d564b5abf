import Foundation
import Testing

/// Data that cannot be learned from: what is said, and that nothing is left behind.
@Suite("Bad data")
struct BadDataTests {
  /// A file, and the two lines that it gets.
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var text: String
    var message: String
    var wayOut: String
    var flags = ""
    var testDescription: String { name }
  }

  static let texts = [
    Case(
      name: "an empty file", text: "", message: "misfit: error: bad.csv: the file is empty",
      wayOut: "check the command that wrote it"),
    Case(
      name: "a header only", text: "a,b\n",
      message: "misfit: error: bad.csv: there is a header and no record after it",
      wayOut: "if the first line is a record, give --no-header"),
    Case(
      name: "one row", text: "a,b\n1,2\n",
      message: "misfit: error: bad.csv: 1 row is too few: at least 2 are needed",
      wayOut: "give more rows, or hold fewer of them out with --validation"),
    Case(
      name: "a ragged record", text: "a,b\n1,2\n1,2,3\n4,5\n",
      message: "misfit: error: bad.csv:3: the record has 3 fields where 2 are expected",
      wayOut: "check for a stray or missing delimiter or quote in this line"),
    Case(
      name: "an unclosed quote", text: "a,b\n1,2\n\"3,4\n5,6\n",
      message: "misfit: error: bad.csv:3: column \"a\": the quote that opens here is never closed",
      wayOut: "close it, or double a quote that is meant as text"),
    Case(
      name: "an unclosed quote in the header of a table with semicolons", text: "a;b;\"c\n1;2;3\n4;5;6\n",
      message: "misfit: error: bad.csv:1: the quote that opens here is never closed",
      wayOut: "close it, or double a quote that is meant as text"),
    Case(
      name: "an infinity", text: "a,b\n1,2\n3,-inf\n5,6\n",
      message: "misfit: error: bad.csv:3: column \"b\": \"-inf\" is not a finite number",
      wayOut: "drop the record, or omit the column with --ignore", flags: "--keep=-inf"),
    Case(
      name: "a cell of text", text: "a,b\n1,2\n3,x4\n5,6\n",
      message: "misfit: error: bad.csv:3: column \"b\": \"x4\" is not a number",
      wayOut:
        """
        correct the cell; or, when fitting, set its meaning: --missing-values "x4" for a missing value, \
        --type b=categorical for a level, or --ignore
        """
    ),
    Case(
      name: "a cell of text in a column told to hold numbers", text: "a,b\n1,x\n3,y\n5,z\n",
      message:
        """
        misfit: error: bad.csv:2: column "b": "x" is not a number; 3 cells in all cannot be read: "b": \
        "x", "y", "z"
        """,
      wayOut: "correct the cells; or",
      flags: "--type b=numeric"),
    Case(
      name: "a cell that is no date",
      text: "a,b\n" + String(repeating: "1,2020-02-29\n", count: 20) + "2,soon\n",
      message: "misfit: error: bad.csv:22: column \"b\": \"soon\" is no date, and the column holds dates",
      wayOut: "correct the cell; or, when fitting, set its meaning: --missing-values \"soon\""),
    Case(
      name: "the kind of no column", text: "a,b\n1,2\n3,4\n",
      message: "misfit: error: bad.csv: --type names \"bb\", which is no column here",
      wayOut: "did you mean \"b\" for \"bb\"?", flags: "--type bb=categorical"),
    Case(
      name: "no column to learn from", text: "a,b\nx,1\ny,2\nz,3\n",
      message:
        """
        misfit: error: bad.csv: no column is left to learn from: "a" is left out as identifier: 3 \
        different texts in 3 cells; "b" is left out as identifier: the numbers count the records
        """,
      wayOut: "set the kind of a column with --type COLUMN=KIND"),
    Case(
      name: "a point among decimal commas",
      text: "a;b\n" + (1...600).map { "\($0),5;\($0 % 7)\n" }.joined() + "2.5;3\n",
      message:
        """
        misfit: error: bad.csv:602: column "a": "2.5" has a point, and the numbers of this column have \
        decimal commas
        """,
      wayOut: "write it like the others: 1234,5; or use --thousands . if points separate thousands"),
    Case(
      name: "cross-entropy of large numbers as loss", text: "a,b\n1,2\n3,4\n5,6\n",
      message: "misfit: error: --loss bce needs data in [0, 1], and this is not",
      wayOut: "add --scale min-max, or choose another --loss", flags: "--loss bce"),
    Case(
      name: "cross-entropy of large numbers as error", text: "a,b\n1,2\n3,4\n5,6\n",
      message: "misfit: error: --error bce needs data in [0, 1], and this is not",
      wayOut: "add --scale min-max, or choose another --error", flags: "--error bce"),
    Case(
      name: "an unknown label", text: "a,b,kind\n1,2,x\n3,4,y\n",
      message: "misfit: error: bad.csv: --label names \"knid\", which is no column here",
      wayOut: "did you mean \"kind\" for \"knid\"?", flags: "--label knid"),
    Case(
      name: "an unknown id", text: "row,a,b\n1,2,3\n3,4,4\n",
      message: "misfit: error: bad.csv: --id names \"rows\", which is no column here",
      wayOut: "did you mean \"row\" for \"rows\"?", flags: "--id rows"),
    Case(
      name: "nothing left", text: "a,b\n1,2\n3,4\n",
      message: "misfit: error: bad.csv: no column is left to learn from",
      wayOut: "name fewer columns with --id, --label and --ignore", flags: "--ignore a,b"),
  ]

  @Test("is refused with its position and a remedy", arguments: texts)
  func fit(_ bad: Case) throws {
    let command = try BuiltCommand()
    try command.write(bad.text, to: "bad.csv")
    try expectRefusal(
      command, "fit bad.csv -o old.misfit -q --epochs 1 \(bad.flags)", bad.message, bad.wayOut)
  }

  @Test("is skipped on request, counted, shown and listed", arguments: ["skip", "missing"])
  func passedOver(_ policy: String) throws {
    let command = try BuiltCommand()
    let rows = (0..<30).map { "\($0 * $0 % 17).5,\($0 * 7 % 11)\n" }
    try command.write("a,b\n" + rows.joined(), to: "good.csv")
    try command.write("a,b\n" + rows[..<5].joined() + "x4,2\n7\n" + rows[5...].joined(), to: "bad.csv")
    for line in ["fit bad.csv -o m.misfit --model pca", "score m.misfit bad.csv -o s.csv", "inspect bad.csv"]
    {
      let run = try command.run("\(line) -q --on-error \(policy) --rejects rejects.csv")
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errorLines.count == 3 && run.errorLines[0].contains("2 places could not be read"))
      #expect(run.errorLines[1] == "  bad.csv:7: column \"a\": \"x4\" is not a number")
      #expect(
        try command.text("rejects.csv") == """
          file,line,record,column,cell,problem,text
          bad.csv,7,6,a,x4,\"\"\"x4\"\" is not a number\","x4,2"
          bad.csv,8,7,,,the record has 1 field where 2 are expected,7

          """)
    }
    #expect(try command.text("s.csv").split(separator: "\n").count == (policy == "skip" ? 31 : 32))
    #expect(try command.text("s.csv").contains("\n8,") && !command.text("s.csv").contains("\n7,"))
    #expect(try command.run("inspect bad.csv").status == 2)
    #expect(try command.run("fit bad.csv -o n.misfit --rejects r.csv").status == 2)
  }

  @Test("in a folder of images is reported, and skipped on request")
  func images() throws {
    let command = try BuiltCommand()
    for shade in 0..<6 {
      try command.write(
        SampleData.png(width: 4, height: 4, shade: UInt8(shade * 30)), to: "photos/\(shade).png")
    }
    try command.write(SampleData.png(width: 4, height: 4, shade: 9).prefix(60), to: "photos/cut.png")
    try command.write("no image", to: "photos/fake.jpg")
    try command.write(SampleData.png(width: 5, height: 4, shade: 9), to: "photos/wide.png")
    for name in ["a.heic", "b.svg", "c.heic"] { try command.write("other", to: "photos/\(name)") }
    #expect(try command.run("fit photos -o m.misfit --epochs 1").status == 2)
    let run = try command.run("fit photos -o m.misfit --epochs 1 --on-error skip --rejects r.csv")
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.errors.contains(
        "3 other files skipped (2 .heic, 1 .svg); only PNG, JPEG, TIFF, WebP, GIF and BMP are read"))
    for name in ["cut.png", "fake.jpg", "wide.png"] { #expect(try command.text("r.csv").contains(name)) }
    #expect(run.errors.contains("6 images, PNG"))
  }

  @Test("for a table of numbers may be valid for a table of several kinds of columns")
  func accepted() throws {
    let command = try BuiltCommand()
    for text in ["a,b\n1,2\nNaN,4\n5,6\n", "a,b\n1,2\n3,\n5,6\n", "name,a,kind\nanna,1,x\nbert,2,y\n"] {
      try command.write(text, to: "good.csv")
      #expect(try command.run("fit good.csv -o m.misfit -q --epochs 1").status == 0)
    }
    try command.write("n,x,y\n" + (1...9).map { "key\($0),\($0 % 4),a\n" }.joined(), to: "good.csv")
    let run = try command.run("fit good.csv -o m.misfit --model neighbors")
    #expect(run.errors.contains("\"n\" is left out as identifier: 9 different texts in 9 cells"))
    #expect(run.errors.contains("one value only, so any other will be an outlier: y"))
  }

  @Test("is refused by detect too, before a folder is created")
  func detect() throws {
    let command = try BuiltCommand()
    try command.write("a,b\n", to: "bad.csv")
    let message = "misfit: error: bad.csv: there is a header and no record after it"
    try expectRefusal(command, "detect bad.csv -o out -q", message, "if the first line is a record")
  }

  @Test("in the last row of many leaves no scores behind")
  func score() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    try command.write(SampleData.sensors(rows: 5000) + "r,1,2,three,ok\n", to: "bad.csv")
    try expectRefusal(
      command, "score model.misfit bad.csv -o old.misfit -q",
      "misfit: error: bad.csv:5002: column \"flow\": \"three\" is not a number", "correct the cell")
  }

  @Test("without a column that the model needs is refused with the column's name")
  func missingColumn() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    try command.write("temp,flow\n1,2\n3,4\n", to: "bad.csv")
    try expectRefusal(
      command, "score model.misfit bad.csv -o old.misfit -q",
      "misfit: error: bad.csv: the model needs 1 column that is not here: \"pressure\"",
      "give data with the columns that the model was fitted on (`misfit inspect` lists them)")
    try command.write("temp,presure,flow\n1,2,3\n3,4,5\n", to: "bad.csv")
    try expectRefusal(
      command, "rank model.misfit bad.csv -q",
      "misfit: error: bad.csv: the model needs 1 column that is not here: \"pressure\"",
      "if it is the same column, rename \"presure\" to \"pressure\"")
  }

  @Test("in truncated gzip is refused")
  func gzip() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    #expect(try command.shell("gzip -c sensors.csv | head -c 600 > bad.csv.gz").status == 0)
    try expectRefusal(
      command, "fit bad.csv.gz --ignore id,kind -o old.misfit -q",
      "misfit: error: bad.csv.gz: byte 600: the gzip data ends before it is complete",
      "copy or download the file again (`gzip -t` tests it)")
  }

  @Test("of fewer images than in its header is refused")
  func idx() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.idx(9, [4, 4], promised: 10), to: "bad.idx")
    try expectRefusal(
      command, "fit bad.idx -o old.misfit -q",
      "misfit: error: bad.idx: the file ends early: its header promises 176 bytes, and there are 160",
      "copy or download the file again")
    try command.write(SampleData.idx(10, [4, 4]), to: "bad.idx")
    try command.write(SampleData.idxLabels(9), to: "labels.idx")
    try expectRefusal(
      command, "fit bad.idx --labels labels.idx -o old.misfit -q",
      "misfit: error: labels.idx: there are 9 labels for 10 samples",
      "give the label file that belongs to these samples")
  }

  @Test("of images of two sizes is refused, and so is a folder without images")
  func folders() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.png(width: 4, height: 4, shade: 1), to: "photos/a.png")
    try command.write(SampleData.png(width: 5, height: 4, shade: 2), to: "photos/b.png")
    try expectRefusal(
      command, "fit photos -o old.misfit -q",
      "misfit: error: photos: images of different sizes: b.png has 5 x 4 pixels, a.png 4 x 4",
      "resize them with --resize WxH, cut them into tiles with --tile N")
    try command.write("text", to: "papers/a.txt")
    try expectRefusal(
      command, "fit papers -o old.misfit -q",
      "misfit: error: papers: there is no image and no table in this folder",
      "name a folder with images in it (PNG, JPEG, TIFF, WebP, GIF, BMP)")
  }

  @Test("of another shape than the model's is refused")
  func shape() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    try command.write(SampleData.idx(9, [4, 4]), to: "images.idx")
    try expectRefusal(
      command, "score model.misfit images.idx -o old.misfit -q",
      "misfit: error: images.idx: a sample has the shape 4 x 4 x 1 where the model needs 3",
      "give the model data of the kind that it was fitted on")
  }
}

/// Checks that a command ends with status 2 and two lines, prints nothing, leaves no file behind and an old
/// one (`old.misfit`) untouched.
func expectRefusal(
  _ command: BuiltCommand, _ line: String, _ message: String, _ wayOut: String,
  location: SourceLocation = #_sourceLocation
) throws {
  try command.write("old", to: "old.misfit")
  let names = command.names
  let run = try command.run(line)
  #expect(run.status == 2, sourceLocation: location)
  #expect(run.output.isEmpty, sourceLocation: location)
  #expect(run.errorLines.first == message, sourceLocation: location)
  #expect(
    run.errorLines.count == 2 && run.errorLines.last?.hasPrefix("misfit: hint: " + wayOut) == true,
    "\(run.errors)",
    sourceLocation: location)
  #expect(command.names == names, sourceLocation: location)
  #expect(try command.text("old.misfit") == "old", sourceLocation: location)
}
