import MisfitCore

/// Why samples could not be classified.
package struct ClassificationError: DiagnosableError, Hashable {
  /// What is wrong.
  package enum Kind: Hashable, Sendable {
    /// The source says nothing of its samples' classes.
    case noLabels
    /// A sample of a class that the training samples do not have.
    case unknownLabel(String)
    /// More classes than a confusion matrix can show: the labels are names.
    case tooManyClasses(limit: Int)
    /// The training samples need more memory than they may take.
    case tooLarge(neededBytes: Int, limitBytes: Int)
    /// No training sample.
    case noSamples
    /// A model whose samples have no code.
    case noCode(ModelChoice)
    /// Images that are cut into tiles, while labels are of whole images.
    case tiles
  }

  /// What is wrong.
  package var kind: Kind
  /// Where.
  package var position: InputPosition?

  /// Makes an error.
  package init(_ kind: Kind, at position: InputPosition) {
    self.kind = kind
    self.position = position
  }

  /// The sentence.
  package var diagnosis: Diagnosis {
    let (problem, remedy) = sentences
    return Diagnosis(problem, at: position, remedy: remedy)
  }

  private var sentences: (problem: MessageText, remedy: MessageText) {
    switch kind {
    case .noLabels:
      (
        "the samples have no labels",
        """
        name the column with \(.labelColumn), give the IDX file of the labels with \(.labelsPath) \
        (\(.testLabelsPath)), or put images into a folder for each label
        """
      )
    case .unknownLabel(let label):
      (
        "no training sample has the label \"\(label)\"",
        "give training samples of every label, or leave such samples out"
      )
    case .tooManyClasses(let limit):
      (
        "there are more than \(NumberText.grouped(limit)) labels, so they are names rather than classes",
        "name the column of the classes with \(.labelColumn)"
      )
    case .tooLarge(let needed, let limit):
      (
        "the training samples take \(NumberText.bytes(needed)), and \(NumberText.bytes(limit)) are allowed",
        "allow more with \(.memoryLimit), give fewer samples, or compare short codes with \(.model)"
      )
    case .noSamples: ("there is no training sample", "give a source with samples")
    case .tiles:
      (
        "the images are cut into tiles, and labels are those of whole images",
        "give a model of whole images, brought to one size with \(.imageSize)"
      )
    case .noCode(let kind):
      (
        "a model of the kind \(kind.name) has no code",
        "give an autoencoder or principal components, or omit \(.model) to compare the features"
      )
    }
  }
}
