import MisfitCore
import MisfitModels

/// A classification of samples by their k nearest training samples, with its accuracy.
///
/// Distances are Euclidean, between the scaled features or between the codes of a detector. The most frequent
/// label among the k nearest wins. Of equally frequent labels, the first in the order of ``classes`` wins,
/// which for numbers agrees with scikit-learn's `KNeighborsClassifier`.
///
///     let result = try NeighborClassification.run(train: train, test: test)
///     print(result.accuracy, result.confusion.counts)
package struct NeighborClassification: Sendable {
  /// The options of a classification.
  package struct Options: Sendable {
    /// The number of neighbors, k.
    package var neighborCount = 7
    /// The detector whose codes are compared; nil compares the scaled features.
    package var detector: Detector?
    /// The number of threads that read, encode and search; it does not change the result.
    package var threadCount = WorkerPool.availableProcessorCount
    /// The maximum number of bytes that the training samples may take; all of them stay in memory, 4 bytes a
    /// value.
    package var memoryLimitBytes = 2 << 30

    /// Creates default options.
    package init() {}
  }

  /// The prediction of one test sample.
  package struct Prediction: Sendable, Hashable {
    /// The sample's identifier; its number if it has none.
    package var id: String
    /// The sample's true class, an index into ``NeighborClassification/classes``.
    package var actual: Int
    /// The predicted class, an index into ``NeighborClassification/classes``.
    package var found: Int
    /// The number of the k neighbors that have the predicted class.
    package var votes: Int
  }

  /// The labels of the training samples, sorted: numbers by value, then other labels by text.
  package let classes: [String]
  /// The predictions of the test samples, in the order of the source.
  package let predictions: [Prediction]
  /// The number of samples of each true class by predicted class.
  package let confusion: ConfusionMatrix
  /// The number of neighbors, k; the number of training samples if that is smaller.
  package let neighborCount: Int
  /// The number of training samples.
  package let trainingCount: Int
  /// The number of values of each sample that were compared.
  package let width: Int
  /// A description of the values that were compared: `784 scaled features`, `32 values of the code`.
  package let representation: String
  /// The time to read and scale or encode both sources, in seconds.
  package let encodingSeconds: Double
  /// The time to find the neighbors and count their votes, in seconds.
  package let searchSeconds: Double
  /// The bytes used during the search: the training samples, their squared lengths and the products of a
  /// block.
  package let memoryBytes: Int
  /// The names of the sources.
  package let sourceNames: (training: String, test: String)

  /// The share of the test samples that were classified correctly, 0 to 1; nil without samples.
  package var accuracy: Double? { confusion.accuracy }
}

/// The order of labels in lists.
package enum LabelOrder {
  /// Returns labels sorted: numbers by value, then other texts by their Unicode scalars.
  package static func sorted(_ labels: some Sequence<String>) -> [String] {
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
