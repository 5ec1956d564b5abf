import MisfitCore
import MisfitIngest

/// The data sets that ship with the project, in its `data` folder.
package enum ShippedData {
  /// Returns the path of the breast cancer data: 569 rows of 30 measurements with a diagnosis.
  ///
  /// - Throws: ``ShippedDataError`` if the folder cannot be found.
  package static func breastCancer() throws(ShippedDataError) -> String { try path("breast-cancer.csv") }

  /// Returns the path of 1,000 rows of 30 uniform random numbers.
  ///
  /// - Throws: ``ShippedDataError`` if the folder cannot be found.
  package static func random30() throws(ShippedDataError) -> String { try path("random30.csv") }

  private static func path(_ name: String) throws(ShippedDataError) -> String {
    let paths = DataFolder.candidates.map { "\($0)/\(name)" }
    guard let path = paths.first(where: { FileSystem.status(of: $0) != nil }) else {
      throw ShippedDataError(name: name)
    }
    return path
  }
}

/// An error for a data set that ships with the project but cannot be found.
package struct ShippedDataError: DiagnosableError, Hashable {
  /// The name of the file.
  package var name: String

  /// The problem and a remedy.
  package var diagnosis: Diagnosis {
    Diagnosis(
      "\(name), which ships with the project, is not here",
      remedy: "run this in the project's folder, or set MISFIT_DATA to its data folder")
  }
}
