import MisfitCore
import Testing
import _TestSupport

@testable import MisfitKernels

/// The kernels of images and noise, at every CPU level: the same bits, and the results of plain loops in
/// doubles.
@Suite struct ImageKernelTests {
  private static func random(_ count: Int, seed: UInt64) -> FloatSlice {
    var generator = SeededGenerator(seed: seed)
    return FloatBuffer((0..<count).map { _ in generator.nextUnitFloat() * 4 - 2 }).all
  }

  @Test(
    "sums over pixels equal plain loops, in the same bits at every level",
    arguments: [1, 3, 16, 17, 40], [1, 2, 7, 50])
  func sums(_ channels: Int, _ pixels: Int) throws {
    let values = Self.random(pixels * channels, seed: 1)
    let delta = Self.random(pixels * channels, seed: 2)
    let centers = Self.random(channels, seed: 3)
    var first: [[UInt32]]?
    for level in runnableLevels {
      let kernels = try kernels(level)
      let sums = (0..<3).map { _ in FloatBuffer(count: channels).all }
      kernels.channelSums(of: values, into: sums[0])
      kernels.squaredDeviations(of: values, from: centers, into: sums[1])
      kernels.products(of: delta, with: values, around: centers, into: sums[2])
      for c in 0..<channels {
        let places = (0..<pixels).map { $0 * channels + c }
        let distances = places.map { Double(values[$0]) - Double(centers[c]) }
        let expected = [
          places.reduce(0) { $0 + Double(values[$1]) }, distances.reduce(0) { $0 + $1 * $1 },
          zip(places, distances).reduce(0) { $0 + Double(delta[$1.0]) * $1.1 },
        ]
        for (found, wanted) in zip(sums, expected) {
          #expect(areClose(Double(found[c]), wanted, relative: 1e-5, absolute: 1e-5))
        }
      }
      let bits = sums.map { $0.array.map(\.bitPattern) }
      #expect(first == nil || first == bits, "\(level)")
      first = bits
    }
  }

  @Test(
    "a linear function of each channel equals plain loops, in the same bits at every level",
    arguments: [1, 16, 19], [Activation.linear, .tanh])
  func linearFunctions(_ channels: Int, _ activation: Activation) throws {
    let count = channels * 5
    let (values, delta) = (Self.random(count, seed: 1), Self.random(count, seed: 2))
    let parts = (0..<4).map { Self.random(channels, seed: 3 + $0) }
    var first: [[UInt32]]?
    for level in runnableLevels {
      let kernels = try kernels(level)
      let results = (0..<2).map { _ in FloatBuffer(count: count).all }
      kernels.scaleChannels(
        of: values, by: parts[0], adding: parts[1], activation: activation, into: results[0])
      kernels.combineChannels(
        delta, parts[0], values, around: parts[1], parts[2], adding: parts[3], into: results[1])
      for index in 0..<count {
        let c = index % channels
        if activation == .linear {
          #expect(
            areClose(
              Double(results[0][index]), Double(values[index] * parts[0][c] + parts[1][c]), relative: 1e-5,
              absolute: 1e-5))
        }
        let distance = values[index] - parts[1][c]
        #expect(
          areClose(
            Double(results[1][index]),
            Double(delta[index] * parts[0][c] + distance * parts[2][c] + parts[3][c]),
            relative: 1e-5, absolute: 1e-5))
      }
      let bits = results.map { $0.array.map(\.bitPattern) }
      #expect(first == nil || first == bits, "\(level)")
      first = bits
    }
  }

  @Test(
    "windows give the same bits at every level, and write only their own output", arguments: [1, 16, 21])
  func windows(_ channels: Int) throws {
    let shape = PixelWindow(
      channels: channels, input: PixelExtent(5, 7), output: PixelExtent(3, 4), size: PixelExtent(3, 2),
      stride: PixelExtent(2, 2), padBefore: PixelExtent(1, 0))
    let (wide, narrow) = (2 * 35 * channels, 2 * 12 * channels)
    let input = Self.random(wide, seed: 1)
    let delta = Self.random(narrow, seed: 2)
    var first: [[UInt32]]?
    for level in runnableLevels {
      let table = try kernels(level).table
      var window = shape.forRows(2)
      let buffers = [narrow, wide, narrow, wide, wide, narrow].map { count in
        let buffer = FloatBuffer(count: count + 32)
        buffer.all.fill(with: 77)
        return buffer
      }
      let out = unsafe buffers.map { unsafe $0.base + 16 }
      unsafe table.max_pool(&window, input.pointer, out[0])
      unsafe table.max_pool_gradient(&window, input.pointer, out[0], delta.pointer, out[1])
      unsafe table.average_pool(&window, input.pointer, out[2])
      unsafe table.average_pool_gradient(&window, delta.pointer, out[3])
      unsafe table.repeat_pixels(&window, delta.pointer, out[4])
      unsafe table.repeat_pixels_gradient(&window, input.pointer, out[5])
      for buffer in buffers {
        let all = buffer.all.array
        #expect((all[..<16] + all[(all.count - 16)...]).allSatisfy { $0 == 77 })
      }
      let bits = buffers.map { $0.all.array.map(\.bitPattern) }
      #expect(first == nil || first == bits, "\(level)")
      first = bits
    }
  }

  @Test(
    "pooling that halves an image equals pooling window by window",
    arguments: [PixelExtent(6, 4), PixelExtent(7, 5), PixelExtent(1, 3)])
  func halving(_ image: PixelExtent) throws {
    let channels = 32
    let output = PixelExtent(image.height / 2, image.width / 2)
    let window = PixelWindow(
      channels: channels, input: image, output: output, size: PixelExtent(2, 2), stride: PixelExtent(2, 2),
      padBefore: PixelExtent(0, 0))
    // Few distinct numbers, so that windows have several maxima.
    let input = FloatBuffer(Self.random(2 * image.count * channels, seed: 1).array.map { $0.rounded() }).all
    if output.count > 0 { input[channels + 3] = .nan }
    let delta = Self.random(2 * output.count * channels, seed: 2)
    for level in runnableLevels {
      let table = try kernels(level).table
      var shape = window.forRows(2)
      let largest = FloatBuffer(count: delta.count).all
      let back = FloatBuffer(count: input.count).all
      back.fill(with: 77)
      unsafe table.max_pool(&shape, input.pointer, largest.pointer)
      unsafe table.max_pool_gradient(
        &shape, input.pointer, largest.pointer, delta.pointer, back.pointer)
      var expected = [Float](repeating: 0, count: input.count)
      for place in 0..<delta.count {
        let (c, pixel) = (place % channels, place / channels)
        let (row, y, x) = (
          pixel / output.count, pixel % output.count / output.width, pixel % output.width
        )
        let pixels = [0, 1, image.width, image.width + 1].map {
          ((row * image.height + 2 * y) * image.width + 2 * x + $0) * channels + c
        }
        let wanted =
          pixels.first { input[$0].isNaN }
          ?? pixels.reduce(pixels[0]) {
            input[$1] > input[$0] ? $1 : $0
          }
        #expect(largest[place] == input[wanted] || input[wanted].isNaN && largest[place].isNaN)
        expected[wanted] = delta[place]
      }
      #expect(back.array == expected, "\(level)")
    }
  }

  @Test(
    "deltas are multiplied by the slope of an activation and summed, in the same bits at every level",
    arguments: [1, 16, 21], [Activation.linear, .relu, .sigmoid])
  func slopes(_ channels: Int, _ activation: Activation) throws {
    let pixels = 7
    let output = FloatBuffer(Self.random(pixels * channels, seed: 1).array.map { max(0, $0) / 2 }).all
    var first: [UInt32]?
    for level in runnableLevels {
      let delta = Self.random(pixels * channels, seed: 2)
      let sums = FloatBuffer([Float](repeating: 1, count: channels)).all
      let before = delta.array
      unsafe try kernels(level).table.multiply_by_slope(
        delta.pointer, output.pointer, pixels, channels, activation.code, sums.pointer)
      for c in 0..<channels {
        let wanted = stride(from: c, to: pixels * channels, by: channels).map { place -> Double in
          let y = Double(output[place])
          let slope = activation == .linear ? 1 : activation == .relu ? (y > 0 ? 1 : 0) : y * (1 - y)
          let value = Double(before[place]) * slope
          #expect(areClose(Double(delta[place]), value, relative: 1e-6, absolute: 1e-7))
          return value
        }
        #expect(areClose(Double(sums[c]), 1 + wanted.reduce(0, +), relative: 1e-5, absolute: 1e-5))
      }
      let bits = (delta.array + sums.array).map(\.bitPattern)
      #expect(first == nil || first == bits, "\(level)")
      first = bits
    }
  }

  @Test("a window with a NaN has a NaN for its largest value, and passes its delta there")
  func largestOfNaN() throws {
    for level in runnableLevels {
      let table = try kernels(level).table
      var window = PixelWindow(
        channels: 1, input: PixelExtent(1, 4), output: PixelExtent(1, 2), size: PixelExtent(1, 2),
        stride: PixelExtent(1, 2), padBefore: PixelExtent(0, 0)
      ).forRows(1)
      let input = FloatBuffer([1, .nan, 5, 5]).all
      let (output, delta, back) = (
        FloatBuffer(count: 2).all, FloatBuffer([3, 4]).all, FloatBuffer(count: 4).all
      )
      unsafe table.max_pool(&window, input.pointer, output.pointer)
      unsafe table.max_pool_gradient(&window, input.pointer, output.pointer, delta.pointer, back.pointer)
      #expect(output[0].isNaN && output[1] == 5)
      #expect(back.array == [0, 3, 4, 0])
    }
  }

  @Test("noise and penalties have the same bits at every level", arguments: [1, 16, 29, 784])
  func noise(_ count: Int) throws {
    let (values, factors) = (Self.random(count * 2, seed: 1), Self.random(count, seed: 2))
    var first: [[UInt32]]?
    for level in runnableLevels {
      let kernels = try kernels(level)
      let key = NoiseKey(seed: 7, stream: 1, epoch: 2, row: 3)
      var results = Noise.Kind.allCases.map { kind in
        let result = FloatBuffer(count: count * 2).all
        kernels.add(Noise(kind, amount: 0.4), key, to: values, into: result)
        return result
      }
      let dropped = FloatBuffer(count: count * 2).all
      kernels.drop(0.3, key, of: values, into: dropped)
      let delta = FloatBuffer(values.array).all
      kernels.addSigns(of: values, times: 0.1, to: delta)
      kernels.addSigmoidCurvature(at: values, times: factors, to: delta)
      kernels.addColumns(
        of: ParameterBlock(start: 0, rows: 2, columns: count, stride: count), in: values, times: factors,
        to: delta)
      for index in 0..<count * 2 {
        let (h, f) = (Double(values[index]), Double(factors[index % count]))
        let expected = h + (h > 0 ? 0.1 : -0.1) + h * (1 - h) * (1 - 2 * h) * f + h * f
        #expect(areClose(Double(delta[index]), expected, relative: 1e-5, absolute: 1e-5))
      }
      results += [dropped, delta]
      let bits = results.map { $0.array.map(\.bitPattern) }
      #expect(first == nil || first == bits, "\(level)")
      first = bits
    }
  }

  @Test(
    "an upsampled kernel and its gradient are adjoint", arguments: [false, true])
  func upsampledKernelIsAdjoint(_ isTransposed: Bool) {
    let upsampled = UpsampledKernel(
      kernel: PixelExtent(3, 2), factor: PixelExtent(2, 3), inputChannels: 3, outputChannels: 2,
      isTransposed: isTransposed)
    let narrow = Self.random(upsampled.count, seed: 1)
    let wideCount = upsampled.wideKernel.count * 6
    let gradient = Self.random(wideCount, seed: 2)
    let (wide, back, block) = (
      FloatBuffer(count: wideCount).all, FloatBuffer(count: upsampled.count).all, FloatBuffer(count: 6).all
    )
    upsampled.widen(narrow, into: wide, block: block)
    upsampled.narrow(gradient, into: back, block: block)
    let forward = (0..<wideCount).reduce(0.0) { $0 + Double(wide[$1]) * Double(gradient[$1]) }
    let backward = (0..<upsampled.count).reduce(0.0) { $0 + Double(narrow[$1]) * Double(back[$1]) }
    #expect(areClose(forward, backward, relative: 1e-4))
    #expect(
      areClose(
        wide.array.reduce(0) { $0 + Double($1) }, 6 * narrow.array.reduce(0) { $0 + Double($1) },
        relative: 1e-4, absolute: 1e-4))
  }
}
