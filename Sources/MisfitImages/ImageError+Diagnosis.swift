import MisfitCore

extension ImageError: DiagnosableError {
  /// The text of the error, with a remedy.
  package var diagnosis: Diagnosis {
    let name = format.rawValue
    switch kind {
    case .file(let error):
      return error.diagnosis
    case .empty:
      return Diagnosis("the image file is empty", at: position, remedy: "remove it or copy it again")
    case .notPNG:
      return Diagnosis(
        "this is not a PNG image", at: position, remedy: "convert it to PNG, or remove it from the folder")
    case .notAnImage:
      return Diagnosis(
        "this is no image in a format that is read (\(ImageFormat.list))", at: position,
        remedy: "convert it to PNG, or remove it from the folder")
    case .unsupported(let what):
      return Diagnosis(
        "this \(name) contains \(what), which is not supported", at: position,
        remedy: "convert it to 8-bit RGB or gray, for example with `convert FILE image.png`")
    case .noLibrary(let library):
      return Diagnosis(
        "\(library == .cairo ? "plots" : "\(name) images") need \(library.rawValue), which is not installed",
        at: position, remedy: Self.installation(of: library))
    case .truncated:
      return Diagnosis(
        "the \(name) ends before its image does", at: position,
        remedy: "the copy is incomplete; copy it again")
    case .corrupted(let reason):
      return Diagnosis(
        "the \(name) is damaged: \(reason)", at: position, remedy: "copy it again, or remove it")
    case .tooLarge(let width, let height):
      let size = "\(NumberText.grouped(width)) x \(NumberText.grouped(height))"
      return Diagnosis(
        "the \(name) claims \(size) pixels, more than the \(NumberText.grouped(PNGHeader.maximumPixelCount)) "
          + "(and \(NumberText.grouped(PNGHeader.maximumSide)) a side) that are supported",
        at: position, remedy: "scale the image down")
    case .notEncodable(let reason):
      return Diagnosis("the image cannot be written as \(name): \(reason)", at: position)
    }
  }

  private static func installation(of library: ImageLibrary) -> MessageText {
    let installs = MessageText(library.installation)
    switch library {
    case .jpeg, .tiff, .webp: return installs + ", or convert the images: `mogrify -format png FILE`"
    case .png, .cairo: return installs
    }
  }
}
