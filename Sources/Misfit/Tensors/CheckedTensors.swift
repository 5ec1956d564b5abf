import MisfitCore
import MisfitIngest
import MisfitModels
import MisfitNetworks

/// A reader of tensors that checks extents and values before use: a file may contain anything.
struct CheckedTensors {
  let file: SafeTensors
  let path: String
  let width: Int
  /// The prefix of all tensor names.
  var prefix = ""

  init(file: SafeTensors, path: String, width: Int) {
    self.file = file
    self.path = path
    self.width = width
  }

  /// Returns the same tensors, whose names begin with a prefix.
  func prefixed(_ prefix: String) -> CheckedTensors {
    var tensors = self
    tensors.prefix = prefix
    return tensors
  }

  /// Returns the error of a file that someone has altered.
  func altered(_ what: String) -> ModelFileError { ModelFileError(.altered(what), path: path) }

  /// Returns the tensor of a name, whose values must be within twice the range of encoded values.
  private func tensor(_ name: String) throws(ModelFileError) -> SafeTensors.Tensor {
    guard let tensor = file.tensor(prefix + name), tensor.values.count > 0,
      Self.all(tensor.values, { $0.magnitude <= Self.limit })
    else { throw altered("tensor \(prefix)\(name)") }
    return tensor
  }

  static let limit = Float(Schema.encodedLimit) * 2

  static func all(_ values: FloatSlice, _ isValid: (Float) -> Bool) -> Bool {
    let span = values.span
    for index in 0..<span.count where !isValid(span[index]) { return false }
    return true
  }

  func values(_ name: String, _ extents: [Int]) throws(ModelFileError) -> FloatSlice {
    let tensor = try tensor(name)
    guard tensor.extents == extents else { throw altered("tensor \(name)") }
    return tensor.values
  }

  /// Returns the reference rows: at least two, of the right width.
  func reference() throws(ModelFileError) -> ReferenceRows {
    let reference = try rows("reference", width: width)
    guard reference.count >= 2 else { throw altered("tensor reference") }
    return reference
  }

  /// Returns the rows of a tensor, at least one.
  func rows(_ name: String, width: Int) throws(ModelFileError) -> ReferenceRows {
    let tensor = try tensor(name)
    guard tensor.extents.count == 2, tensor.extents[1] == width, tensor.extents[0] >= 1 else {
      throw altered("tensor \(name)")
    }
    return ReferenceRows(tensor.values, width: width)
  }

  /// Returns the network of an architecture, whose tensors may have a prefix.
  func network(_ architecture: Architecture) throws(ModelFileError) -> Network {
    // Checked before the network is allocated: a description may require more memory than any machine has.
    guard architecture.parameterCount <= file.valueCount else { throw altered("the size of its network") }
    let network: Network
    do { network = try Network(architecture) } catch {
      guard case .noConvolutions = error.kind else { throw altered("its description") }
      throw ModelFileError(.network(error), path: path)
    }
    for expected in network.tensors {
      guard let tensor = file.tensor(prefix + expected.name), tensor.extents == expected.extents else {
        throw altered("tensor \(prefix)\(expected.name)")
      }
      network.parameters[expected.range].copy(from: tensor.values)
    }
    return network
  }

  func components() throws(ModelFileError) -> PrincipalComponents {
    let components = try tensor("components")
    guard components.extents.count == 2, components.extents[1] == width,
      (1...width).contains(components.extents[0])
    else { throw altered("tensor components") }
    guard let variances = file.tensor("variances"), variances.extents == [width],
      Self.all(variances.values, { $0 >= 0 && $0.isFinite })
    else { throw altered("tensor variances") }
    let noise = file.tensor(PrincipalComponents.noiseName)
    guard noise == nil || noise?.extents == [1],
      noise.map({ Self.all($0.values, { $0 >= 0 && $0.isFinite }) }) ?? true
    else { throw altered("tensor \(PrincipalComponents.noiseName)") }
    return PrincipalComponents(
      mean: try values("mean", [width]), components: components.values, variances: variances.values,
      noiseVariance: noise?.values.array.first)
  }

  func columns() throws(ModelFileError) -> FloatSlice {
    let columns = try values("columns", [6, width])
    // Rows 1 and 3 are scales, which values are divided by.
    for row in [1, 3] {
      guard Self.all(Rows(columns, width: width)[row], { $0 >= 1e-13 }) else {
        throw altered("tensor columns")
      }
    }
    return columns
  }

  func penalties() throws(ModelFileError) -> FloatSlice {
    let tensor = try tensor("penalties")
    guard tensor.extents.count == 2, tensor.extents[0] == width, (2...1000).contains(tensor.extents[1])
    else { throw altered("tensor penalties") }
    return tensor.values
  }

  func global(
    _ scores: [LogScore], excludesSelf: Bool
  ) throws(ModelFileError) -> GlobalDistance {
    GlobalDistance(
      reference: try reference(), columns: try columns(), penalties: try penalties(),
      scores: try self.scores(scores, count: 3), excludesSelf: excludesSelf)
  }

  func scores(_ scores: [LogScore], count: Int) throws(ModelFileError) -> [LogScore] {
    guard scores.count == count, scores.allSatisfy(\.isUsable) else { throw altered("its scores") }
    return scores
  }

  /// Returns the parameters of broad scores.
  func broad(_ weights: [Double], width: Int) throws(ModelFileError) -> BroadScores.Parameters {
    guard BroadScores.Parameters.areUsable(weights) else { throw altered("its weights") }
    return BroadScores.Parameters(
      weights: weights, columns: try columns(), penalties: try penalties(), width: width)
  }
}
