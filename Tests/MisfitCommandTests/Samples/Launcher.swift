import Foundation
import Testing

/// An `mpirun` of this machine.
enum Launcher: String, CaseIterable, CustomTestStringConvertible {
  case openMPI = "mpirun.openmpi"
  case mpich = "mpirun.mpich"

  var testDescription: String { rawValue }

  /// The words before the program.
  func line(ranks: Int) -> String {
    self == .openMPI
      ? "\(rawValue) --allow-run-as-root --oversubscribe -n \(ranks)" : "\(rawValue) -n \(ranks)"
  }

  var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/\(rawValue)") }

  /// The installed launchers; prints a line for each that is missing.
  static let installed: [Launcher] = allCases.filter { launcher in
    if !launcher.isInstalled { print("Skipped: tests with \(launcher.rawValue), which is not installed") }
    return launcher.isInstalled
  }
}
