import Testing

@testable import MisfitIngest

@Suite("Dates in texts")
struct DateTextTests {
  // Expected seconds are those of Python's datetime(..., tzinfo=timezone.utc).timestamp().
  @Test(
    "are read in many formats",
    arguments: [
      ("2007-11-30", 1_196_380_800.0, false), ("2007/11/30", 1_196_380_800, false),
      ("2007-1-3", 1_167_782_400, false),
      ("30.11.2007", 1_196_380_800, false), ("30. November 2007", 1_196_380_800, false),
      ("30 Nov 2007", 1_196_380_800, false), ("30-Nov-07", 1_196_380_800, false),
      ("Nov 30, 2007", 1_196_380_800, false), ("November 30 2007", 1_196_380_800, false),
      ("Fri, 30 Nov 2007", 1_196_380_800, false), ("30 Sept 2007", 1_191_110_400, false),
      ("2007-11-30T14:30:15Z", 1_196_433_015, true), ("2007-11-30 14:30", 1_196_433_000, true),
      ("2007-11-30T14:30:15.25+02:00", 1_196_425_815.25, true),
      ("2007-11-30T14:30-0530", 1_196_452_800, true),
      ("30 Nov 2007, 2:30 PM", 1_196_433_000, true), ("Fri, 30 Nov 2007 14:30:15 GMT", 1_196_433_015, true),
      ("2000-02-29", 951_782_400, false), ("1969-12-31", -86_400, false),
      ("0001-01-01", -62_135_596_800, false),
      ("01/Mar/2024:00:00:00 +0000", 1_709_251_200, true),
      ("[01/Mar/2024:02:30:00 +0100]", 1_709_256_600, true),
      ("2024-Mar-01", 1_709_251_200, false),
      ("2024-03", 1_709_251_200, false), ("2024/3", 1_709_251_200, false), ("03/2024", 1_709_251_200, false),
      ("Mar 2024", 1_709_251_200, false), ("March-2024", 1_709_251_200, false),
      ("Mar-24", 1_709_251_200, false),
      ("2024M03", 1_709_251_200, false), ("2024 Mar", 1_709_251_200, false),
      ("1974Q1", 126_230_400, false), ("1974-Q1", 126_230_400, false), ("Q1 1974", 126_230_400, false),
      ("1q1974", 126_230_400, false), ("2024-Q2", 1_711_929_600, false),
      ("2024-W09", 1_708_905_600, false), ("2024W09-5", 1_709_251_200, false),
      ("2020-W53-7", 1_609_632_000, false),
    ])
  func formats(_ text: String, _ seconds: Double, _ hasTime: Bool) throws {
    for order in DateOrder.allCases {
      let found = DateText.read(text.utf8.span, order: order)
      let date = try #require(found)
      #expect(date.seconds == seconds && date.hasTime == hasTime)
    }
  }

  @Test("have day and month in the requested order")
  func order() {
    #expect(DateText.read("03/04/2020".utf8.span, order: .dayFirst)?.seconds == 1_585_872_000)
    #expect(DateText.read("03/04/2020".utf8.span, order: .monthFirst)?.seconds == 1_583_280_000)
    #expect(DateText.read("31/12/2020".utf8.span, order: .monthFirst) == nil)
  }

  @Test(
    "are invalid if a part is wrong",
    arguments: [
      "", "2007", "2007-13", "2007-0", "1974Q5", "1974Q0", "2024-W54", "5021-12", "2007-13-01", "2007-11-31",
      "2001-02-29", "1900-02-29", "2007-11-30T",
      "2007-11-30 25:00",
      "2007-11-30 12:61", "2007-11-30 12", "2007-11-30x", "30-11/2007", "Mond 3", "10.5.3", "1.2.3.4",
      "192.168.0.1",
      "2007-11-30 13:00 PM", "2007-11-30T12:00+99:00", "007-11-30", "20071130", "May", "12:3", "1:75",
      "12:30:61", "13:00 pm", "12:30:15:1",
    ])
  func wrong(_ text: String) {
    for order in DateOrder.allCases { #expect(DateText.read(text.utf8.span, order: order) == nil) }
  }

  @Test(
    "without a date are times or durations, and are written as such",
    arguments: [
      ("14:30", 52_200.0, "14:30"), ("9:05", 32_700, "09:05"), ("02:08:00", 7_680, "02:08"),
      ("2:08:00.5", 7_680.5, "02:08:01"), ("9:15 pm", 76_500, "21:15"), ("130:00:10", 468_010, "130:00:10"),
    ])
  func clock(_ text: String, _ seconds: Double, _ written: String) throws {
    let found = DateText.read(text.utf8.span, order: .monthFirst)
    let time = try #require(found)
    #expect(time.seconds == CalendarDate.midnight + seconds && time.hasTime)
    #expect(CalendarDate.text(seconds: time.seconds, withTime: true) == written)
  }

  @Test("years of two digits may come first")
  func yearFirst() {
    #expect(DateText.read("24-03-01".utf8.span, order: .yearFirst)?.seconds == 1_709_251_200)
    #expect(DateText.read("01/03/2024".utf8.span, order: .yearFirst)?.seconds == 1_709_251_200)
  }

  @Test("every day of four centuries is written as it is read")
  func roundTrip() throws {
    for day in stride(from: -75_000, to: 75_000, by: 37) {
      let text = CalendarDate.text(seconds: Double(day) * 86_400, withTime: false)
      #expect(DateText.read(text.utf8.span, order: .dayFirst)?.seconds == Double(day) * 86_400)
    }
    #expect(CalendarDate.text(seconds: 1_196_433_015, withTime: true) == "2007-11-30 14:30:15")
    #expect(CalendarDate.text(seconds: .infinity, withTime: false) == "9999-12-31")
    #expect(CalendarDate.text(seconds: .nan, withTime: true) == "NaN")
  }

  @Test("have only the cycles that span and resolution can show")
  func cycles() throws {
    func cycles(_ dates: [String]) throws -> [DateCycle] {
      let text = "when,x\n" + dates.map { "\($0),a\n" }.joined()
      return try #require(TableInspection(CSVSource(text: text)).columns[0].dates).encoding.cycles
    }
    let days = (1...28).map { "2020-01-\($0)" }
    #expect(try cycles(days) == [.week])
    #expect(try cycles(days.map { $0 + " 12:30" }) == [.day, .week])
    #expect(try cycles(days.map { $0 + "T00:00" }) == [.week])
    #expect(try cycles((1...12).map { "2020-01-01 \($0):00" }) == [])
    #expect(try cycles((0...3).flatMap { year in (1...9).map { "202\(year)-0\($0)-01" } }) == [.week, .year])
    #expect(try cycles((0...9).map { "202\($0)-01-01" }) == [.week])
  }
}
