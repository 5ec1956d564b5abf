import Misfit

/// The 1,797 digits that ship, enlarged to 28 x 28 and written as the files of MNIST are named.
enum StandInDigits {
  private static let side = 28
  private static let trainCount = 1500

  /// Writes images and labels, the last 297 of them as test set.
  ///
  /// - Throws: ``IngestError``, ``FileError``.
  static func write(to folder: String) throws {
    try FileSystem.makeDirectory(folder)
    let digits = try LabelledImages(reading: try DigitsSource(), atMost: .max)
    let images = digits.values.map { enlarged($0.map { UInt8(($0 * 255).rounded()) }) }
    let labels = digits.labels.map { UInt8($0) ?? 0 }
    let parts = [
      (NotebookData.trainImages, NotebookData.trainLabels, 0..<trainCount),
      (NotebookData.testImages, NotebookData.testLabels, trainCount..<images.count),
    ]
    for (imageFile, labelFile, range) in parts {
      try IDXBytes.write(images[range], extents: [side, side], to: "\(folder)/\(imageFile)")
      try IDXBytes.write(labels[range].map { [$0] }[...], extents: [], to: "\(folder)/\(labelFile)")
    }
  }

  /// Three by three pixels for each of 8 x 8, and an edge of two all round.
  private static func enlarged(_ pixels: [UInt8]) -> [UInt8] {
    var image = [UInt8](repeating: 0, count: side * side)
    for row in 2..<26 {
      for column in 2..<26 {
        image[row * side + column] = pixels[(row - 2) / 3 * 8 + (column - 2) / 3]
      }
    }
    return image
  }
}

/// Bytes as IDX files have them.
enum IDXBytes {
  /// Writes samples of the same extents: magic number, extents, values.
  ///
  /// - Throws: ``FileError``.
  static func write(_ samples: ArraySlice<[UInt8]>, extents: [Int], to path: String) throws(FileError) {
    var bytes: [UInt8] = [0, 0, 8, UInt8(extents.count + 1)]
    for extent in [samples.count] + extents {
      for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: extent >> shift)) }
    }
    for sample in samples { bytes.append(contentsOf: sample) }
    try OutputFile.write(bytes, to: path)
  }
}
