import MisfitCore
import MisfitKernels

/// An error in an architecture.
package struct ArchitectureError: DiagnosableError, Hashable {
  /// The kind of the error; layers are numbered from 1.
  package enum Kind: Hashable, Sendable {
    /// There are no layers.
    case noLayers
    /// A size or number of units is less than 1.
    case noUnits(layer: Int)
    /// A layer has too many values or parameters.
    case tooLarge(layer: Int)
    /// The network has more layers than the limit.
    case tooManyLayers(Int, limit: Int)
    /// A layer outputs an image that is far larger than input and output.
    case tooManyPixels(layer: Int, name: String, count: Int, limit: Int)
    /// The windows of a pooling layer would take hours to compute.
    case tooMuchWork(layer: Int, name: String)
    /// The number of values of the last layer is not that of the target or, without one, of the input.
    case outputDiffers(layer: Int, name: String, output: SampleShape, wanted: SampleShape, isTarget: Bool)
    /// The code layer is outside the network.
    case codeLayerOutside(Int)
    /// Training needs more memory than the machine has.
    case needsMemory(byteCount: Int, available: Int)
    /// A layer does not take its input shape.
    case shapesDiffer(layer: Int, name: String, wants: String, given: SampleShape)
    /// A layer joins one that does not come before it.
    case joinsLater(layer: Int, name: String, Int)
    /// A layer cannot join two outputs.
    case cannotJoin(layer: Int, name: String, SampleShape, with: SampleShape)
    /// A layer joins far more values than any layer with weights has.
    case joinsTooMuch(layer: Int, name: String, count: Int, limit: Int)
    /// The share of a dropout layer is not in 0 ..< 1.
    case shareOutside(layer: Int)
    /// The last layer has no sums to compute a loss from.
    case cannotBeLast(layer: Int, name: String)
    /// No layer before the code computes anything.
    case codeIsInput
    /// A tied layer does not mirror a dense layer of the encoder.
    case nothingToTie(layer: Int, name: String)
    /// The text names an unknown layer.
    case unknownLayer(layer: Int, name: String, known: [String])
    /// A word is not valid in its layer.
    case unknownWord(layer: Int, word: String, form: String)
    /// The text of a layer is missing a number.
    case missingNumber(layer: Int, name: String, form: String)
    /// The text has no `||`, or more than one.
    case bottlenecks(count: Int)
    /// A layer is a convolution, and oneDNN is not installed.
    case noConvolutions(layer: Int, name: String)
    /// A preset does not take the input shape.
    case presetNeeds(name: String, wants: String, given: SampleShape)

    /// The wrong layer, from 1; nil if the error is not in one layer.
    var layer: Int? {
      switch self {
      case .noUnits(let layer), .tooLarge(let layer), .shapesDiffer(let layer, _, _, _),
        .shareOutside(let layer), .cannotBeLast(let layer, _), .nothingToTie(let layer, _),
        .unknownLayer(let layer, _, _), .unknownWord(let layer, _, _), .missingNumber(let layer, _, _),
        .outputDiffers(let layer, _, _, _, _), .tooManyPixels(let layer, _, _, _),
        .tooMuchWork(let layer, _), .noConvolutions(let layer, _), .joinsLater(let layer, _, _),
        .cannotJoin(let layer, _, _, _), .joinsTooMuch(let layer, _, _, _):
        layer
      case .noLayers, .tooManyLayers, .codeLayerOutside, .needsMemory, .codeIsInput, .bottlenecks,
        .presetNeeds:
        nil
      }
    }
  }

  /// The kind of the error.
  package var kind: Kind
  /// The column in the text of the architecture, from 1; nil if it was not read from text.
  package var textColumn: Int?

  /// Creates an error.
  package init(_ kind: Kind, textColumn: Int? = nil) {
    self.kind = kind
    self.textColumn = textColumn
  }
}

extension ArchitectureError {
  /// The message and its remedy.
  package var diagnosis: Diagnosis {
    var diagnosis = sentence
    if let textColumn { diagnosis.problem = "architecture, column \(textColumn): \(diagnosis.problem)" }
    return diagnosis
  }

  private var sentence: Diagnosis {
    switch kind {
    case .noLayers:
      Diagnosis(
        "the network has no hidden layer", remedy: "give the widths of its layers, as in `\(.hidden, "16,4")`"
      )
    case .noUnits(let layer):
      Diagnosis("layer \(layer) has no units", remedy: "each width is a whole number of at least 1")
    case .tooLarge(let layer):
      Diagnosis("layer \(layer) would need more memory than any machine has", remedy: "make it narrower")
    case .tooManyLayers(let count, let limit):
      Diagnosis(
        "the network has \(NumberText.grouped(count)) layers, more than the limit of \(limit)",
        remedy: "remove some of them")
    case .tooManyPixels(let layer, let name, let count, let limit):
      Diagnosis(
        "layer \(layer) (`\(name)`) makes images of \(NumberText.grouped(count)) pixels, "
          + "but at most \(NumberText.grouped(limit)) are allowed for this input and output",
        remedy: "enlarge less: give `up` a smaller size, or `deconv` a smaller stride")
    case .tooMuchWork(let layer, let name):
      Diagnosis(
        "layer \(layer) (`\(name)`) has windows too large for its image", remedy: "give it a smaller size")
    case .needsMemory(let byteCount, let available):
      Diagnosis(
        "training this network takes \(NumberText.bytes(byteCount)), "
          + "but the machine has only \(NumberText.bytes(available))",
        remedy: "make its layers narrower, as in `\(.hidden, "16,4")`")
    case .outputDiffers(let layer, let name, let output, let wanted, let isTarget):
      Diagnosis(
        "the last layer (\(layer), `\(name)`) outputs \(output), "
          + "but the \(isTarget ? "target" : "input") is \(wanted)",
        remedy: "give the last layer as many values as the \(isTarget ? "target" : "input") has")
    case .codeLayerOutside(let layer):
      Diagnosis("the code layer, \(layer + 1), is outside the network")
    case .shapesDiffer(let layer, let name, let wants, let given):
      Diagnosis("layer \(layer), `\(name)`, takes \(wants), but its input is \(given)")
    case .joinsLater(let layer, let name, let number):
      Diagnosis(
        "layer \(layer), `\(name)`, cannot join layer \(number), which does not come before it",
        remedy: "layers are numbered from 1, in the order of the text; `input` is the sample itself")
    case .cannotJoin(let layer, let name, let shape, let skipped):
      Diagnosis(
        "layer \(layer), `\(name)`, cannot join \(shape) and \(skipped)",
        remedy: "`add` takes two outputs of one shape, and `concat` those of one height and width")
    case .joinsTooMuch(let layer, let name, let count, let limit):
      Diagnosis(
        "layer \(layer) (`\(name)`) joins outputs to \(NumberText.grouped(count)) values, "
          + "but at most \(NumberText.grouped(limit)) are allowed in this network",
        remedy: "put a layer with fewer channels in between, such as `conv`")
    case .shareOutside(let layer):
      Diagnosis(
        "layer \(layer) has a dropout share that is not between 0 and 1", remedy: "as in `dropout 0.2`")
    case .cannotBeLast(let layer, let name):
      Diagnosis(
        "layer \(layer), `\(name)`, cannot be the last: the loss needs a layer with weights",
        remedy: "end with dense, conv, deconv or add")
    case .codeIsInput:
      Diagnosis(
        "the code would be the input itself", remedy: "put `||` after a layer that computes something")
    case .nothingToTie(let layer, let name):
      Diagnosis(
        "layer \(layer), `\(name)`, does not mirror a dense layer of the encoder",
        remedy: "give the decoder the layers of the encoder in reverse order")
    case .noConvolutions(let layer, let name):
      Diagnosis(
        "layer \(layer), `\(name)`, needs oneDNN, which is not installed",
        remedy: MessageText(MatrixProduct.installation))
    case .presetNeeds(let name, let wants, let given):
      Diagnosis("the architecture `\(name)` takes \(wants), but the samples are \(given)")
    case .unknownLayer(let layer, let name, let known):
      Diagnosis(
        "layer \(layer): there is no layer `\(name)`", remedy: Self.remedy(forUnknown: name, known: known))
    case .unknownWord(let layer, let word, let form):
      Diagnosis("layer \(layer): `\(word)` is not valid here", remedy: "the form is `\(form)`")
    case .missingNumber(let layer, let name, let form):
      Diagnosis("layer \(layer), `\(name)`, is missing a number", remedy: "the form is `\(form)`")
    case .bottlenecks(let count):
      Diagnosis(
        "the architecture has \(count == 0 ? "no" : "\(count)") `||`",
        remedy: "put one `||` after the code layer, as in `dense 32 relu || dense 784 sigmoid`"
      )
    }
  }

  private static func remedy(forUnknown name: String, known: [String]) -> MessageText {
    if let near = NearestSpelling.of(name, among: known) { return "did you mean `\(near)`?" }
    return "the layers are \(known.joined(separator: ", "))"
  }
}
