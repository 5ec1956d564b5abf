import Misfit

/// The flag for the targets, of a verb that scores with a model.
struct TargetPath: FlagSet {
  var path: String?

  static var arguments: [Argument<TargetPath>] {
    Group("Targets", common: []) {
      Flag(
        "--target PATH", \.path, .path,
        help: "The targets of DATA, row for row, for a model that was fitted with --target.")
    }
  }
}

/// The flags for the targets and their preparation, of a verb that fits.
struct TargetFlags: FlagSet {
  var path: String?
  var size: ImageSize?
  var isGrey = false
  var validationPath: String?

  static var arguments: [Argument<TargetFlags>] {
    Group("Targets", common: []) {
      Flag(
        "--target PATH", \.path, .path, otherwise: "each row is its own target",
        help:
          """
          The targets to learn, row for row: a folder of color, clean or larger images with the same names, \
          or another table. --grey applies to DATA alone.
          """
      )
      Flag(
        "--target-resize WxH", \.size, .imageSize, otherwise: "as --resize",
        help: "Resize the images of --target to this size.")
      Switch("--target-grey", \.isGrey, help: "Convert the images of --target to gray.")
      Flag(
        "--validation-target PATH", \.validationPath, .path,
        help: "The targets of the --validation file.")
    }
  }

  /// Throws if flags have no effect, or standard input is requested twice.
  func check(data: [String], validation: ShareOrFile?) throws(ArgumentError) {
    guard let path else {
      guard size != nil || isGrey || validationPath != nil else { return }
      throw ArgumentError(
        .conflict(
          "--target-resize, --target-grey and --validation-target need targets",
          remedy: "give --target PATH too"))
    }
    if path == "-", data.contains("-") {
      throw ArgumentError(
        .conflict("data and targets cannot both be standard input", remedy: "give a file to --target"))
    }
    var isFile = false
    if case .file? = validation { isFile = true }
    guard isFile != (validationPath != nil) else { return }
    throw ArgumentError(
      .conflict(
        isFile
          ? "the file of --validation needs targets too"
          : "--validation-target needs a file that it is the target of",
        remedy: isFile
          ? "add --validation-target PATH, or give a share, as in --validation 0.1"
          : "give that file to --validation"))
  }

  /// The files of targets.
  var files: [String] { [path, validationPath].compactMap(\.self) }

  /// Opens the targets and those of a validation file, and sets them in the options of a fit.
  func open(_ input: InputFlags, _ images: ImageFlags, seed: UInt64, into options: inout FitOptions) throws {
    let threads = options.run.threadCount
    options.rows.targetSource = try path.map { try open($0, input, images, seed, threads) }
    options.rows.validationTargetSource = try validationPath.map {
      try open($0, input, images, seed, threads)
    }
  }

  private func open(
    _ path: String, _ input: InputFlags, _ images: ImageFlags, _ seed: UInt64, _ threads: Int
  ) throws -> any RecordSource {
    var options = input.targetOptions
    if FileSystem.status(of: path)?.isDirectory == true || size != nil || isGrey {
      options.preparation = ImagePreparation(
        size: size ?? images.size, isGrey: isGrey, tiles: images.preparation.tiles)
    }
    return try DataFiles.openForFit([path], options, seed: seed, threads: threads)
  }
}

extension InputFlags {
  /// The options for targets: an id or label column is excluded from them if it exists.
  var targetOptions: SourceOptions {
    var options = sourceOptions
    (options.idColumn, options.labelColumn) = (nil, nil)
    (options.usualIDColumn, options.usualLabelColumn) = (id, label)
    options.requiresNamedColumns = false
    options.labelsPath = nil
    return options
  }
}
