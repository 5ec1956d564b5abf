import CShippedData
import MisfitCore

/// The data sets that are part of the program; the project's folder `data` explains them.
package enum ShippedData: CaseIterable, Sendable {
  /// 569 rows of 30 measurements with a diagnosis.
  case breastCancer
  /// 1,797 images of 8 x 8 pixels from 0 to 16 with a label, as compressed lines of numbers.
  case digits
  /// 1,000 rows of 30 uniform random numbers.
  case random30

  /// The name of the file.
  package var fileName: String {
    switch self {
    case .breastCancer: "breast-cancer.csv"
    case .digits: "digits.csv.gz"
    case .random30: "random30.csv"
    }
  }

  /// The bytes of the file.
  package var bytes: [UInt8] {
    let file =
      switch self {
      case .breastCancer: misfit_shipped_breast_cancer
      case .digits: misfit_shipped_digits
      case .random30: misfit_shipped_random30
      }
    return (0..<misfit_shipped_byte_count(file)).map { misfit_shipped_byte(file, $0) }
  }

  /// Writes the file into a folder, and returns its path.
  ///
  /// - Throws: `FileError` if it cannot be written.
  package func write(to folder: String) throws(FileError) -> String {
    try FileSystem.makeDirectory(folder)
    let path = "\(folder)/\(fileName)"
    try OutputFile.write(bytes, to: path)
    return path
  }
}
