import MisfitCore
import MisfitKernels

/// How far a window may reach over the edge of an image.
public enum Padding: String, CaseIterable, Hashable, Sendable {
  /// Zeros round the image, so many that each stride has its window.
  case same
  /// Windows stay inside the image.
  case valid
}

/// Height and width of a kernel, a window or a stride, in pixels.
public struct PixelSize: Hashable, Sendable {
  /// In pixels, at least 1.
  public var height: Int
  /// In pixels, at least 1.
  public var width: Int

  /// A rectangle; a square where the width is not given.
  public init(_ height: Int, _ width: Int? = nil) {
    self.height = height
    self.width = width ?? height
  }
}

/// One layer as it is asked for.
///
/// Images are [height, width, channels]; output shapes are those of Keras.
public enum LayerSpecification: Hashable, Sendable {
  /// Every unit sees every value: `activation(x · kernel + bias)`.
  case dense(units: Int, activation: Activation)
  /// The same with the kernel of the layer that it mirrors in the encoder, turned over, and a bias of its
  /// own.
  case tiedDense(units: Int, activation: Activation)
  /// Each filter sees a window of the image at each place.
  case convolution(Convolution)
  /// The way back of a convolution: each pixel of the input is spread over a window of the output.
  case transposedConvolution(Convolution)
  /// The largest value of each window, channel by channel.
  case maximumPooling(Pooling)
  /// The mean of each window, of the pixels inside the image, channel by channel.
  case averagePooling(Pooling)
  /// Each pixel becomes a rectangle of equal pixels.
  case upsampling(PixelSize)
  /// Each channel (each column of a row) is brought to mean 0 and variance 1 and then to a mean and deviation
  /// that are learned (Ioffe and Szegedy, 2015): over the batch in training, by running averages otherwise.
  case normalization(activation: Activation)
  /// An image becomes a row.
  case flatten
  /// The same values in another shape.
  case reshape(Shape)
  /// In training, a share of the values becomes 0 (Srivastava et al., 2014).
  case dropout(share: Double)

  /// The numbers of a convolution.
  public struct Convolution: Hashable, Sendable {
    /// Channels that come out.
    public var filters: Int
    /// The window.
    public var kernel: PixelSize
    /// The step from window to window.
    public var stride = PixelSize(1)
    /// What happens at the edges.
    public var padding = Padding.same
    /// Applied to the sums.
    public var activation = Activation.linear

    /// A convolution.
    public init(
      _ filters: Int, _ kernel: PixelSize, stride: PixelSize = PixelSize(1), padding: Padding = .same,
      activation: Activation = .linear
    ) {
      self.filters = filters
      self.kernel = kernel
      self.stride = stride
      self.padding = padding
      self.activation = activation
    }
  }

  /// The numbers of a pooling.
  public struct Pooling: Hashable, Sendable {
    /// The window.
    public var size: PixelSize
    /// The step from window to window.
    public var stride: PixelSize
    /// What happens at the edges.
    public var padding = Padding.valid

    /// A pooling; windows lie side by side where no stride is given.
    public init(_ size: PixelSize, stride: PixelSize? = nil, padding: Padding = .valid) {
      self.size = size
      self.stride = stride ?? size
      self.padding = padding
    }
  }

  /// What is applied to the layer's sums; nil where a layer has none.
  public var activation: Activation? {
    switch self {
    case .dense(_, let activation), .tiedDense(_, let activation), .normalization(let activation): activation
    case .convolution(let numbers), .transposedConvolution(let numbers): numbers.activation
    default: nil
    }
  }

  /// Whether the layer only gives its values another shape.
  var isView: Bool {
    switch self {
    case .flatten, .reshape: true
    default: false
    }
  }

  /// Whether a loss can go on from the layer's sums.
  var canBeLast: Bool {
    switch self {
    case .dense, .tiedDense, .convolution, .transposedConvolution: true
    default: false
    }
  }
}
