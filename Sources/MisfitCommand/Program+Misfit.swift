import Misfit

extension Program {
  /// The `misfit` command: its verbs, as the overview lists them.
  static var misfit: Program {
    Program(
      version: LibraryVersion.current,
      summary: "Learns what data normally looks like and ranks what does not fit.",
      groups: [
        VerbGroup("All in one", [Detect.self, Demo.self]),
        VerbGroup("Models", [Fit.self, Calibrate.self, Tell.self, Inspect.self, Draw.self, Export.self]),
        VerbGroup(
          "Scores",
          [
            Score.self, Rank.self, Check.self, Report.self, Compare.self, Encode.self, Reconstruct.self,
            Verify.self,
          ]),
        VerbGroup("Streams", [Watch.self]),
        VerbGroup("Labels", [Classify.self]),
        VerbGroup("Data", [Datasets.self, Generate.self]),
        VerbGroup("Pages", [Notebooks.self]),
        VerbGroup("Shell", [Completions.self, Man.self]),
      ],
      examples: [
        Example("misfit detect data.csv -o out/"),
        Example("misfit demo"),
      ])
  }
}
