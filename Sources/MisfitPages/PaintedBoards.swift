import Misfit

/// Circuit boards, painted from a seed: light tracks between pads on a dark ground, with uneven light and
/// noise, and copies with defects whose pixels are known.
struct PaintedBoards {
  /// The number of pixels of a side.
  static let side = 96
  /// The distance of two parallel tracks.
  private static let pitch = 12
  private static let seed: UInt64 = 20

  /// A painted board.
  struct Board {
    var image: Image
    /// White where a defect is.
    var mask: Image
  }

  /// The kinds of defects, of which a board has one or two.
  enum Defect: CaseIterable {
    /// A track is interrupted.
    case open
    /// Two tracks are joined.
    case short
    /// A track has a bump at its side.
    case spur
    /// A track has a notch at its side.
    case bite
    /// There is copper where none belongs.
    case island
  }

  /// A horizontal or vertical track, 4 pixels wide.
  private struct Track {
    var isHorizontal: Bool
    /// The first row of a horizontal track, the first column of a vertical one.
    var place: Int
    var range: Range<Int>
  }

  private var generator: SeededGenerator
  private var tracks: [Track] = []
  private var copper = [Bool](repeating: false, count: side * side)

  /// Writes boards as PNG: `train/good`, `test/good`, `test/defect`, and `masks/defect` with the masks.
  ///
  /// - Throws: ``FileError``, ``ImageError``.
  static func write(to folder: String, train: Int, good: Int, defective: Int) throws {
    let parts = [("train/good", train, false), ("test/good", good, false), ("test/defect", defective, true)]
    for name in parts.map(\.0) + ["masks/defect"] { try FileSystem.makeDirectory("\(folder)/\(name)") }
    var number = 0
    for (name, count, isDefective) in parts {
      for index in 0..<count {
        let board = board(number, isDefective: isDefective)
        let digits = String(index + 1)
        let file = String(repeating: "0", count: max(0, 3 - digits.count)) + digits + ".png"
        try OutputFile.write(try PNGEncoder.encode(board.image), to: "\(folder)/\(name)/\(file)")
        if isDefective {
          try OutputFile.write(try PNGEncoder.encode(board.mask), to: "\(folder)/masks/defect/\(file)")
        }
        number += 1
      }
    }
  }

  /// Returns a board, which its number determines.
  static func board(_ number: Int, isDefective: Bool) -> Board {
    var painter = PaintedBoards(number)
    painter.layTracks()
    let before = painter.copper
    if isDefective {
      for _ in 0..<1 + painter.generator.nextIndex(below: 2) { painter.addDefect() }
    }
    let mask = zip(before, painter.copper).map { $0 == $1 ? UInt8(0) : 255 }
    return Board(
      image: painter.painted(), mask: Image(height: side, width: side, channels: 1, pixels: mask))
  }

  private init(_ number: Int) {
    generator = SeededGenerator(seed: Self.seed, stream: UInt64(number))
  }

  private mutating func number(_ range: Range<Int>) -> Int {
    range.lowerBound + generator.nextIndex(below: range.count)
  }

  private mutating func fill(_ rows: Range<Int>, _ columns: Range<Int>, with value: Bool) {
    for row in rows.clamped(to: 0..<Self.side) {
      for column in columns.clamped(to: 0..<Self.side) { copper[row * Self.side + column] = value }
    }
  }

  /// Fills a rectangle that is given along and across a track.
  private mutating func fill(_ track: Track, along: Range<Int>, across: Range<Int>, with value: Bool) {
    if track.isHorizontal { fill(across, along, with: value) } else { fill(along, across, with: value) }
  }

  // MARK: Tracks

  private mutating func layTracks() {
    let lines = Array(stride(from: 10, to: Self.side - 8, by: Self.pitch))
    for isHorizontal in [true, false] {
      for place in lines where generator.nextUnitDouble() < (isHorizontal ? 0.75 : 0.35) {
        let first = number(0..<lines.count - 2)
        let last = number(first + 2..<lines.count)
        let track = Track(isHorizontal: isHorizontal, place: place, range: lines[first]..<lines[last] + 4)
        tracks.append(track)
        fill(track, along: track.range, across: place..<place + 4, with: true)
        for end in [lines[first], lines[last]] { addPad(track, end) }
      }
    }
    // No board is empty.
    if tracks.isEmpty { layTracks() }
  }

  private mutating func addPad(_ track: Track, _ end: Int) {
    fill(track, along: end - 2..<end + 6, across: track.place - 2..<track.place + 6, with: true)
    fill(track, along: end + 1..<end + 3, across: track.place + 1..<track.place + 3, with: false)
  }

  // MARK: Defects

  /// Adds a defect of at least six pixels; some places would show less.
  private mutating func addDefect() {
    let before = copper
    for _ in 0..<100 {
      paintDefect(Defect.allCases[generator.nextIndex(below: Defect.allCases.count)])
      if zip(before, copper).count(where: { $0 != $1 }) >= 6 { return }
      copper = before
    }
  }

  private mutating func paintDefect(_ kind: Defect) {
    let track = tracks[generator.nextIndex(below: tracks.count)]
    let start = number(track.range.lowerBound + 8..<track.range.upperBound - 11)
    let isAbove = generator.nextUnitDouble() < 0.5
    let place = track.place
    switch kind {
    case .open: fill(track, along: start..<start + 3, across: place..<place + 4, with: false)
    case .short:
      let across = isAbove ? place - Self.pitch..<place : place + 4..<place + 4 + Self.pitch
      fill(track, along: start..<start + 3, across: across, with: true)
    case .spur:
      let across = isAbove ? place - 3..<place : place + 4..<place + 7
      fill(track, along: start..<start + 3, across: across, with: true)
    case .bite:
      let across = isAbove ? place..<place + 2 : place + 2..<place + 4
      fill(track, along: start..<start + 4, across: across, with: false)
    case .island:
      let (row, column) = (number(4..<Self.side - 8), number(4..<Self.side - 8))
      let isFree = (row - 2..<row + 6).allSatisfy { row in
        (column - 2..<column + 6).allSatisfy { !copper[row * Self.side + $0] }
      }
      if isFree { fill(row..<row + 4, column..<column + 4, with: true) }
    }
  }

  // MARK: Light

  /// Returns the image: copper at 185 and ground at 60, softened over 3 x 3 pixels, under uneven light and
  /// with noise of a few levels.
  private mutating func painted() -> Image {
    let (across, down) = (generator.nextUnitDouble() - 0.5, generator.nextUnitDouble() - 0.5)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(copper.count)
    for row in 0..<Self.side {
      for column in 0..<Self.side {
        var (sum, count) = (0.0, 0.0)
        for y in max(0, row - 1)...min(Self.side - 1, row + 1) {
          for x in max(0, column - 1)...min(Self.side - 1, column + 1) {
            let weight = y == row && x == column ? 4.0 : 1.0
            sum += copper[y * Self.side + x] ? weight : 0
            count += weight
          }
        }
        let light = 30 * (across * Double(column) + down * Double(row)) / Double(Self.side)
        let noise = (0..<4).reduce(-10.0) { sum, _ in sum + 5 * generator.nextUnitDouble() }
        pixels.append(UInt8((60 + 125 * sum / count + light + noise).rounded()))
      }
    }
    return Image(height: Self.side, width: Self.side, channels: 1, pixels: pixels)
  }
}
