import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitKernels

/// Convolutions compared with plain loops in doubles: sums and all gradients, in float32 and, with rounded
/// factors, in bf16.
@Suite struct ConvolutionStepTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var image: PixelExtent
    var channels: (Int, Int)
    var kernel: PixelExtent
    var stride: PixelExtent
    var pad: PixelExtent
    var output: PixelExtent
    var isTransposed: Bool
    var precision: Precision

    var testDescription: String {
      """
      \(image.height)x\(image.width) \(channels) kernel \(kernel.height)x\(kernel.width) stride \
      \(stride.height)x\(stride.width) \(isTransposed ? "transposed " : "")\(precision.rawValue)
      """
    }

    var shape: ConvolutionShape {
      ConvolutionShape(
        image: image, imageChannels: channels.0, output: output, outputChannels: channels.1, kernel: kernel,
        stride: stride, padBefore: pad)
    }
  }

  /// One and three channels, whole and broken vectors, more than two of them, tiles wider than one, even and
  /// unequal kernels, strides larger than the kernel, images that the windows do not cover, and padding on
  /// every side.
  static let cases: [Case] = {
    typealias E = PixelExtent
    let shapes: [(E, (Int, Int), E, E, E, E)] = [
      (E(9, 31), (1, 16), E(3, 3), E(1, 1), E(1, 1), E(9, 31)),
      (E(9, 31), (16, 1), E(3, 3), E(1, 1), E(1, 1), E(9, 31)),
      (E(5, 7), (18, 48), E(3, 3), E(1, 1), E(1, 1), E(5, 7)),
      (E(7, 7), (33, 17), E(3, 3), E(2, 2), E(0, 0), E(3, 3)),
      (E(14, 14), (1, 16), E(3, 3), E(2, 2), E(0, 0), E(7, 7)),
      (E(14, 10), (16, 32), E(4, 4), E(2, 2), E(1, 1), E(7, 5)),
      (E(6, 5), (3, 5), E(2, 3), E(1, 1), E(0, 1), E(5, 5)),
      (E(8, 9), (3, 2), E(5, 1), E(1, 2), E(2, 0), E(8, 5)),
      (E(8, 8), (2, 20), E(2, 2), E(3, 3), E(0, 0), E(3, 3)),
      (E(1, 1), (4, 7), E(1, 1), E(1, 1), E(0, 0), E(1, 1)),
    ]
    return shapes.flatMap { image, channels, kernel, stride, pad, output in
      [false, true].flatMap { isTransposed in
        Precision.allCases.map {
          Case(
            image: image, channels: channels, kernel: kernel, stride: stride, pad: pad, output: output,
            isTransposed: isTransposed, precision: $0)
        }
      }
    }
  }()

  /// The results of a step, computed or expected.
  struct Results {
    var output: [Double]
    var inputDelta: [Double]
    var kernel: [Double]
    var bias: [Double]
  }

  private static let rowCount = 5
  /// The tolerance of sums of up to 2,000 products of numbers up to 1 in floats.
  private static let tolerance = 1e-4

  private static func random(_ count: Int, seed: UInt64) -> FloatSlice {
    var generator = SeededGenerator(seed: seed)
    return FloatBuffer((0..<count).map { _ in generator.nextUnitFloat() * 2 - 1 }).all
  }

  private struct Setting {
    let form: ConvolutionStep.Form
    let arena: ParameterArena
    let input: FloatSlice
    let delta: FloatSlice

    init(_ item: Case) {
      form = ConvolutionStep.Form(
        shape: item.shape, isTransposed: item.isTransposed, activation: .linear, kernelStart: 3,
        biasStart: 3 + item.shape.kernelCount)
      let count = form.biasStart + form.outputChannels
      arena = ParameterArena(
        parameters: random(count, seed: 1), gradients: FloatBuffer(count: count).all,
        moments: (FloatBuffer(count: count).all, FloatBuffer(count: count).all))
      input = random(rowCount * form.inputCount, seed: 2)
      delta = random(rowCount * form.outputCount, seed: 3)
    }
  }

  /// Runs `rowsAtOnce` rows at a time, in blocks of four.
  private static func run(_ item: Case, rowsAtOnce: Int = 4) throws -> Results {
    let setting = Setting(item)
    let form = setting.form
    let output = FloatBuffer(count: rowCount * form.outputCount).all
    let inputDelta = FloatBuffer(count: rowCount * form.inputCount).all
    let delta = FloatBuffer(setting.delta.array).all
    let step = try ConvolutionStep(
      form, rowsPerBlock: 4, parameters: setting.arena.parameters, input: setting.input, output: output,
      training: .init(arena: setting.arena, delta: delta, inputDelta: inputDelta), precision: item.precision)
    step.refreshParameters()
    for (block, rows) in [0..<4, 4..<5].enumerated() {
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsAtOnce) {
        let part = start..<min(start + rowsAtOnce, rows.upperBound)
        step.forward(part)
        step.backward(part, deltaIsOfSums: false, block: block, isFirst: start == rows.lowerBound)
      }
    }
    step.gradient(rowCount: rowCount)
    let gradients = setting.arena.gradients.array.map(Double.init)
    return Results(
      output: output.array.map(Double.init), inputDelta: inputDelta.array.map(Double.init),
      kernel: Array(gradients[form.kernelStart..<form.biasStart]), bias: Array(gradients[form.biasStart...]))
  }

  private static func plain(_ item: Case) -> Results {
    let (setting, shape) = (Setting(item), item.shape)
    let form = setting.form
    let rounds = item.precision == .bfloat16 && ConvolutionStep.isDirect(.bfloat16)
    func numbers(_ values: FloatSlice) -> [Double] {
      values.array.map { rounds ? Double(BFloat16($0).float) : Double($0) }
    }
    let (input, delta) = (numbers(setting.input), numbers(setting.delta))
    let kernel = numbers(setting.arena.parameters[form.kernelStart..<form.biasStart])
    let exact = setting.delta.array.map(Double.init)
    var results = Results(
      output: (0..<rowCount * form.outputCount).map {
        Double(setting.arena.parameters[form.biasStart + $0 % form.outputChannels])
      }, inputDelta: Array(repeating: 0, count: input.count),
      kernel: Array(repeating: 0, count: kernel.count),
      bias: (0..<form.outputChannels).map { channel in
        stride(from: channel, to: exact.count, by: form.outputChannels).reduce(0) { $0 + exact[$1] }
      })
    for row in 0..<rowCount {
      forEachProduct(shape) { image, place, weight in
        let (from, to) = form.isTransposed ? (place, image) : (image, place)
        let (i, o) = (row * form.inputCount + from, row * form.outputCount + to)
        results.output[o] += input[i] * kernel[weight]
        results.inputDelta[i] += delta[o] * kernel[weight]
        results.kernel[weight] += input[i] * delta[o]
      }
    }
    return results
  }

  /// Calls `body` with the indices of the image, output and kernel values of each product.
  private static func forEachProduct(_ s: ConvolutionShape, _ body: (Int, Int, Int) -> Void) {
    for y in 0..<s.output.height {
      for x in 0..<s.output.width {
        for v in 0..<s.kernel.height {
          for u in 0..<s.kernel.width {
            let top = y * s.stride.height + v - s.padBefore.height
            let left = x * s.stride.width + u - s.padBefore.width
            guard (0..<s.image.height).contains(top), (0..<s.image.width).contains(left) else { continue }
            for c in 0..<s.imageChannels {
              for o in 0..<s.outputChannels {
                body(
                  (top * s.image.width + left) * s.imageChannels + c,
                  (y * s.output.width + x) * s.outputChannels + o,
                  ((v * s.kernel.width + u) * s.imageChannels + c) * s.outputChannels + o)
              }
            }
          }
        }
      }
    }
  }

  private static func largestDifference(_ found: [Double], _ wanted: [Double]) -> Double {
    zip(found, wanted).map { abs($0 - $1) / (1 + abs($1)) }.max() ?? .infinity
  }

  @Test("sums and gradients equal plain loops", arguments: cases)
  func plainLoops(_ item: Case) throws {
    let (found, wanted) = (try Self.run(item), Self.plain(item))
    #expect(Self.largestDifference(found.output, wanted.output) < Self.tolerance)
    #expect(Self.largestDifference(found.inputDelta, wanted.inputDelta) < Self.tolerance)
    #expect(Self.largestDifference(found.kernel, wanted.kernel) < Self.tolerance)
    #expect(Self.largestDifference(found.bias, wanted.bias) < Self.tolerance)
  }

  @Test(
    "rows passed two at a time give the bits of a whole block",
    .enabled(if: ConvolutionStep.isDirect(.float32), "oneDNN takes whole blocks"), arguments: cases)
  func partsOfBlocks(_ item: Case) throws {
    guard ConvolutionStep.isDirect(item.precision) else { return }
    let (parts, whole) = (try Self.run(item, rowsAtOnce: 2), try Self.run(item))
    #expect(parts.output == whole.output && parts.inputDelta == whole.inputDelta)
    #expect(parts.kernel == whole.kernel)
  }

  @Test(
    "below AVX-512, oneDNN computes convolutions, with the results of plain loops",
    .enabled(if: ConvolutionStep.isDirect(.float32), "they are oneDNN's here"))
  func primitives() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("MISFIT_CPU_LEVEL", "avx2", 1)
      #expect(!ConvolutionStep.isDirect(.float32) && !ConvolutionStep.isDirect(.bfloat16))
      for item in ConvolutionStepTests.cases {
        let (found, wanted) = (try ConvolutionStepTests.run(item), ConvolutionStepTests.plain(item))
        for part in [\Results.output, \.inputDelta, \.kernel, \.bias] {
          #expect(
            ConvolutionStepTests.largestDifference(found[keyPath: part], wanted[keyPath: part])
              < ConvolutionStepTests.tolerance)
        }
      }
    }
  }

  @Test(
    "a NaN in an image reaches exactly the outputs of its windows, even through a ReLU",
    arguments: Precision.allCases)
  func notANumber(_ precision: Precision) throws {
    let shape = ConvolutionShape(
      image: PixelExtent(5, 5), imageChannels: 2, output: PixelExtent(5, 5), outputChannels: 3,
      kernel: PixelExtent(3, 3), stride: PixelExtent(1, 1), padBefore: PixelExtent(1, 1))
    let parameters = Self.random(shape.kernelCount + 3, seed: 1)
    let input = Self.random(50, seed: 2)
    input[0] = .nan
    let output = FloatBuffer(count: 75).all
    let step = try ConvolutionStep(
      .init(
        shape: shape, isTransposed: false, activation: .relu, kernelStart: 0, biasStart: shape.kernelCount),
      rowsPerBlock: 1, parameters: parameters, input: input, output: output, precision: precision)
    step.refreshParameters()
    step.forward(0..<1)
    for place in 0..<75 {
      let (y, x) = (place / 3 / 5, place / 3 % 5)
      #expect(output[place].isNaN == (y < 2 && x < 2))
    }
  }
}
