import MisfitAnalytics
import MisfitCore
import MisfitModels
import MisfitNetworks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A model on disk: a safetensors file with the weights as tensors and everything else as JSON in its
/// metadata.
///
/// Metadata: `format` (`misfit`), `misfit.version`, `misfit.model` (a ``ModelRecord``), `misfit.checksum`
/// over all other texts and the tensors; in a checkpoint, `misfit.progress`, and with feedback,
/// `misfit.feedback`.
struct ModelFile {
  /// The latest version of the format; all earlier versions can be read.
  ///
  /// Version 2 has targets and columns of several kinds. In version 3, only a model that was trained in
  /// epochs has options of training, and a model may score windows of series. A file has the version that its
  /// content needs, see ``ModelRecord/version``: feedback, which changes scores, needs version 4,
  /// and predicted cells need version 5.
  static let version = 5
  static let checksumKey = "misfit.checksum"
  /// The name of the tensor of the largest calibration scores, which follows the weights.
  static let largestScores = "calibration.largest"

  var record: ModelRecord
  var model: any RowModel
  /// The state of training; nil unless the file is a checkpoint.
  var state: TrainingState?

  init(record: ModelRecord, model: any RowModel, state: TrainingState? = nil) {
    self.record = record
    self.model = model
    self.state = state
  }

  init(record: ModelRecord, network: Network, state: TrainingState? = nil) {
    self.init(record: record, model: NetworkModel(network), state: state)
  }

  /// The network; nil for other models.
  var autoencoder: Network? { model.asNetwork }

  /// Writes the file atomically.
  ///
  /// - Throws: ``FileError``.
  func write(to path: String, isDurable: Bool = true, in group: OutputGroup? = nil) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var tensors = model.tensors.map { tensor in
      SafeTensors.Tensor(name: tensor.name, extents: tensor.extents, values: tensor.values)
    }
    let largest = record.calibration.scores.largest
    if !largest.isEmpty {
      tensors.append(
        .init(name: Self.largestScores, extents: [largest.count], values: FloatBuffer(largest).all))
    }
    tensors += record.profile?.tensors ?? []
    tensors += record.feedback.map(Self.tensors(of:)) ?? []
    var record = record
    record.training = record.training.withoutTimes
    var metadata = [
      "format": "misfit",
      "misfit.version": String(record.version),
      "misfit.model": String(decoding: try encoder.encode(record), as: UTF8.self),
    ]
    if let feedback = record.feedback { metadata[Self.feedbackKey] = try Self.text(of: feedback) }
    if let state {
      metadata["misfit.progress"] = String(decoding: try encoder.encode(state.progress), as: UTF8.self)
      for (name, values) in Self.stateTensors(of: state) {
        tensors.append(.init(name: name, extents: [values.count], values: values))
      }
    }
    metadata[Self.checksumKey] = Self.checksum(metadata: metadata, tensors: tensors)
    try SafeTensors(metadata: metadata, tensors: tensors).write(
      to: path, isDurable: isDurable, in: group)
  }

  /// Reads a file.
  ///
  /// - Throws: ``FileError``, ``ModelFileError``.
  init(readingFrom path: String) throws {
    let file = try SafeTensors(readingFrom: path)
    guard file.metadata["format"] == "misfit", let model = file.metadata["misfit.model"],
      let version = file.metadata["misfit.version"].flatMap({ Int($0) }), version >= 1
    else { throw ModelFileError(.notAModel, path: path) }
    guard version <= Self.version else { throw ModelFileError(.laterVersion(version), path: path) }
    guard file.metadata[Self.checksumKey] == Self.checksum(metadata: file.metadata, tensors: file.tensors)
    else { throw ModelFileError(.altered("its content"), path: path) }
    do {
      record = try JSONDecoder().decode(ModelRecord.self, from: Data(model.utf8))
      if let architecture = record.model.architecture { try architecture.check() }
    } catch {
      throw ModelFileError(.altered("its description"), path: path)
    }
    record.calibration.scores = try Self.calibration(record.calibration.scores, in: file, path: path)
    record.profile = try ReferenceProfile(in: file, width: record.schema.width, path: path)
    guard record.training.isUsable, record.scoreRaise?.isUsable ?? true else {
      throw ModelFileError(.altered("its training record"), path: path)
    }
    if let series = record.series {
      guard series.isUsable, record.schema.shape == .row(series.windows.width), record.schema.table == nil,
        record.targetSchema == nil, record.scoreRaise == nil
      else { throw ModelFileError(.altered("its series"), path: path) }
    }
    record.feedback = try Self.feedback(for: record, in: file, path: path)
    guard let architecture = record.model.architecture else {
      guard record.targetSchema == nil else {
        throw ModelFileError(.altered("the schema of its targets"), path: path)
      }
      self.model = try Self.model(record.model, width: record.schema.inputCount, in: file, path: path)
      self.model = try Self.imputing(self.model, record.schema, in: file, path: path)
      state = nil
      self.model = try Self.wrapping(self.model, record, in: file, path: path)
      self.model = try GrossOutliers.checked(self.model, record, in: file, path: path)
      let isPCA = record.model.family == .principalComponents
      let measure = record.calibration.measure
      guard !measure.isGivenByModel || self.model.hasOwnScore,
        !measure.isOwn || (measure == .mahalanobis) == isPCA,
        (measure == .defect) == (self.model.ownScore == .pixels) || !measure.isOwn,
        (measure == .patches) == (self.model.ownScore == .patches) || !measure.isOwn
      else {
        throw ModelFileError(.altered("its calibration"), path: path)
      }
      return
    }
    guard record.schema.inputShape == architecture.inputShape,
      !record.calibration.measure.isOwn
    else {
      throw ModelFileError(.altered("its schema"), path: path)
    }
    guard record.targetSchema?.shape == architecture.targetShape else {
      throw ModelFileError(.altered("the schema of its targets"), path: path)
    }
    let network = try CheckedTensors(file: file, path: path, width: architecture.inputShape.elementCount)
      .network(architecture)
    self.model = try Self.imputing(NetworkModel(network), record.schema, in: file, path: path)
    self.model = try Self.wrapping(self.model, record, in: file, path: path)
    self.model = try GrossOutliers.checked(self.model, record, in: file, path: path)
    state = try Self.state(in: file, parameterCount: network.parameterCount, path: path)
  }

  /// Returns the calibration with its largest scores, if the file contains them.
  private static func calibration(
    _ scores: ScoreCalibration, in file: SafeTensors, path: String
  ) throws(ModelFileError) -> ScoreCalibration {
    guard let tensor = file.tensor(largestScores) else { return scores }
    let largest = tensor.values.array
    guard !scores.sketch.isExact, !largest.isEmpty, largest.count <= scores.count,
      largest.allSatisfy({ !$0.isNaN }), zip(largest, largest.dropFirst()).allSatisfy(<=)
    else { throw ModelFileError(.altered("tensor \(largestScores)"), path: path) }
    return ScoreCalibration(scores.sketch, largest: largest)
  }

  private static func stateTensors(of state: TrainingState) -> [(String, FloatSlice)] {
    [
      ("training.first_moment", state.firstMoment), ("training.second_moment", state.secondMoment),
      ("training.best_parameters", state.bestParameters),
    ]
  }

  private static func state(
    in file: SafeTensors, parameterCount: Int, path: String
  ) throws -> TrainingState? {
    guard let text = file.metadata["misfit.progress"] else { return nil }
    func tensor(_ name: String) throws -> FloatSlice {
      guard let tensor = file.tensor(name), tensor.extents == [parameterCount] else {
        throw ModelFileError(.altered("tensor \(name)"), path: path)
      }
      return tensor.values
    }
    guard let progress = try? JSONDecoder().decode(TrainingProgress.self, from: Data(text.utf8)),
      progress.isUsable
    else {
      throw ModelFileError(.altered("its progress"), path: path)
    }
    return TrainingState(
      progress: progress, firstMoment: try tensor("training.first_moment"),
      secondMoment: try tensor("training.second_moment"),
      bestParameters: try tensor("training.best_parameters"))
  }

  /// Returns the 64-bit FNV-1a hash of all other texts, and of the tensors' names and bit patterns: it finds
  /// damage, not malice.
  static func checksum(metadata: [String: String], tensors: [SafeTensors.Tensor]) -> String {
    var hash = FNVHash()
    for (key, text) in metadata.sorted(by: { $0.key < $1.key }) where key != checksumKey {
      hash.add(key)
      hash.add(text)
    }
    for tensor in tensors {
      hash.add(tensor.name)
      hash.add(tensor.values.span)
    }
    return String(hash.value, radix: 16)
  }
}
