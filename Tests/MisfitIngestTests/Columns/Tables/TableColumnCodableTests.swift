import Foundation
import MisfitCore
import Testing

@testable import MisfitIngest

/// The columns of model files, whose fields must stay readable.
@Suite("Columns in model files")
struct TableColumnCodableTests {
  /// A column of every kind, as earlier builds wrote it, without the fields that all kinds share.
  static let fields = [
    #""kind":"numeric","unit":"%","number":"#
      + #"{"center":0,"far":5.5,"isLogarithmic":false,"offset":2.5,"scale":2}"#,
    #""accountingSigns":true,"decimalComma":true,"kind":"count","thousands":".","number":"#
      + #"{"bend":5,"center":0,"far":9,"isLogarithmic":true,"offset":1,"scale":3}"#,
    #""kind":"numeric","number":{"center":0,"far":5.5,"isLogarithmic":false,"offset":2.5,"scale":2},"#
      + #""sentinels":[-999]"#,
    #""kind":"boolean","levels":[{"count":3,"text":"no"},{"count":5,"text":"yes"}]"#,
    #""kind":"categorical","levels":[{"count":4,"text":"a"},{"count":3,"text":"b"}],"otherCount":1"#,
    #""date":{"cycles":["week"],"far":4,"isOrdered":false,"offset":86400,"order":"dayFirst","scale":1000},"#
      + #""dates":{"earliest":0,"hasTime":false,"latest":172800},"kind":"datetime""#,
    #""kind":"identifier","levels":[{"count":1,"text":"x"}],"otherCount":7"#,
    #""kind":"constant""#, #""kind":"text","levels":[{"count":1,"text":"a b c d"}],"otherCount":7"#,
  ]

  private static func json(_ fields: String) -> String {
    var text = #"{"cellCount":8,"distinctCount":3,"hasIndicator":false,"missingCount":0,"name":"x","#
    if !fields.contains("levels") { text += #""levels":[],"# }
    if !fields.contains("otherCount") { text += #""otherCount":0,"# }
    return text + #""reason":"why","# + fields + "}"
  }

  private static func column(_ text: String) throws -> TableColumn {
    try JSONDecoder().decode(TableColumn.self, from: Data(text.utf8))
  }

  @Test("keep every field of their kind", arguments: fields)
  func keep(_ fields: String) throws {
    let text = Self.json(fields)
    let written = try JSONEncoder().encode(Self.column(text))
    let objects = try [Data(text.utf8), written].map { try JSONSerialization.jsonObject(with: $0) }
    #expect(objects[0] as? NSDictionary == objects[1] as? NSDictionary)
  }

  @Test(
    "are refused if they cannot be encoded",
    arguments: [
      #""kind":"numeric""#, #""kind":"datetime""#, #""kind":"categorical""#, #""kind":"color""#,
      #""kind":"count","number":{"center":0,"far":5,"isLogarithmic":false,"offset":2,"scale":0}"#,
      #""kind":"boolean","levels":[{"count":3,"text":"no"}]"#,
      #""kind":"categorical","levels":[{"count":3,"text":"a"},{"count":5,"text":"a"}]"#,
      #""kind":"categorical","levels":[{"count":-3,"text":"a"}]"#, #""kind":"text","otherCount":-1"#,
    ])
  func hostile(_ fields: String) {
    #expect(throws: DecodingError.self) { try Self.column(Self.json(fields)) }
  }
}
