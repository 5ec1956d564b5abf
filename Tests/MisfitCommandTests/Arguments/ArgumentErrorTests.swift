import Testing

@testable import MisfitCommand

@Suite("Argument errors")
struct ArgumentErrorTests {
  /// A command line, and the message on standard error after `misfit: `.
  static let cases: [(String, String)] = [
    (
      "fit",
      """
      `fit` needs DATA
        DATA: CSV, IDX, NPY, a folder of PNGs, or - for standard input.
        usage: misfit fit DATA [flags]
      """
    ),
    ("fit d e", "`fit` has no place for the argument \"e\"\n  usage: misfit fit DATA [flags]"),
    (
      "fit d --epochs abc", "--epochs: \"abc\" is not a whole number of at least 1\n  see `misfit fit --help`"
    ),
    ("fit d -e0", "--epochs: \"0\" is not a whole number of at least 1\n  see `misfit fit --help`"),
    (
      "fit d --epochs",
      "--epochs needs a whole number of at least 1, and nothing follows it\n  write for example: --epochs 1"
    ),
    (
      "fit d --output --seed 3",
      "--output needs a path, and the flag --seed follows it\n  if that is the value, write --output=--seed"
    ),
    (
      "fit d -o --seed 3", "-o needs a path, and the flag --seed follows it\n  write for example: -o file.csv"
    ),
    ("fit d --epochs 3 -e 4", "--epochs is given more than once\n  give it once"),
    ("fit d --quiet=yes", "--quiet takes no value, and was given \"yes\"\n  see `misfit fit --help`"),
    ("fit d --loss mes", "--loss: \"mes\" is not one of mse, mae, bce\n  did you mean mse?"),
    ("fit d --loss foo", "--loss: \"foo\" is not one of mse, mae, bce\n  see `misfit fit --help`"),
    (
      "fit d --hidden 16,,4",
      """
      --hidden: "16,,4" is not a list of whole numbers of at least 1, such as 16,4
        see `misfit fit --help`
      """
    ),
    (
      "fit d --memory-limit 1K",
      """
      --memory-limit: "1K" is not a size such as 256M, 1.5G or 1048576 (at least 1.0 MiB)
        see `misfit fit --help`
      """
    ),
    (
      "fit d --validation 1.5",
      """
      --validation: "1.5" is not a share from 0 to below 1 (0.1, 10%) or the path of a file
        if that is a file, write its path as ./1.5
      """
    ),
    ("fit d --output=", "--output: \"\" is not a path\n  see `misfit fit --help`"),
    ("fit d --dropout 0.95", "--dropout: \"0.95\" is not a number from 0 to 0.9\n  see `misfit fit --help`"),
    ("fit d --shift nan", "--shift: \"nan\" is not a number\n  see `misfit fit --help`"),
    ("fit d --learning-rate 0", "--learning-rate: \"0\" is not a number above 0\n  see `misfit fit --help`"),
    ("fit d --seed -1", "--seed: \"-1\" is not a whole number of at least 0\n  see `misfit fit --help`"),
    (
      "fit d --ignore \"a",
      "--ignore: \"\"a\" is not a list of names separated by commas\n  close the quote, or omit quotes"
    ),
    ("fit d --resume --hidden 2", "--resume goes on with the network it began with\n  leave --hidden away"),
    (
      "compare d",
      """
      `compare` needs --output DIR
        give it the path of a folder, for example out/; see `misfit compare --help`
      """
    ),
    ("compare missing.csv -o x", "missing.csv: no such file\n  check the path; `-` means standard input"),
  ]

  /// The same for names that do not exist.
  static let misspelt: [(String, String)] = [
    ("fit d --epoch 3", "`fit` has no flag --epoch\n  did you mean --epochs? see `misfit fit --help`"),
    ("fit d --epohcs=3", "`fit` has no flag --epohcs\n  did you mean --epochs? see `misfit fit --help`"),
    ("fit d --val 3", "`fit` has no flag --val\n  did you mean --validation? see `misfit fit --help`"),
    ("fit d --lr 3", "`fit` has no flag --lr\n  did you mean --learning-rate? see `misfit fit --help`"),
    ("fit d -epochs 3", "`fit` has no flag -epochs\n  did you mean --epochs? see `misfit fit --help`"),
    ("fit d -output x", "`fit` has no flag -output\n  did you mean --output? see `misfit fit --help`"),
    ("fit d --top 5", "`fit` has no flag --top\n  --top is a flag of compare; see `misfit fit --help`"),
    ("compare d -e 5", "`compare` has no flag -e\n  -e is a flag of fit; see `misfit compare --help`"),
    ("fit d --zzz", "`fit` has no flag --zzz\n  see `misfit fit --help`"),
    (
      "fit -data.csv",
      "`fit` has no flag -data.csv\n  for a file of that name write ./-data.csv; see `misfit fit --help`"
    ),
    ("fti d", "there is no verb \"fti\"\n  did you mean fit? `misfit --help` lists the verbs"),
    ("help comprae", "there is no verb \"comprae\"\n  did you mean compare? `misfit --help` lists the verbs"),
    ("train.csv", "there is no verb \"train.csv\"\n  the verb comes first: misfit detect train.csv"),
    ("frobnicate", "there is no verb \"frobnicate\"\n  see `misfit --help` for the verbs"),
    ("--quiet fit d", "--quiet stands before the verb\n  write the verb first: misfit fit --quiet …"),
  ]

  @Test("state the problem and a remedy", arguments: cases + misspelt)
  func message(_ line: String, _ message: String) {
    let captured = CapturedStreams()
    let status = Program.sample().run(line.split(separator: " ").map(String.init), on: captured.streams)
    #expect(status == .error)
    let lines = message.replacing("\n  ", with: "\nmisfit: hint: ", maxReplacements: 1)
    #expect(captured.errors == "misfit: error: \(lines)\n")
    #expect(captured.output == "")
  }

  @Test("choices that contain a comma or a space are quoted")
  func signs() {
    let kind = ValueKind<String>.choice([(",", ","), ("tab", "\t")])
    #expect(kind.expectation == "one of \",\" \"tab\"")
    #expect(kind.read("tab") == "\t")
    #expect(kind.read(";") == nil)
  }

  @Test("lists are joined with commas and `and`")
  func lists() {
    #expect(ArgumentError.list(["a"]) == "a")
    #expect(ArgumentError.list(["a", "b", "c"]) == "a, b and c")
  }
}
