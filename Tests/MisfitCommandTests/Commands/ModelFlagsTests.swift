import Foundation
import Testing

@Suite("Models of every kind on the command line")
struct ModelFlagsTests {
  private static let models = [
    "autoencoder", "ensemble", "wide", "pca", "local", "neighbors", "global", "auto",
  ]

  @Test("Every verb works on every kind of model", arguments: models)
  func verbs(model: String) throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let network = ["autoencoder", "ensemble"].contains(model) ? " --epochs 2" : ""
    let units = ["ensemble", "wide"].contains(model) ? " --hidden 6" : ""
    let fit = try command.run(
      "fit sensors.csv --id id --label kind --model \(model)\(network)\(units) -o m.misfit --json --threads 2"
    )
    #expect(fit.status == 0, "\(fit.errorLines)")
    let measures = [
      "neighbors": "own", "local": "relative", "global": "relative", "auto": "relative", "pca": "mahalanobis",
    ]
    #expect(try fit.json()["scoreMeasure"] as? String == measures[model] ?? "mse")
    for line in [
      "score m.misfit sensors.csv -o s.csv", "rank m.misfit sensors.csv", "inspect m.misfit",
      "inspect m.misfit --json", "reconstruct m.misfit sensors.csv -o r.csv",
      "report m.misfit sensors.csv -o report", "compare m.misfit m.misfit sensors.csv -o comparison",
    ] {
      let run = try command.run(line)
      #expect(run.status == 0, "\(line): \(run.errorLines)")
    }
    #expect(try command.lines("s.csv").count == 41)
    let hasEpochs = !network.isEmpty
    #expect(command.exists("report/training-curve.png") == hasEpochs)
    #expect(command.exists("comparison/training-curves.png") == hasEpochs)
    let encode = try command.run("encode m.misfit sensors.csv -o codes.csv")
    let hasCode = hasEpochs || model == "pca" || model == "wide"
    #expect(encode.status == (hasCode ? 0 : 2))
    if !hasCode { #expect(encode.errorLines.joined().contains("has no code")) }
  }

  @Test("detect fits a global distance to a table, and an autoencoder with its flags")
  func detect() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let run = try command.run("detect sensors.csv --id id --label kind -o out")
    #expect(run.status == 0)
    #expect(
      run.errorLines.contains(
        "misfit: note: chose --model global: a table that may contain anomalies"))
    #expect(try command.run("inspect out/model.misfit").line(0).hasPrefix("model       global: "))
    #expect(try command.run("detect sensors.csv --id id --label kind --epochs 1 -o out").status == 0)
    #expect(try command.run("inspect out/model.misfit").line(0).hasPrefix("layer "))
  }

  @Test("inspect and fit print the variance that principal components explain")
  func variance() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let fit = try command.run("fit sensors.csv --id id --label kind --model pca --components 2 -o m.misfit")
    #expect(fit.line(0).contains("2 of 3 principal components") && fit.line(0).hasSuffix("% of the variance"))
    let json = try command.run("inspect m.misfit --json").json()
    let shares = try #require(json["explainedVariance"] as? [Double])
    #expect(json["architecture"] == nil || json["architecture"] is NSNull)
    let drawing = try command.run("inspect m.misfit --dot layers.dot")
    #expect(drawing.status == 2 && drawing.errorLines.joined().contains("--dot draws networks"))
    #expect(!command.exists("layers.dot"))
    #expect(shares.count == 2 && shares[0] >= shares[1] && shares.reduce(0, +) <= 1.0001)
  }

  @Test(
    "Flags of another model are refused with a remedy",
    arguments: [
      ("--model pca --hidden 2", "--hidden means nothing to --model pca"),
      ("--model local --epochs 3", "--epochs means nothing to --model local"),
      ("--components 3", "--components means nothing to --model auto"),
      ("--model local --neighbors 3", "--neighbors means nothing to --model local"),
      ("--model global --reference 100", "--reference means nothing to --model global"),
      ("--model ensemble --loss mae", "--loss means nothing to --model ensemble"),
      ("--model wide --architecture dense", "--architecture means nothing to --model wide"),
      ("--model local --noise gaussian:0.1", "--noise means nothing to --model local"),
      ("--model pca --precision bf16", "--precision means nothing to --model pca"),
      ("--model magic", "--model"), ("--components 0", "--components"),
    ])
  func conflicts(flags: String, message: String) throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let run = try command.run("fit sensors.csv --id id --label kind \(flags)")
    #expect(run.status == 2 && run.errorLines.joined().contains(message))
    #expect(!command.exists("model.misfit"))
  }
}
