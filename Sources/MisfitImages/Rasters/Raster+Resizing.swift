extension Raster {
  /// Returns the image in another size: averages areas along an axis that shrinks, and interpolates linearly
  /// along one that grows.
  ///
  /// The filters are Pillow's `BOX` and `BILINEAR`, columns first. 8-bit samples are rounded after each axis
  /// as in Pillow, so that they have the same values to the bit. 16-bit samples are rounded once.
  ///
  /// - Precondition: both sides are at least 1.
  /// - Complexity: O(pixels of the larger image).
  package func resized(width newWidth: Int, height newHeight: Int) -> Raster {
    precondition(newWidth >= 1 && newHeight >= 1, "a picture needs at least one pixel")
    guard newWidth != width || newHeight != height else { return self }
    let across = newWidth == width ? nil : AxisWeights(from: width, to: newWidth)
    let down = newHeight == height ? nil : AxisWeights(from: height, to: newHeight)
    let resized: Samples =
      switch samples {
      case .bytes(let samples): .bytes(resampled(samples, across, down))
      case .words(let samples):
        .words(resampled(samples.map { Float($0) }, across, down).map { UInt16($0.rounded()) })
      }
    return Raster(height: newHeight, width: newWidth, channels: channels, samples: resized)
  }

  private func resampled<Sample: ResampledSample>(
    _ samples: [Sample], _ across: AxisWeights?, _ down: AxisWeights?
  ) -> [Sample] {
    let narrowed = across.map { $0.resampleColumns(of: samples, channels: channels) } ?? samples
    let rowLength = narrowed.count / height
    return down.map { $0.resampleRows(of: narrowed, rowLength: rowLength) } ?? narrowed
  }
}

/// A sample type with weighted sums.
protocol ResampledSample {
  associatedtype Sum
  /// The initial value of a sum; for integers one half, for rounding.
  static var zero: Sum { get }
  static func weight(_ value: Double) -> Sum
  static func add(_ sample: Self, times weight: Sum, to sum: inout Sum)
  static func value(of sum: Sum) -> Self
}

extension UInt8: ResampledSample {
  /// Weights have 22 fractional bits, as in Pillow.
  static var zero: Int32 { 1 << 21 }
  static func weight(_ value: Double) -> Int32 { Int32(value * 4_194_304 + 0.5) }
  static func add(_ sample: UInt8, times weight: Int32, to sum: inout Int32) {
    sum &+= Int32(sample) &* weight
  }
  static func value(of sum: Int32) -> UInt8 { UInt8(clamping: sum >> 22) }
}

extension Float: ResampledSample {
  static func weight(_ value: Double) -> Float { Float(value) }
  static func add(_ sample: Float, times weight: Float, to sum: inout Float) { sum += sample * weight }
  static func value(of sum: Float) -> Float { min(max(sum, 0), 65535) }
}

/// The source samples and weights of each sample of a resized axis.
///
/// The arithmetic of Pillow's `precompute_coeffs` (src/libImaging/Resample.c).
struct AxisWeights {
  private let oldCount: Int
  private let starts: [Int]
  private let weights: [[Double]]

  init(from oldCount: Int, to newCount: Int) {
    self.oldCount = oldCount
    let scale = Double(oldCount) / Double(newCount)
    let shrinks = scale > 1
    let support = shrinks ? 0.5 * scale : 1
    var starts: [Int] = []
    var weights: [[Double]] = []
    for index in 0..<newCount {
      let center = (Double(index) + 0.5) * scale
      let start = max(0, Int(center - support + 0.5))
      let end = min(oldCount, Int(center + support + 0.5))
      let raw = (start..<end).map { position -> Double in
        let distance = (Double(position) - center + 0.5) / max(scale, 1)
        if shrinks { return distance > -0.5 && distance <= 0.5 ? 1 : 0 }
        return max(0, 1 - abs(distance))
      }
      let sum = raw.reduce(0, +)
      starts.append(start)
      weights.append(raw.map { $0 / sum })
    }
    self.starts = starts
    self.weights = weights
  }

  /// Resamples the columns.
  ///
  /// Shapes: `samples` [rows, old count, channels], the result [rows, new count, channels].
  func resampleColumns<Sample: ResampledSample>(of samples: [Sample], channels: Int) -> [Sample] {
    let rowLength = oldCount * channels
    var result: [Sample] = []
    result.reserveCapacity(samples.count / rowLength * starts.count * channels)
    let typed = weights.map { $0.map(Sample.weight) }
    let source = samples.span
    for row in stride(from: 0, to: samples.count, by: rowLength) {
      for index in 0..<starts.count {
        let weights = typed[index]
        let first = row + starts[index] * channels
        for channel in 0..<channels {
          var sum = Sample.zero
          for step in 0..<weights.count {
            Sample.add(source[first + step * channels + channel], times: weights[step], to: &sum)
          }
          result.append(Sample.value(of: sum))
        }
      }
    }
    return result
  }

  /// Resamples the rows.
  ///
  /// Shapes: `samples` [old count, row length], the result [new count, row length].
  func resampleRows<Sample: ResampledSample>(of samples: [Sample], rowLength: Int) -> [Sample] {
    var result: [Sample] = []
    result.reserveCapacity(starts.count * rowLength)
    let source = samples.span
    var sums = Array(repeating: Sample.zero, count: rowLength)
    for index in 0..<starts.count {
      for place in 0..<rowLength { sums[place] = Sample.zero }
      for (step, value) in weights[index].enumerated() {
        let weight = Sample.weight(value)
        let row = (starts[index] + step) * rowLength
        var target = sums.mutableSpan
        for place in 0..<rowLength { Sample.add(source[row + place], times: weight, to: &target[place]) }
      }
      for place in 0..<rowLength { result.append(Sample.value(of: sums[place])) }
    }
    return result
  }
}
