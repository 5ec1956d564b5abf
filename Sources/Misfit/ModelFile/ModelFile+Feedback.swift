import MisfitCore
import MisfitIngest

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a file says of feedback in its metadata; the numbers of marked rows are tensors.
private struct FeedbackText: Codable {
  struct Row: Codable {
    var id: String
    var source: String
    var verdict: Feedback.Verdict
    var score: Double
  }

  var rows: [Row]
  var rules: [FeedbackRule]
  var scale: FeedbackScale
}

extension ModelFile {
  static let feedbackKey = "misfit.feedback"
  private static let feedbackTensors = ["feedback.values", "feedback.expected", "feedback.shares"]

  /// Returns what the metadata contains of feedback.
  static func text(of feedback: Feedback) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let rows = feedback.rows.map {
      FeedbackText.Row(id: $0.id, source: $0.source, verdict: $0.verdict, score: $0.score)
    }
    let text = FeedbackText(rows: rows, rules: feedback.rules, scale: feedback.scale)
    return String(decoding: try encoder.encode(text), as: UTF8.self)
  }

  /// Returns the numbers of the marked rows, a tensor each: [rows, E], [rows, E] and [rows, D]; none without
  /// rows.
  static func tensors(of feedback: Feedback) -> [SafeTensors.Tensor] {
    guard !feedback.rows.isEmpty else { return [] }
    let numbers = [
      feedback.rows.map(\.values), feedback.rows.map(\.expected), feedback.rows.map(\.shares),
    ]
    return zip(feedbackTensors, numbers).map { name, rows in
      SafeTensors.Tensor(
        name: name, extents: [rows.count, rows[0].count], values: FloatBuffer(rows.flatMap(\.self)).all)
    }
  }

  /// Returns the feedback of a file for a model; nil without feedback.
  ///
  /// - Throws: ``ModelFileError`` if rows and rules are not those of the model.
  static func feedback(
    for record: ModelRecord, in file: SafeTensors, path: String
  ) throws(ModelFileError) -> Feedback? {
    guard let text = file.metadata[feedbackKey] else { return nil }
    let error = ModelFileError(.altered("its feedback"), path: path)
    guard let found = try? JSONDecoder().decode(FeedbackText.self, from: Data(text.utf8)),
      found.scale.isUsable, record.series == nil, found.rows.allSatisfy(\.score.isFinite)
    else { throw error }
    var feedback = Feedback(scale: found.scale)
    feedback.rules = found.rules
    guard !found.rows.isEmpty else { return feedback }
    let schema = record.targetSchema ?? record.schema
    let widths = [schema.inputCount, schema.inputCount, schema.width]
    var numbers: [[Float]] = []
    for (name, width) in zip(feedbackTensors, widths) {
      guard let tensor = file.tensor(name), tensor.extents == [found.rows.count, width],
        CheckedTensors.all(tensor.values, { $0.isNaN || $0.magnitude <= CheckedTensors.limit })
      else { throw error }
      numbers.append(tensor.values.array)
    }
    func row(_ index: Int, _ tensor: Int) -> [Float] {
      Array(numbers[tensor][index * widths[tensor]..<(index + 1) * widths[tensor]])
    }
    feedback.rows = found.rows.enumerated().map { index, text in
      FeedbackRow(
        id: text.id, source: text.source, verdict: text.verdict, score: text.score, values: row(index, 0),
        expected: row(index, 1), shares: row(index, 2))
    }
    return feedback
  }
}
