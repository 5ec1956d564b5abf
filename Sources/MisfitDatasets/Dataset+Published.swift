import MisfitCore

extension Dataset {
  /// All published data sets.
  package static let published: [Dataset] = [mnist, fashionMNIST]

  /// Handwritten digits: 60,000 training and 10,000 test images of 28 x 28 gray pixels, with labels.
  ///
  /// LeCun, Cortes and Burges, "The MNIST database of handwritten digits". The files are byte for byte those
  /// of the first distribution.
  package static let mnist = Dataset(
    name: "mnist", summary: "70,000 handwritten digits of 28 x 28 pixels", licence: "CC BY-SA 3.0",
    files: [
      file(
        "train-images-idx3-ubyte.gz",
        (9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609")),
      file(
        "train-labels-idx1-ubyte.gz",
        (28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c")),
      file(
        "t10k-images-idx3-ubyte.gz",
        (1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6")),
      file(
        "t10k-labels-idx1-ubyte.gz",
        (4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6")),
    ],
    mirrors: [
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
      "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ])

  /// Articles of clothing, in the same form as MNIST.
  ///
  /// Xiao, Rasul and Vollgraf (2017), "Fashion-MNIST: a novel image dataset for benchmarking machine learning
  /// algorithms", arXiv:1708.07747. The first edition of each file is the original, the second that of
  /// Debian's package.
  package static let fashionMNIST = Dataset(
    name: "fashion-mnist", summary: "70,000 articles of clothing of 28 x 28 pixels", licence: "MIT",
    files: [
      file(
        "train-images-idx3-ubyte.gz",
        (26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        (26_421_856, "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7")),
      file(
        "train-labels-idx1-ubyte.gz",
        (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        (29_491, "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056")),
      file(
        "t10k-images-idx3-ubyte.gz",
        (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        (4_422_079, "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa")),
      file(
        "t10k-labels-idx1-ubyte.gz",
        (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        (5_125, "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05")),
    ],
    mirrors: ["https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"],
    package: Package(name: "dataset-fashion-mnist", folder: "/usr/share/datasets/fashion-mnist"))

  private static func file(_ name: String, _ editions: (byteCount: Int, digits: String)...) -> DatasetFile {
    DatasetFile(
      name,
      editions: editions.map { edition in
        guard let digest = SHA256.Digest(hexadecimal: edition.digits) else {
          preconditionFailure("a checksum of \(name) is not 64 hexadecimal digits")
        }
        return DatasetFile.Edition(byteCount: edition.byteCount, digest: digest)
      })
  }
}
