import Foundation
import Testing

@testable import MisfitCore

@Suite("Message texts")
struct MessageTextTests {
  private let message: MessageText = "give \(3) rows, lower \(.learningRate), or use \(.loss, "mse")"

  @Test("name options by their Swift declarations")
  func declarations() {
    #expect(
      message.description
        == """
        give 3 rows, lower `FitOptions.training.optimizer.learningRate`, or use \
        `FitOptions.training.loss` = mse
        """)
  }

  @Test("name options in a program's words where it has others")
  func words() {
    let text = message.text { option, value in "<\(option.rawValue)\(value.map { ":" + $0 } ?? "")>" }
    #expect(text == "give 3 rows, lower <learningRate>, or use <loss:mse>")
    let diagnosis = Diagnosis(message, at: InputPosition(source: "a.csv", line: 2), remedy: "omit \(.loss)")
    #expect(
      diagnosis.text { option, _ in option.rawValue }
        == "a.csv:2: give 3 rows, lower learningRate, or use loss\n  omit loss")
  }

  @Test("are joined and nested with their options")
  func joined() {
    let more: MessageText = message + ", or omit \(.clipNorm)"
    let nested: MessageText = "\(more)!"
    #expect(nested.text { option, _ in option.rawValue }.hasSuffix("use loss, or omit clipNorm!"))
  }

  @Test("of equal parts are equal")
  func equality() {
    #expect(("use \(.loss)" as MessageText) == "use \(.loss)")
    #expect(("\(3) rows" as MessageText) == "3 \("rows")")
    #expect(("use \(.loss)" as MessageText) != "use \(.model)")
  }

  @Test(
    "are the same after a file",
    arguments: [
      "plain", "", "set by \(.columnKind)", "a {{loss}} \(.loss, "x}}|y") and \(.model), end",
    ] as [MessageText])
  func files(_ message: MessageText) throws {
    #expect(try JSONDecoder().decode(MessageText.self, from: JSONEncoder().encode(message)) == message)
  }

  @Test("of earlier and later versions are read as text")
  func otherVersions() throws {
    func read(_ json: String) throws -> MessageText {
      try JSONDecoder().decode(MessageText.self, from: Data(json.utf8))
    }
    #expect(try read("\"set by --type\"") == "set by --type")
    #expect(try read("[\"use \", {\"option\": \"notYet\"}]") == "use notYet")
    #expect(throws: DecodingError.self) { try read("[3]") }
  }
}
