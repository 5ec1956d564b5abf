import MisfitCore
import MisfitIngest
import MisfitModels

extension Detector {
  /// Returns the moments of all rows of a source, as principal components see them: scaled, and with missing
  /// cells imputed.
  ///
  /// They do not depend on the order of the rows, nor on how they are divided into sources whose moments are
  /// merged. Rows with cells that training has not seen are left out.
  ///
  /// - Throws: ``MomentError`` for other models; ``IngestError``.
  package func moments(of source: any RecordSource, threadCount: Int? = nil) throws -> ExactMoments {
    var moments = ExactMoments(try momentGrid())
    let cells = schema.cells
    var scoring = try score(source)
    scoring.takesCrossEntropy = false
    if let threadCount { scoring.threadCount = threadCount }
    try scoring.forEachBatch { batch in
      moments.update(Rows(batch.inputs, width: cells.width)[0..<batch.count]) { cells.containsUnseen(in: $0) }
    }
    return moments
  }

  /// Returns the same detector with principal components of the rows whose moments are given.
  ///
  /// Scaling and imputation remain those of the fit. So does the calibration, until the detector is
  /// calibrated on other rows.
  ///
  /// - Throws: ``MomentError`` for other models, and for moments of another model; ``ModelError``.
  package func refitted(to moments: ExactMoments, components: ComponentChoice?) throws -> Detector {
    guard moments.grid == (try momentGrid()) else { throw MomentError(.ofOtherModel) }
    let components = try PrincipalComponents.fit(moments, components: components ?? .varianceShare(0.95))
    guard let model = model.replacing(components) else { throw MomentError(.notComponents(kind)) }
    var record = record
    record.model = model.description
    record.training.rowCount = moments.rowCount
    return Detector(record: record, model: model)
  }

  private func momentGrid() throws(MomentError) -> MomentGrid {
    guard record.series == nil, schema.shape.imageExtents == nil,
      let components = model.asPrincipalComponents,
      components.width <= ExactMoments.widthLimit, model.replacing(components) != nil
    else { throw MomentError(.notComponents(kind)) }
    return MomentGrid(components)
  }
}

/// An error of moments of rows.
package struct MomentError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The model does not follow from the moments of its rows.
    case notComponents(ModelChoice)
    /// The moments were computed by another model.
    case ofOtherModel
  }

  /// The kind of the error.
  package var kind: Kind

  /// Creates an error.
  package init(_ kind: Kind) { self.kind = kind }

  /// The message and its remedy.
  package var diagnosis: Diagnosis {
    switch kind {
    case .notComponents(let choice):
      Diagnosis(
        """
        the model is of the kind \(choice.name), and only principal components of the rows of a table, with \
        their own score and up to \(NumberText.grouped(ExactMoments.widthLimit)) inputs, follow from moments
        """,
        remedy: "fit it with \(.model, "pca")")
    case .ofOtherModel:
      Diagnosis(
        "the moments were computed by another model", remedy: "compute them by the model that is fitted again"
      )
    }
  }
}
