import MisfitIngest
import MisfitModels

extension FitOptions {
  /// The rows to learn from, and their targets.
  public struct Rows: Sendable {
    /// Whether the rows to score are those learned from, anomalies included.
    ///
    /// For a table, a narrower network is then trained more briefly, so that it does not learn the anomalies
    /// too, and columns are always standardized, since columns of one scale rank better than columns in
    /// [0, 1].
    public var areScored = false
    /// The share of anomalies among the training rows, which are left out of training.
    ///
    /// A network leaves out the rows with the largest errors, chosen again in each epoch; other models those
    /// with the highest scores of ``ModelChoice/global``. If nil and ``areScored``, a network leaves out a
    /// tenth of a table and the images that stand out, unless ``validationSource`` is given. Otherwise, only
    /// a local reconstruction leaves out rows: those that look normal only next to each other.
    public var contamination: Contamination?
    /// The share of the rows that is held out of training for validation.
    ///
    /// Nil holds out a tenth, or up to a fifth if that makes a thousand rows to calibrate on. It holds out
    /// none for a model that is cross-validated and has no epochs, for a table that is scored itself, whose
    /// held-out rows would look more anomalous than the others, and for models of neighbors, which exclude
    /// each row from its own neighbors.
    public var validationShare: Double?
    /// The rows to validate on, instead of a share.
    public var validationSource: (any RecordSource)?
    /// The targets, one for each sample; nil if each sample is its own target.
    ///
    /// For autoencoders only. Targets may have any shape: color images for gray ones, large ones for small
    /// ones.
    public var targetSource: (any RecordSource)?
    /// The targets of ``validationSource``.
    public var validationTargetSource: (any RecordSource)?
    /// Whether large images are learned whole.
    ///
    /// Otherwise images whose shorter side is longer than 64 pixels are cut into overlapping patches, unless
    /// the source cuts or resizes them itself, or layers are set: their score is then the largest of their
    /// pixels'.
    public var imagesAreWhole = false
    /// The way that the score of an image is computed from those of patches that are chosen automatically;
    /// nil is ``TileScore/peak``.
    public var patchScore: TileScore?
    /// Whether the rows are windows of series.
    var areWindows = false

    /// Creates options; those left out are chosen from the data.
    public init(
      areScored: Bool = false, contamination: Contamination? = nil, validationShare: Double? = nil,
      validationSource: (any RecordSource)? = nil, targetSource: (any RecordSource)? = nil,
      validationTargetSource: (any RecordSource)? = nil, imagesAreWhole: Bool = false,
      patchScore: TileScore? = nil
    ) {
      self.areScored = areScored
      self.contamination = contamination
      self.validationShare = validationShare
      self.validationSource = validationSource
      self.targetSource = targetSource
      self.validationTargetSource = validationTargetSource
      self.imagesAreWhole = imagesAreWhole
      self.patchScore = patchScore
    }
  }
}
