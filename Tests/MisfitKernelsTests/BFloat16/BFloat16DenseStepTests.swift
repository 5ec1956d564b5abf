import MisfitCore
import Testing

@testable import MisfitKernels

@Suite(.enabled(if: BFloat16Support.isAvailable, "no bf16 products here")) struct BFloat16DenseStepTests {
  struct Extents: Sendable, CustomTestStringConvertible {
    var rows: Int
    var inputs: Int
    var outputs: Int
    var testDescription: String { "\(rows) x \(inputs) to \(outputs)" }
  }

  /// Ends of tiles, vectors and pairs, one short of them and one past them.
  static let extents = [
    Extents(rows: 1, inputs: 1, outputs: 1), Extents(rows: 2, inputs: 3, outputs: 2),
    Extents(rows: 13, inputs: 15, outputs: 17), Extents(rows: 15, inputs: 33, outputs: 16),
    Extents(rows: 29, inputs: 40, outputs: 65), Extents(rows: 6, inputs: 200, outputs: 131),
  ]

  /// A layer on its own memory, in float32 and in bf16, with the same values.
  private struct Layers {
    let extents: Extents
    let single: Arrays
    let half: Arrays
    let step: DenseStep
    let bfloat16Step: BFloat16DenseStep

    struct Arrays {
      let arena: ParameterArena
      let input, output, delta, inputDelta, transposed: FloatSlice

      init(_ extents: Extents) {
        let (b, i, o) = (extents.rows, extents.inputs, extents.outputs)
        let count = i * o + o
        arena = ParameterArena(
          parameters: FloatBuffer(count: count).all, gradients: FloatBuffer(count: count).all,
          moments: (FloatBuffer(count: count).all, FloatBuffer(count: count).all))
        input = FloatBuffer(count: b * i).all
        output = FloatBuffer(count: b * o).all
        delta = FloatBuffer(count: b * o).all
        inputDelta = FloatBuffer(count: b * i).all
        transposed = FloatBuffer(count: i * o).all
      }

      func step(_ extents: Extents, _ activation: Activation, isLast: Bool) -> DenseStep {
        DenseStep(
          inputCount: extents.inputs, outputCount: extents.outputs, activation: activation, kernelStart: 0,
          biasStart: extents.inputs * extents.outputs, parameters: arena.parameters, input: input,
          output: output,
          training: .init(
            arena: arena, delta: isLast ? output : delta, input: (inputDelta, transposed)))
      }
    }

    private let memory: (BFloat16DenseWeights, BFloat16DenseRows)

    init(
      _ extents: Extents, activation: Activation = .linear, isLast: Bool = false,
      value: (inout SeededGenerator) -> Float
    ) {
      self.extents = extents
      single = Arrays(extents)
      half = Arrays(extents)
      var generator = SeededGenerator(seed: 31)
      let slices = [
        (single.arena.parameters, half.arena.parameters), (single.input, half.input),
        (single.delta, half.delta),
      ]
      for (left, right) in slices {
        for index in 0..<left.count {
          left[index] = value(&generator)
          right[index] = left[index]
        }
      }
      let weights = BFloat16DenseWeights(
        inputCount: extents.inputs, outputCount: extents.outputs, needsInputGradient: true)
      let rows = BFloat16DenseRows(
        inputCount: extents.inputs, outputCount: extents.outputs, capacity: extents.rows, trains: true,
        needsInputGradient: true)
      memory = (weights, rows)
      step = single.step(extents, activation, isLast: isLast)
      bfloat16Step = BFloat16DenseStep(
        half.step(extents, activation, isLast: isLast), weights: weights, rows: rows)
      for tile in tiles {
        step.updateTranspose(of: tile)
        bfloat16Step.pack(tile)
      }
    }

    var tiles: [KernelTile] {
      KernelTile.tiles(inputCount: extents.inputs, outputCount: extents.outputs)
    }

    /// Runs forward and backward passes and the gradients; in bf16 in blocks of `rowsPerBlock`.
    func pass(rowsPerBlock: Int) {
      step.forward(0..<extents.rows, activates: true)
      step.backward(0..<extents.rows, deltaIsOfSums: false)
      for first in stride(from: 0, to: extents.rows, by: rowsPerBlock) {
        let rows = first..<min(first + rowsPerBlock, extents.rows)
        bfloat16Step.packInput(rows)
        bfloat16Step.forward(rows, activates: true)
        bfloat16Step.backward(rows, deltaIsOfSums: false)
      }
      for tile in tiles {
        step.gradient(tile, rowCount: extents.rows)
        bfloat16Step.gradient(tile, rowCount: extents.rows)
      }
    }
  }

  @Test("products of small integers, which bf16 represents, are exact", arguments: extents)
  func wholeNumbers(_ extents: Extents) {
    let layers = Layers(extents) { Float(2 * Int($0.nextIndex(below: 8)) - 7) }
    layers.pass(rowsPerBlock: 4)
    #expect(layers.half.output.array == layers.single.output.array)
    #expect(layers.half.inputDelta.array == layers.single.inputDelta.array)
    #expect(layers.half.arena.gradients.array == layers.single.arena.gradients.array)
    #expect(layers.single.arena.gradients.array.contains { $0 != 0 })
  }

  @Test(
    "products of any numbers are as close to float32 as the rounding of both factors allows",
    arguments: extents)
  func anyNumbers(_ extents: Extents) {
    let layers = Layers(extents, activation: .tanh) { ($0.nextUnitFloat() - 0.5) * 0.6 }
    layers.pass(rowsPerBlock: extents.rows + 1)
    // Each factor has a relative error of up to 2^-9, and numbers of both signs cancel.
    for (half, single) in [
      (layers.half.output, layers.single.output), (layers.half.inputDelta, layers.single.inputDelta),
      (layers.half.arena.gradients, layers.single.arena.gradients),
    ] {
      let size = single.array.map { Double($0) * Double($0) }.reduce(0, +).squareRoot()
      let difference = zip(half.array, single.array).map { Double($0 - $1) * Double($0 - $1) }
        .reduce(0, +).squareRoot()
      #expect(difference <= 0x1p-7 * size)
    }
  }

  @Test("the bits do not depend on the split into blocks of rows", arguments: extents, [2, 6, 30])
  func anyCut(_ extents: Extents, _ rowsPerBlock: Int) {
    func run(_ rowsPerBlock: Int) -> [[UInt32]] {
      let layers = Layers(extents, activation: .elu) { $0.nextUnitFloat() - 0.4 }
      layers.pass(rowsPerBlock: rowsPerBlock)
      return [layers.half.output, layers.half.inputDelta, layers.half.arena.gradients]
        .map { $0.array.map(\.bitPattern) }
    }
    #expect(run(rowsPerBlock) == run(extents.rows + extents.rows % 2))
  }

  @Test(
    "a loss and its gradient, in one pass or two, equal those of float32", arguments: extents,
    [
      (Activation.sigmoid, Loss.meanSquaredError), (.linear, .meanSquaredError),
      (.sigmoid, .binaryCrossEntropy),
      (.tanh, .meanSquaredError), (.sigmoid, .meanAbsoluteError),
    ])
  func losses(_ extents: Extents, _ kind: (Activation, Loss)) {
    let layers = Layers(extents, activation: kind.0, isLast: true) { Float(Int($0.nextIndex(below: 5)) - 2) }
    var generator = SeededGenerator(seed: 5)
    let target = FloatBuffer(
      (0..<extents.rows * extents.outputs).map { _ in generator.nextUnitFloat() }
    ).all
    let rows = 0..<extents.rows
    layers.step.forward(rows, activates: false)
    let expected = layers.step.lossGradient(kind.1, rows, target: target, scale: 0.25)
    layers.step.backward(rows, deltaIsOfSums: true)
    layers.bfloat16Step.packInput(rows)
    let found = layers.bfloat16Step.forwardToLoss(kind.1, rows, target: target, scale: 0.25)
    layers.bfloat16Step.backward(rows, deltaIsOfSums: true)
    #expect(abs(found - expected) <= 1e-5 * abs(expected))
    let bound = layers.single.output.array.map(abs).max().map { $0 * Float(2 * extents.outputs) * 0x1p-8 }
    for (half, single) in zip(layers.half.inputDelta.array, layers.single.inputDelta.array) {
      #expect(abs(half - single) <= bound ?? 0)
    }
  }

  @Test(
    "NaN stays NaN through every loss",
    arguments: [Loss.meanSquaredError, .binaryCrossEntropy])
  func notANumber(_ loss: Loss) {
    let layers = Layers(Extents(rows: 4, inputs: 6, outputs: 40), activation: .sigmoid, isLast: true) {
      $0.nextUnitFloat()
    }
    layers.half.input[0] = .nan
    layers.bfloat16Step.packInput(0..<4)
    let target = FloatBuffer(count: 160).all
    #expect(layers.bfloat16Step.forwardToLoss(loss, 0..<4, target: target, scale: 1).isNaN)
  }
}
