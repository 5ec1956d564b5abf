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
package struct NeighborClassification: Sendable {
  /// How to classify.
  package struct Options: Sendable {
    /// k.
    package var neighborCount = 7
    /// Codes of this detector are compared; the scaled features where it is nil.
    package var detector: Detector?
    /// Threads that read, encode and search; the result does not depend on it.
    package var threadCount = WorkerPool.availableProcessorCount
    /// The most memory that the training samples may take: all of them stay in memory, 4 bytes a value.
    package var memoryLimitBytes = 2 << 30

    /// The defaults.
    package init() {}
  }

  /// What became of one test sample.
  package struct Prediction: Sendable, Hashable {
    /// Its identifier; its number where it has none.
    package var id: String
    /// Its own class, an index into ``NeighborClassification/classes``.
    package var actual: Int
    /// The class that was found.
    package var found: Int
    /// How many of the k neighbours have that class.
    package var votes: Int
  }

  /// The labels of the training samples: numbers by their size, then other labels by their text.
  package let classes: [String]
  /// The test samples, in their order.
  package let predictions: [Prediction]
  /// How often each class was taken for each.
  package let confusion: ConfusionMatrix
  /// k, or the number of training samples where that is smaller.
  package let neighborCount: Int
  /// The number of training samples.
  package let trainingCount: Int
  /// The values that were compared of each sample.
  package let width: Int
  /// What was compared: `784 scaled features`, `32 values of the code`.
  package let representation: String
  /// Reading and scaling or encoding both sources.
  ///
  /// Units: seconds, as for the search.
  package let encodingSeconds: Double
  /// Finding the neighbours and counting their votes.
  package let searchSeconds: Double
  /// What the training samples took while they were searched, their squared lengths and the products of a
  /// block included.
  package let memoryBytes: Int
  /// The names of the sources.
  package let sourceNames: (training: String, test: String)

  /// The share of the test samples whose class was found; nil without any.
  package var accuracy: Double? { confusion.accuracy }
}

/// The order in which labels are listed.
package enum LabelOrder {
  /// Numbers by their size, then other texts by their scalars.
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
