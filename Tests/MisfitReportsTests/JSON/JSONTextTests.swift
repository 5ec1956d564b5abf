import Foundation
import MisfitCore
import MisfitReports
import Testing

@Suite("JSON")
struct JSONTextTests {
  private static let sample: JSONValue = [
    "zebra": 1, "apple": ["x": 0.1, "y": .null], "empty": [:], "none": [],
    "list": [1, 2.5, "three", true], "rows": [["id": "a"], ["id": "b"]],
  ]

  @Test("compact text keeps the order of keys and has no spaces")
  func compact() {
    let expected =
      #"{"zebra":1,"apple":{"x":0.1,"y":null},"empty":{},"none":[],"list":[1,2.5,"three",true],"#
      + #""rows":[{"id":"a"},{"id":"b"}]}"#
    #expect(JSONText.compact(Self.sample) == expected)
    #expect("\(Self.sample)" == expected)
  }

  @Test("a value prints like in its documentation")
  func documentedExample() {
    let summary: JSONValue = ["rows": 569, "threshold": 0.0117, "worst": ["row 214", "row 3"]]
    #expect("\(summary)" == #"{"rows":569,"threshold":0.0117,"worst":["row 214","row 3"]}"#)
  }

  @Test("pretty text is indented, with short arrays of plain values in one line")
  func pretty() {
    let expected = """
      {
        "zebra": 1,
        "apple": {
          "x": 0.1,
          "y": null
        },
        "empty": {},
        "none": [],
        "list": [1, 2.5, "three", true],
        "rows": [
          {
            "id": "a"
          },
          {
            "id": "b"
          }
        ]
      }
      """
    #expect(JSONText.pretty(Self.sample) == expected)
    #expect(JSONText.fileBytes(Self.sample) == Array((expected + "\n").utf8))
  }

  @Test("long arrays have one line a value", arguments: [(33, 1), (34, 36)])
  func longArrays(count: Int, lineCount: Int) {
    // 33 one-digit numbers with a comma and a space between them, and the brackets, take 99 characters.
    let text = JSONText.pretty(JSONValue(repeatElement(7, count: count)))
    #expect(text.split(separator: "\n").count == lineCount)
  }

  @Test("Foundation reads what is written", arguments: [false, true])
  func foundationReads(isPretty: Bool) throws {
    let value: JSONValue = [
      "text": .string(allCharacters), "key \" \\ \n ü": 1, "deep": [[[["x": [nullAndTruth]]]]],
      "numbers": [0.1, -0.0, 1e300, 2.5e-300, 1e16, 123_456_789.125],
      "integers": [0, -1, 9_007_199_254_740_993],
    ]
    let text = isPretty ? JSONText.pretty(value) : JSONText.compact(value)
    let read = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let object = try #require(read as? [String: Any])
    #expect(object["text"] as? String == allCharacters)
    #expect(object["key \" \\ \n ü"] as? Int == 1)
    #expect(object["numbers"] as? [Double] == [0.1, -0.0, 1e300, 2.5e-300, 1e16, 123_456_789.125])
    #expect(object["integers"] as? [Int] == [0, -1, 9_007_199_254_740_993])
    let nested = (object["deep"] as? [[[[String: [[Any]]]]]])?[0][0][0]["x"]?[0]
    #expect(nested?[0] is NSNull && nested?[1] as? Bool == true && nested?[2] as? Bool == false)
  }

  private let nullAndTruth: JSONValue = [.null, true, false]

  /// Every ASCII character, the line separators, an emoji of several scalars.
  private var allCharacters: String {
    String(decoding: (0..<128).map { UInt8($0) }, as: UTF8.self) + "ü文\u{2028}\u{2029}🐈‍⬛\r\n"
  }

  @Test("numbers come back with the same bits")
  func bits() throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      let text = JSONText.compact(.array([.number(number)]))
      // Not JSONSerialization: it is off by some units in the last place.
      let read = try JSONDecoder().decode([Double].self, from: Data(text.utf8))
      #expect(read.first?.bitPattern == number.bitPattern, "\(text)")
    }
  }

  @Test("numbers that are not finite are null", arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(number: Double) {
    #expect(JSONText.compact(["x": .number(number)]) == #"{"x":null}"#)
  }

  @Test("control characters are escaped, others are not")
  func escapes() {
    let text = "\u{0}\u{8}\t\n\u{B}\u{C}\r\u{1F}\"\\/\u{7F}\u{9B}\u{202E}é"
    #expect(
      JSONText.compact(.string(text)) == #""\u0000\b\t\n\u000b\f\r\u001f\"\\/\u007f\u009b\u202eé""#)
  }

  @Test("nil becomes null")
  func missing() {
    #expect(
      JSONValue(Double?.none) == .null && JSONValue(Int?.none) == .null && JSONValue(String?.none) == .null)
    #expect(JSONValue(Bool?.none) == .null && JSONValue(Float?.none) == .null)
    #expect(JSONValue(2.5) == .number(2.5) && JSONValue(3) == .integer(3) && JSONValue("a") == .string("a"))
    #expect(JSONText.compact(JSONValue(Float(0.1))) == "0.1")
    #expect(JSONText.compact(JSONValue(["a", "b"])) == #"["a","b"]"#)
    #expect(JSONText.compact(JSONValue([0.5, .nan])) == "[0.5,null]")
  }

  @Test("an object keeps the first position and the last value of a key, and removes it on nil")
  func object() {
    var object: JSONObject = ["b": 1, "a": 2, "b": 3]
    #expect(object.members.map(\.key) == ["b", "a"] && object["b"] == 3)
    object["c"] = .null
    object["b"] = nil
    object["none"] = nil
    #expect(JSONText.compact(.object(object)) == #"{"a":2,"c":null}"#)
    object["e\u{301}"] = 1
    object["\u{E9}"] = 2
    #expect(object.members.count == 4)
  }
}
