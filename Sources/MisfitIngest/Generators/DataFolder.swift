import MisfitCore

/// Folders with the data that ships with the project.
package enum DataFolder {
  /// `data` in the current folder, `$MISFIT_DATA`, and `data` in each folder above the program.
  package static var candidates: [String] {
    var folders = ["data"]
    if let chosen = FileSystem.environment("MISFIT_DATA") { folders.append(chosen) }
    var parts = executablePath.split(separator: "/").dropLast()
    while !parts.isEmpty {
      folders.append("/" + parts.joined(separator: "/") + "/data")
      parts.removeLast()
    }
    return folders
  }

  /// The path of the running program; empty if the system does not report it.
  private static var executablePath: String {
    #if canImport(Darwin)
      return CommandLine.arguments.first ?? ""
    #else
      return FileSystem.resolved("/proc/self/exe") ?? ""
    #endif
  }
}
