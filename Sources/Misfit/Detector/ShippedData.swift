import MisfitCore
import MisfitIngest

/// The data sets that ship with the project, in its `data` folder.
public enum ShippedData {
  /// 569 rows of 30 measurements with a diagnosis.
  ///
  /// - Throws: ``FileError`` where the folder cannot be found.
  public static func breastCancer() throws(FileError) -> String { try path("breast-cancer.csv") }

  /// 1,000 rows of 30 uniform random numbers.
  ///
  /// - Throws: ``FileError`` where the folder cannot be found.
  public static func random30() throws(FileError) -> String { try path("random30.csv") }

  private static func path(_ name: String) throws(FileError) -> String {
    let paths = DataFolder.candidates.map { "\($0)/\(name)" }
    guard let path = paths.first(where: { FileSystem.status(of: $0) != nil }) else {
      throw FileError(.open, path: "data/\(name)", errorNumber: 2)
    }
    return path
  }
}
