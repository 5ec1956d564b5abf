import MisfitCore
import MisfitIngest
import Testing

@testable import Misfit

@Suite struct SeriesEventTests {
  /// A fault of a sensor whose values are bumps.
  enum Fault: String, CaseIterable {
    case spike, levelShift, frozenSensor, missingBump

    /// The rows that differ.
    var rows: ClosedRange<Int> {
      switch self {
      case .spike: 206...206
      case .levelShift: 200...223
      case .frozenSensor: 198...221
      case .missingBump: 193...203
      }
    }

    /// The distance of the expected value from the truth: a fault as long as half a window moves the mean of
    /// all windows that hold it, and with it what they expect.
    var tolerance: Double {
      switch self {
      case .spike: 0.8
      case .missingBump: 2
      case .levelShift, .frozenSensor: 3
      }
    }

    func value(_ row: Int, _ value: Double) -> Double {
      guard rows.contains(row) else { return value }
      switch self {
      case .spike: return value + 8
      case .levelShift: return value + 6
      case .frozenSensor: return SeriesSamples.bump(198) + SeriesSamples.noise(198)
      case .missingBump: return 10 + SeriesSamples.noise(row)
      }
    }
  }

  private static func value(_ row: Int) -> Double { SeriesSamples.bump(row) + SeriesSamples.noise(row) }

  /// Records 11 and 101 have a cell that is no number.
  @Test("an event has the numbers of its records in the source, skipped ones counted")
  func anEventHasTheNumbersOfItsRecords() throws {
    var lines = SeriesSamples.table { Fault.spike.value($0, Self.value($0)) }.split(separator: "\n").map(
      String.init)
    for record in [11, 101] { lines[record] = "\(SeriesSamples.time(record - 1)),broken" }
    var options = SourceOptions()
    options.typing.kinds = ["v": .numeric]
    options.badData.policy = .skip
    let source = try CSVSource(text: lines.joined(separator: "\n") + "\n", name: "series", options: options)
    var fit = SeriesSamples.options()
    fit.rows.areScored = true
    let events = try Detector.fit(source, options: fit).score(source).events()
    #expect(events.max { $0.score < $1.score }?.peakRecord == 207)
  }

  /// A source whose second pass has fewer records.
  private struct ShrinkingSource: RecordSource {
    let name = "shrinking"
    let layout = RecordLayout(shape: .row(1))
    let passes = PassCount()

    final class PassCount: @unchecked Sendable { var value = 0 }

    func makeReader() throws(IngestError) -> any RecordReader {
      passes.value += 1
      let rows = (0..<(passes.value == 1 ? 60 : 40)).map { [Double($0 % 7)] }
      return try MemorySource(rows: rows, columns: ["v"]).makeReader()
    }
  }

  @Test("a source with fewer records in the second pass is an error")
  func aSourceThatShrinksIsAnError() throws {
    let rows = (0..<120).map { [Double($0 % 7)] }
    let learned = try MemorySource(rows: rows, columns: ["v"])
    let detector = try Detector.fit(learned, options: SeriesSamples.options(window: 8))
    #expect(throws: IngestError.self) { try detector.score(ShrinkingSource()).scores() }
  }

  /// `detect` learns from the rows that it scores; `fit` from 240 rows before them.
  @Test("a fault is one event", arguments: Fault.allCases, [true, false])
  func aFaultIsOneEvent(fault: Fault, isLearned: Bool) throws {
    let source = try SeriesSamples.source(SeriesSamples.table { fault.value($0, Self.value($0)) })
    let learned =
      isLearned ? source : try SeriesSamples.source(SeriesSamples.table { Self.value($0 + 480) })
    var options = SeriesSamples.options()
    options.rows.areScored = isLearned
    let events = try Detector.fit(learned, options: options).score(source).events()
    let event = try #require(events.max { $0.score < $1.score })
    if isLearned { #expect(events.count == 1) }
    #expect(event.columns.map(\.name) == ["v"])
    #expect(fault.rows.contains(event.peakRecord - 1))
    #expect(abs(event.startRecord - 1 - fault.rows.lowerBound) <= 8)
    #expect(abs(event.endRecord - 1 - fault.rows.upperBound) <= 8)
    let column = event.columns[0]
    let peak = event.peakRecord - 1
    #expect(abs(column.value - fault.value(peak, Self.value(peak))) < 1e-3)
    #expect(abs(column.expected - SeriesSamples.bump(peak)) < fault.tolerance)
    #expect(event.start == String(SeriesSamples.time(event.startRecord - 1).dropLast(3)))
  }

  @Test("the column that does not move with the others is named")
  func theColumnThatDoesNotMoveWithTheOthersIsNamed() throws {
    func text(isBroken: Bool) -> String {
      "time,a,b,c\n"
        + (0..<300).map { row in
          let base = Mathematics.sin(Double(row) / 7)
          let b = isBroken && (200..<220).contains(row) ? -base : base
          let noise = (0..<3).map { SeriesSamples.noise(row, stream: UInt64($0 + 1)) * 0.3 }
          return "\(SeriesSamples.time(row)),\(base + noise[0]),\(2 * b + noise[1]),\(-base + noise[2])\n"
        }.joined()
    }
    let options = SeriesSamples.options(.automatic, window: nil)
    let detector = try Detector.fit(SeriesSamples.source(text(isBroken: false)), options: options)
    let events = try detector.score(SeriesSamples.source(text(isBroken: true))).events()
    let event = try #require(events.max { $0.score < $1.score })
    #expect(event.columns.first?.name == "b")
    #expect(event.columns.count == 3)
    #expect(abs(event.columns.reduce(0) { $0 + $1.share } - 1) < 1e-6)
    #expect((200..<220).contains(event.peakRecord - 1))
  }

  @Test("rows that fill a gap are no part of an event") func rowsThatFillAGapAreNoPartOfAnEvent() throws {
    let lines = SeriesSamples.table { Self.value($0) + ($0 == 201 ? 9 : 0) }.split(separator: "\n")
    let text = lines.enumerated().filter { !(203...205).contains($0.offset - 1) }.map(\.element)
    var options = SeriesSamples.options()
    options.series?.gaps = .fill
    options.rows.areScored = true
    let source = try SeriesSamples.source(text.joined(separator: "\n"))
    let scoring = try Detector.fit(source, options: options).score(source)
    #expect(try scoring.scores().count == 357)
    let event = try #require(try scoring.events().max { $0.score < $1.score })
    #expect(event.peakRecord == 202)
    #expect(event.rowCount <= event.endRecord - event.startRecord + 1)
  }

  @Test("rows without times are named by their number") func rowsWithoutTimesAreNamedByTheirNumber() throws {
    let text = "v\n" + (0..<240).map { "\(Self.value($0) + ($0 == 100 ? 20 : 0))\n" }.joined()
    var options = SeriesSamples.options()
    options.rows.areScored = true
    let source = try SeriesSamples.source(text)
    let events = try Detector.fit(source, options: options).score(source).events()
    #expect(events.map(\.peak) == ["row 101"])
    #expect(events.allSatisfy { $0.series == nil })
  }

  @Test("a model of single rows has no events") func aModelOfSingleRowsHasNoEvents() throws {
    let source = try SeriesSamples.source(SeriesSamples.table(rows: 60))
    var options = SeriesSamples.options()
    options.series = nil
    #expect(try Detector.fit(source, options: options).score(source).events().isEmpty)
  }
}
