extension Raster {
  /// Returns the displayed image of stored rows with an Exif orientation, 1 to 8; 1 is unchanged.
  func oriented(_ orientation: Int) -> Raster {
    guard orientation != 1 else { return self }
    let isTurned = orientation >= 5
    let (newHeight, newWidth) = isTurned ? (width, height) : (height, width)
    let samples: Samples =
      switch samples {
      case .bytes(let samples): .bytes(moved(samples, orientation, newHeight, newWidth))
      case .words(let samples): .words(moved(samples, orientation, newHeight, newWidth))
      }
    return Raster(height: newHeight, width: newWidth, channels: channels, samples: samples)
  }

  private func moved<Sample: FixedWidthInteger>(
    _ samples: [Sample], _ orientation: Int, _ newHeight: Int, _ newWidth: Int
  ) -> [Sample] {
    var result = [Sample](repeating: 0, count: samples.count)
    for row in 0..<newHeight {
      for column in 0..<newWidth {
        let stored = stored(row, column, orientation)
        let from = (stored.row * width + stored.column) * channels
        let to = (row * newWidth + column) * channels
        for channel in 0..<channels { result[to + channel] = samples[from + channel] }
      }
    }
    return result
  }

  /// Returns the stored position of a displayed pixel.
  private func stored(_ row: Int, _ column: Int, _ orientation: Int) -> (row: Int, column: Int) {
    let (bottom, right) = (height - 1, width - 1)
    return switch orientation {
    case 2: (row, right - column)
    case 3: (bottom - row, right - column)
    case 4: (bottom - row, column)
    case 5: (column, row)
    case 6: (bottom - column, row)
    case 7: (bottom - column, right - row)
    case 8: (column, right - row)
    default: (row, column)
    }
  }
}
