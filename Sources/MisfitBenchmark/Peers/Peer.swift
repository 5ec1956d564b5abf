/// A program of the peers' folder that does the same work as a case.
struct Peer: Hashable, Sendable {
  /// The source of its seconds.
  enum Figure: String, Hashable, Sendable {
    /// The field of the JSON line that it prints.
    case epochSeconds = "epoch_seconds"
    case scoreSeconds = "score_seconds"
    case wall = "wall"
    /// The time of its whole process, measured here.
    case process
  }

  /// The name in the tables.
  var name: String
  /// The file in the peers' folder; nil runs Python with the arguments alone.
  var script: String?
  /// The arguments.
  ///
  /// `CASE` stands for the case's name, `THREADS` for the number of threads, and `PRECISION` for the flag for
  /// bf16 if we compute in it.
  var arguments: [String]
  var figure: Figure
  /// A script that writes the files both sides read, once before the first pair.
  var preparation: String?

  /// Returns PyTorch training, eager, with Keras' initialization; by default with as many threads as ours.
  static func torch(threadCount: Int? = nil) -> Peer {
    Peer(
      name: threadCount == nil ? "torch" : "torch, \(threadCount ?? 1) thread",
      script: "torch_peer.py",
      arguments: ["CASE", "--init", "glorot", "--threads", threadCount.map(String.init) ?? "THREADS"],
      figure: .epochSeconds)
  }

  /// Training of convolutions, eager, with images in the layout that suits its kernels.
  static let torchWithChannelsLast = Peer(
    name: "torch", script: "torch_peer.py",
    arguments: ["CASE", "--init", "glorot", "--channels-last", "PRECISION", "--threads", "THREADS"],
    figure: .epochSeconds)

  /// The same, compiled; compilation is not timed.
  static let torchCompiledWithChannelsLast = Peer(
    name: "torch, compiled", script: "torch_peer.py",
    arguments: [
      "CASE", "--mode", "compile", "--init", "glorot", "--channels-last", "PRECISION", "--threads", "THREADS",
    ], figure: .epochSeconds)

  /// Training by MLPRegressor: linear output, squared error, no validation pass.
  static let scikitLearn = Peer(
    name: "scikit-learn", script: "sklearn_peer.py", arguments: ["CASE", "--threads", "THREADS"],
    figure: .epochSeconds)

  /// The scoring pass after one epoch of training.
  static let torchScoring = Peer(
    name: "torch", script: "torch_peer.py",
    arguments: ["mnist-32", "--init", "glorot", "--threads", "THREADS", "--epochs", "1"],
    figure: .scoreSeconds)

  /// The same, compiled; compilation is not timed.
  static let torchCompiledScoring = Peer(
    name: "torch, compiled", script: "torch_peer.py",
    arguments: [
      "mnist-32", "--mode", "compile", "--init", "glorot", "--threads", "THREADS", "--epochs", "1",
    ],
    figure: .scoreSeconds)

  /// The scoring pass after one epoch of training.
  static let scikitLearnScoring = Peer(
    name: "scikit-learn", script: "sklearn_peer.py",
    arguments: ["mnist-32", "--threads", "THREADS", "--epochs", "1"], figure: .scoreSeconds)

  /// A fresh process that reads, scores and writes.
  static let polars = Peer(
    name: "polars + NumPy", script: "csv_score.py",
    arguments: ["polars+numpy", "--runs", "1", "--threads", "THREADS"], figure: .wall,
    preparation: "gen_csv.py")

  /// The startup cost of a program that uses PyTorch.
  static let importTorch = Peer(
    name: "import torch", script: nil, arguments: ["-c", "import torch"], figure: .process)
}
