extension Program {
  /// The `misfit` command: its verbs, as the overview lists them.
  static var misfit: Program {
    Program(
      version: "0.1.0",
      summary: "Learns what data normally looks like and ranks what does not fit.",
      groups: [],
      examples: [
        Example("misfit detect data.csv -o out/"),
        Example("misfit demo"),
      ])
  }
}
