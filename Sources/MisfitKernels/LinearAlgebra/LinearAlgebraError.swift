import MisfitCore

/// An error of a linear algebra routine.
package struct LinearAlgebraError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// No LAPACK library is on this machine.
    case noLAPACK
    /// The eigenvalue iteration did not converge.
    case noConvergence
    /// A matrix is not positive definite in double precision.
    case notPositiveDefinite
  }

  /// The kind of the error.
  package var kind: Kind

  /// Creates an error.
  package init(_ kind: Kind) { self.kind = kind }

  /// The message and its remedy.
  package var diagnosis: Diagnosis {
    switch kind {
    case .noLAPACK:
      Diagnosis("this model needs the LAPACK library, which is not installed", remedy: "install libopenblas0")
    case .noConvergence: Diagnosis("the eigenvalues of the covariance did not converge")
    case .notPositiveDefinite:
      Diagnosis(
        "the equations of the output layer have no stable solution",
        remedy: "add \(.scaling, "standard"), or use another \(.model)")
    }
  }
}
