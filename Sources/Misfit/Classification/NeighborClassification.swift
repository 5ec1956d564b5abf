import MisfitCore
import MisfitModels

/// A classification of samples by their k nearest training samples, compared with their true classes.
///
/// Neighbors are near in the scaled features, or in the codes of a detector. The most frequent label among
/// the k nearest wins; of equally frequent labels the first in the order of ``classes``, which for numbers is
/// the choice of scikit-learn's `KNeighborsClassifier`.
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
    /// The number of threads; the result does not depend on it.
    package var threadCount = WorkerPool.availableProcessorCount
    /// The maximum memory of the training samples, which take 4 bytes per value.
    package var memoryLimitBytes = 2 << 30

    /// Creates the default options.
    package init() {}
  }

  /// The prediction for one test sample.
  package struct Prediction: Sendable, Hashable {
    /// The identifier of the sample, or its number if it has none.
    package var id: String
    /// The true class, an index into ``NeighborClassification/classes``.
    package var actual: Int
    /// The predicted class.
    package var found: Int
    /// The number of the k neighbors in the predicted class.
    package var votes: Int
  }

  /// The labels of the training samples: numbers by their size, then other labels by their text.
  package let classes: [String]
  /// The test samples, in their order.
  package let predictions: [Prediction]
  /// The counts of the true and the predicted classes.
  package let confusion: ConfusionMatrix
  /// The number of neighbors, k, or the number of training samples if that is less.
  package let neighborCount: Int
  /// The number of training samples.
  package let trainingCount: Int
  /// The number of compared values per sample.
  package let width: Int
  /// A description of the compared values: `784 scaled features`, `32 values of the code`.
  package let representation: String
  /// The time to read and to scale or encode both sources, in seconds.
  package let encodingSeconds: Double
  /// The time to find the neighbors and to count their votes, in seconds.
  package let searchSeconds: Double
  /// The memory of the training samples during the search, including their squared lengths and a block of
  /// products.
  package let memoryBytes: Int
  /// The names of the sources.
  package let sourceNames: (training: String, test: String)

  /// The share of test samples with a correct prediction; nil without test samples.
  package var accuracy: Double? { confusion.accuracy }
}

/// The order in which labels are listed.
package enum LabelOrder {
  /// Sorts numbers by their value, then other texts by their scalars.
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
