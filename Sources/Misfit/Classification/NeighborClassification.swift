import MisfitCore
import MisfitModels

/// Samples classified by their k nearest training samples, and how often that was right.
///
/// Neighbours are near in the scaled features, or in the codes of a detector. The most frequent label among
/// the k nearest wins; of equally frequent ones the first in the order of ``classes``, which for numbers is
/// what scikit-learn's `KNeighborsClassifier` takes.
///
///     let result = try NeighborClassification.run(train: train, test: test)
///     print(result.accuracy, result.confusion.counts)
public struct NeighborClassification: Sendable {
  /// How to classify.
  public struct Options: Sendable {
    /// k.
    public var neighborCount = 7
    /// Codes of this detector are compared; the scaled features where it is nil.
    public var detector: Detector?
    /// Threads that read, encode and search; the result does not depend on it.
    public var threadCount = WorkerPool.availableProcessorCount
    /// The most memory that the training samples may take: all of them stay in memory, 4 bytes a value.
    public var memoryLimitBytes = 2 << 30

    /// The defaults.
    public init() {}
  }

  /// What became of one test sample.
  public struct Prediction: Sendable, Hashable {
    /// Its identifier; its number where it has none.
    public var id: String
    /// Its own class, an index into ``NeighborClassification/classes``.
    public var actual: Int
    /// The class that was found.
    public var found: Int
    /// How many of the k neighbours have that class.
    public var votes: Int
  }

  /// The labels of the training samples: numbers by their size, then other labels by their text.
  public let classes: [String]
  /// The test samples, in their order.
  public let predictions: [Prediction]
  /// How often each class was taken for each.
  public let confusion: ConfusionMatrix
  /// k, or the number of training samples where that is smaller.
  public let neighborCount: Int
  /// The number of training samples.
  public let trainingCount: Int
  /// The values that were compared of each sample.
  public let width: Int
  /// What was compared: `784 scaled features`, `32 values of the code`.
  public let representation: String
  /// Reading and scaling or encoding both sources.
  ///
  /// Units: seconds, as for the search.
  public let encodingSeconds: Double
  /// Finding the neighbours and counting their votes.
  public let searchSeconds: Double
  /// What the training samples took while they were searched, their squared lengths and the products of a
  /// block included.
  public let memoryBytes: Int
  /// The names of the sources.
  public let sourceNames: (training: String, test: String)

  /// The share of the test samples whose class was found; nil without any.
  public var accuracy: Double? { confusion.accuracy }
}

/// The order in which labels are listed.
enum LabelOrder {
  /// Numbers by their size, then other texts by their scalars.
  static func sorted(_ labels: some Sequence<String>) -> [String] {
    labels.map { (label: $0, number: Double($0).flatMap { $0.isFinite ? $0 : nil }) }
      .sorted { first, second in
        switch (first.number, second.number) {
        case (let a?, let b?) where a != b: a < b
        case (_?, nil): true
        case (nil, _?): false
        default: first.label < second.label
        }
      }
      .map(\.label)
  }
}
