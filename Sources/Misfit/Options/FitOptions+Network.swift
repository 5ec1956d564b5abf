import MisfitKernels
import MisfitNetworks

extension FitOptions {
  /// The layers of a network.
  public struct Network: Sendable, Hashable {
    /// The widths of the encoder's layers, ending with the code.
    public var hidden: [Int]?
    /// The hidden widths of the decoder; nil mirrors the encoder.
    public var decoder: [Int]?
    /// The layers as text, such as `dense 16 relu || dense 30`, or the name of a preset, such as `conv`.
    ///
    /// Replaces ``hidden`` and ``decoder``; the article on training networks describes the syntax.
    public var architecture: String?
    /// Whether the decoder's dense layers use the transposed kernels of the encoder layers that they mirror.
    public var isTied = false
    /// The activation of the hidden layers.
    public var activation: Activation?
    /// The activation of the last layer.
    public var outputActivation: Activation?
    /// The initialization of the weights.
    public var initialization = Initialization.glorot

    /// Creates options; those left out are chosen from the data.
    public init(
      hidden: [Int]? = nil, decoder: [Int]? = nil, architecture: String? = nil, isTied: Bool = false,
      activation: Activation? = nil, outputActivation: Activation? = nil,
      initialization: Initialization = .glorot
    ) {
      self.hidden = hidden
      self.decoder = decoder
      self.architecture = architecture
      self.isTied = isTied
      self.activation = activation
      self.outputActivation = outputActivation
      self.initialization = initialization
    }
  }
}
