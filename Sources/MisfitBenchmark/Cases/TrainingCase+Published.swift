import Misfit

extension TrainingCase {
  /// The cases of the peers' scripts, with the same layers.
  static let published: [any BenchmarkCase] = [
    TrainingCase(
      name: "random30-1", rows: .random30, hidden: [2], loss: .binaryCrossEntropy, batchSize: 100, epochs: 10,
      band: LossBand(range: 0.679...0.685),
      peers: [.torch(), .torch(threadCount: 1), .scikitLearn]),
    TrainingCase(
      name: "random30-2", rows: .random30, hidden: [2, 2], loss: .binaryCrossEntropy, batchSize: 100,
      epochs: 10,
      // One of its units has died, as in Keras' and PyTorch's Glorot runs: 0.6875 instead of 0.682.
      band: LossBand(range: 0.679...0.690),
      peers: [.torch(), .torch(threadCount: 1), .scikitLearn]),
    TrainingCase(
      name: "mnist-32", rows: .mnist, hidden: [32], loss: .meanSquaredError, batchSize: 128, epochs: 5,
      band: LossBand(range: 0.0105...0.0126), peers: [.torch(), .scikitLearn]),
    TrainingCase(
      name: "mnist-32-bce", rows: .mnist, hidden: [32], loss: .binaryCrossEntropy, batchSize: 256, epochs: 10,
      band: LossBand(range: 0.093...0.098), peers: [.torch()]),
    TrainingCase(
      name: "mnist-deep", rows: .mnist, hidden: [128, 64, 32], loss: .meanSquaredError, batchSize: 128,
      epochs: 3,
      band: LossBand(range: 0.0155...0.0185), peers: [.torch(), .scikitLearn]),
    TrainingCase(
      name: "mnist-conv", rows: .mnist, preset: .conv, loss: .binaryCrossEntropy, batchSize: 128, epochs: 2,
      band: LossBand(range: 0.086...0.095), peers: [.torchWithChannelsLast, .torchCompiledWithChannelsLast]),
    TrainingCase(
      name: "mnist-convbn", rows: .mnist, preset: .convNormalized, loss: .binaryCrossEntropy, batchSize: 64,
      epochs: 1, band: LossBand(range: 0.075...0.085),
      peers: [.torchWithChannelsLast, .torchCompiledWithChannelsLast]),
  ]
}
