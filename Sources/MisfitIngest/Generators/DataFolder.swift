import MisfitCore

/// Where the data that ships with the project may be.
package enum DataFolder {
  /// `data` below the current folder, `$MISFIT_DATA`, and `data` in each folder above the program.
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

  /// The path of the running program; empty where the system does not tell.
  private static var executablePath: String {
    #if canImport(Darwin)
      return CommandLine.arguments.first ?? ""
    #else
      return FileSystem.resolved("/proc/self/exe") ?? ""
    #endif
  }
}
