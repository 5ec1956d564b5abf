# Installs the command on macOS, built from source. A release fills in `url` and `sha256`; until then
# `brew install --HEAD` builds the main branch.
class Misfit < Formula
  desc "Anomaly detection for tables, images, series and streams"
  homepage "https://github.com/OWNER/misfit"
  url "https://github.com/OWNER/misfit/archive/refs/tags/VERSION.tar.gz"
  sha256 "SHA256"
  license "Apache-2.0"
  head "https://github.com/OWNER/misfit.git", branch: "main"

  depends_on "pkgconf" => :build
  depends_on xcode: ["26.0", :build]
  depends_on "cairo"
  depends_on "jpeg-turbo"
  depends_on "libpng"
  depends_on macos: :tahoe
  depends_on "onednn"

  uses_from_macos "zlib"

  def install
    system "swift", "build", "--disable-sandbox", "-c", "release", "--product", "misfit"
    bin.install ".build/release/misfit"
    generate_completions_from_executable(bin/"misfit", "completions")
    (buildpath/"misfit.1").write Utils.safe_popen_read(bin/"misfit", "man")
    man1.install "misfit.1"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/misfit --version")
    system bin/"misfit", "generate", "random:50x3", "-o", "rows.csv"
    system bin/"misfit", "fit", "rows.csv", "-o", "model.misfit"
    assert_match "score", shell_output("#{bin}/misfit score model.misfit rows.csv")
  end
end
