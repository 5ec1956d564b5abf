import CImageLibraries
import CSharedLibraries

/// A library that decodes, encodes or draws images, and is opened when it is first needed.
package enum ImageLibrary: String, Sendable, Hashable, CaseIterable {
  case png = "libpng"
  case jpeg = "libjpeg-turbo"
  case tiff = "libtiff"
  case webp = "libwebp"
  case cairo = "Cairo"

  /// Whether the library can be used; it is opened to find out.
  package var isInstalled: Bool {
    switch self {
    case .png: misfit_load_png() != 0
    case .jpeg: misfit_load_turbojpeg() != 0
    case .tiff: misfit_tiff_is_available()
    case .webp: misfit_webp_is_available()
    case .cairo: misfit_load_cairo() != 0
    }
  }

  /// How to install the library, by the packages of Debian and of Homebrew that contain it.
  package var installation: String {
    let (debian, homebrew) =
      switch self {
      case .png: ("libpng16-16", "libpng")
      case .jpeg: ("libturbojpeg0", "jpeg-turbo")
      case .tiff: ("libtiff6", "libtiff")
      case .webp: ("libwebp7", "webp")
      case .cairo: ("libcairo2", "cairo")
      }
    return "install it (`apt-get install \(debian)`, `brew install \(homebrew)`)"
  }
}
