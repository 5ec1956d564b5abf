/// The version of the library and of the command.
public enum LibraryVersion {
  /// The version: major, minor and patch number.
  public static let current = "0.1.0"
}
