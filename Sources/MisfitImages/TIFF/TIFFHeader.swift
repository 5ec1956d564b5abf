import MisfitCore

/// The properties of the first page of a TIFF.
///
/// TIFF 6.0 (Adobe, 1992), sections 2 and 8.
struct TIFFHeader: Hashable, Sendable {
  let storedWidth: Int
  let storedHeight: Int
  let bitsPerSample: Int
  let samplesPerPixel: Int
  /// The meaning of samples: 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 6 YCbCr.
  let photometric: Int
  /// The meaning of the first sample after the colors: 0 or nil none, 1 opacity that colors are multiplied
  /// by, 2 opacity.
  let extraSample: Int?
  /// The Exif orientation of the stored rows.
  let orientation: Int
  /// Whether other pages follow.
  let hasMorePages: Bool

  var channels: Int { photometric <= 1 ? 1 : 3 }
  var isDeep: Bool { bitsPerSample == 16 }
  var width: Int { orientation >= 5 ? storedHeight : storedWidth }
  var height: Int { orientation >= 5 ? storedWidth : storedHeight }
}

/// The first directory of a TIFF.
struct TIFFDirectory {
  private struct Entry {
    let type: Int
    let count: Int
    /// The offset of the value, or of its offset if it is long.
    let place: Int
  }

  private var file: ByteNumbers
  private var entries: [Int: Entry] = [:]
  private var hasMorePages = false

  init(bytes: [UInt8], path: String) throws(ImageError) {
    file = ByteNumbers(bytes: bytes, path: path, format: .tiff)
    file.isLittleEndian = bytes.first == 0x49
    guard try file.number(at: 2, 2) == 42 else {
      throw file.error(.unsupported("offsets of 64 bits (BigTIFF)"))
    }
    let start = try file.number(at: 4, 4)
    let count = try file.number(at: start, 2)
    for index in 0..<count {
      let place = start + 2 + index * 12
      let entry = Entry(
        type: try file.number(at: place + 2, 2), count: try file.number(at: place + 4, 4), place: place + 8)
      let tag = try file.number(at: place, 2)
      if entries[tag] == nil { entries[tag] = entry }
    }
    hasMorePages = try file.number(at: start + 2 + count * 12, 4) != 0
  }

  /// Returns the header, checked for what is decoded.
  ///
  /// - Throws: ``ImageError``.
  func header() throws(ImageError) -> TIFFHeader {
    guard let width = try value(256), let height = try value(257) else {
      throw file.error(.corrupted("its size is missing"))
    }
    try file.check(width: width, height: height, at: 0)
    let samples = try value(277) ?? 1
    let bits = try value(258) ?? 1
    let photometric = try value(262) ?? 1
    let compression = try value(259) ?? 1
    let (format, planes) = (try value(339) ?? 1, try value(284) ?? 1)
    try checkTiles()
    guard Self.compressions.contains(compression) else {
      throw file.error(.unsupported("compression \(compression)"))
    }
    guard [0, 1, 2, 3, 6].contains(photometric) else {
      throw file.error(.unsupported(photometric == 5 ? "inks (CMYK)" : "colors of kind \(photometric)"))
    }
    guard [1, 2, 4, 8, 16].contains(bits), format == 1 else {
      throw file.error(.unsupported(format == 3 ? "\(bits)-bit floats" : "\(bits) bits a sample"))
    }
    guard (1...8).contains(samples) else { throw file.error(.unsupported("\(samples) samples a pixel")) }
    let isPlain = photometric <= 2 && samples >= (photometric == 2 ? 3 : 1) && planes == 1
    if bits == 16, !isPlain { throw file.error(.unsupported("16 bits in planes or a palette")) }
    let orientation = try value(274) ?? 1
    return TIFFHeader(
      storedWidth: width, storedHeight: height, bitsPerSample: bits, samplesPerPixel: samples,
      photometric: photometric, extraSample: try value(338),
      orientation: (1...8).contains(orientation) ? orientation : 1, hasMorePages: hasMorePages)
  }

  /// Throws if tiles are larger than an image may be.
  private func checkTiles() throws(ImageError) {
    guard let width = try value(322), let height = try value(323) else { return }
    try file.check(width: width, height: height, at: 0)
  }

  /// Returns the first value of a tag; nil without the tag.
  private func value(_ tag: Int) throws(ImageError) -> Int? {
    guard let entry = entries[tag], entry.count >= 1, let size = [1: 1, 3: 2, 4: 4][entry.type] else {
      return nil
    }
    let isInline = entry.count <= 4 / size
    return try file.number(at: isInline ? entry.place : file.number(at: entry.place, 4), size)
  }

  /// None, CCITT, LZW, JPEG, Deflate, PackBits and zstd.
  private static let compressions: Set<Int> = [1, 2, 3, 4, 5, 7, 8, 32946, 32773, 50000]
}
