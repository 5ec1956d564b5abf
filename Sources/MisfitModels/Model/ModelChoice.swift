/// A family of models, by the name that programs and model files have for it.
public enum ModelChoice: String, Sendable, Codable, Hashable, CaseIterable {
  /// Chosen by the data.
  ///
  /// ``patches`` for images in patches; an autoencoder for targets, and if an option is set that only
  /// networks have; ``local`` for images that stay whole; for a table ``local`` if its rows are taken to
  /// be normal, ``global`` if the rows to be scored are those to learn from.
  ///
  /// One digit of MNIST learned, ten digits judged, mean of ten: an AUROC of 0.966 with ``local``, 0.954 with
  /// ``neighbors``; for a digit with 5 % of others among the learned images, the same ones judged, 0.922 and
  /// 0.930, and 0.774 with an autoencoder (one seed).
  case automatic = "auto"
  /// One neural network.
  case autoencoder
  /// The mean output of several wide networks with one hidden layer.
  case ensemble
  /// One very wide hidden layer of random weights, whose output layer is solved in one pass over the rows.
  ///
  /// Far from the training rows, one anomalous column moves the outputs of all others. In six synthetic
  /// tables of 8 correlated columns it named the anomalous column first in 91 to 98 of 100 rows.
  case wide
  /// A network that removes synthetic defects from images, and one that judges where an image differs from
  /// its repair.
  case repair
  /// An autoencoder of the patches of images, and the patches that are common in normal images.
  ///
  /// Circuit boards, images learned from good ones alone: an AUROC of 0.996 on two groups of DeepPCB (an
  /// autoencoder alone 0.996, neighbors 0.61), 1.00 on painted boards (0.45 and 1.00).
  case patches
  /// The first principal components.
  case principalComponents = "pca"
  /// Reconstruction from the nearest training rows.
  case local
  /// The mean distance to the nearest training rows.
  case neighbors
  /// The distances to all training rows, and the rarity of values.
  ///
  /// Model files and earlier versions call it `crowd`.
  case global = "crowd"

  /// The name for people and machines; the raw value is the name in model files.
  public var name: String { self == .global ? "global" : rawValue }

  /// Makes the choice of a name; nil for an unknown one.
  public init?(name: String) { self.init(rawValue: name == "global" ? "crowd" : name) }
}
