import MisfitImages

/// The system libraries that plots are drawn and written with.
package enum PlotLibraries {
  /// The libraries that are not installed.
  package static var missing: [ImageLibrary] { [.cairo, .png].filter { !$0.isInstalled } }

  /// Says which library plots need, and how to get it; nil if they can be drawn.
  package static var missingText: String? {
    missing.first.map { "plots need \($0.rawValue), which is not installed: \($0.installation)" }
  }
}
