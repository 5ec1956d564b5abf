import MisfitKernels

extension RowErrors {
  /// Returns the error by a measure.
  package func value(of measure: ErrorMeasure) -> Double {
    switch measure {
    case .meanSquared: meanSquared
    case .rootMeanSquared: rootMeanSquared
    case .meanAbsolute: meanAbsolute
    case .binaryCrossEntropy: meanCrossEntropy ?? .nan
    case .maximumAbsolute: maximum
    case .signedSum: signedSum
    }
  }
}

extension Loss {
  /// The name of the loss in sentences.
  package var title: String {
    switch self {
    case .meanSquaredError: "mean squared error"
    case .meanAbsoluteError: "mean absolute error"
    case .binaryCrossEntropy: "binary cross-entropy"
    case .mixed: "mean cost of the cells"
    }
  }
}

extension ErrorMeasure {
  /// The name of the measure on axes and in sentences.
  package var title: String {
    switch self {
    case .meanSquared: "mean squared error"
    case .rootMeanSquared: "root mean squared error"
    case .meanAbsolute: "mean absolute error"
    case .binaryCrossEntropy: "binary cross-entropy"
    case .maximumAbsolute: "largest absolute error"
    case .signedSum: "signed sum (input - output)"
    }
  }
}
