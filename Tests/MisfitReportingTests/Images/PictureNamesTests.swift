import Testing

@testable import MisfitReporting

@Suite("The names of pictures")
struct PictureNamesTests {
  private func names(_ ids: [String]) -> [String] {
    var names = PictureNames()
    return ids.map { names.name(for: $0) }
  }

  @Test("are the paths of the images without their extensions")
  func paths() {
    #expect(names(["a.png", "sub/b.c.jpg", "12", ".png"]) == ["a", "sub/b.c", "12", "_png"])
  }

  @Test("differ for different images, also where case does not count")
  func unique() {
    #expect(
      names(["a.png", "a.jpg", "A.png", "x/a.png", "y/a.png", "a-2.png"])
        == ["a", "a-2", "A-3", "x/a", "y/a", "a-2-2"])
  }

  @Test("stay in their folder, and have no characters that a system refuses")
  func safe() {
    #expect(names(["../../etc/passwd", "./a.png", "/b.png", ""]) == ["etc/passwd", "a", "b", "image"])
    #expect(names(["a\\xE9:b?.png", "line\nend.png", "Größe 1.png"]) == ["a_xE9_b_", "line_end", "Größe 1"])
    let long = names([String(repeating: "ü", count: 200) + ".png"])[0]
    #expect(long.utf8.count == 200)
  }
}
