import Testing

@testable import MisfitONNX

@Suite("Graph interpreter")
struct GraphInterpreterTests {
  /// Returns the output of a graph whose only input is a matrix.
  private func output(
    _ extents: [Int], _ values: [Double], _ build: (GraphValue) -> GraphValue
  ) -> GraphTensor? {
    let graph = GraphBuilder()
    let result = build(graph.input("x", .double, [nil] + extents.dropFirst().map { $0 }))
    graph.output("y", result, [nil])
    return GraphInterpreter(graph.model(named: "test")).run(["x": GraphTensor(extents, .double(values))])["y"]
  }

  @Test("Operands are broadcast as in NumPy")
  func broadcasting() {
    let result = output([2, 2], [1, 2, 3, 4]) { ($0 - $0.graph.row([1, 1])) * 2 / $0.sum(axis: 1) }
    #expect(result?.doubles == [0, 2.0 / 3, 4.0 / 7, 6.0 / 7])
  }

  @Test("Products of matrices, and of a batch of them")
  func products() {
    #expect(output([2, 2], [1, 2, 3, 4]) { $0.matMul($0.transposed([1, 0])) }?.doubles == [5, 11, 11, 25])
    let batch = output([2, 1, 2], [1, 2, 3, 4]) { $0.matMul($0.transposed([0, 2, 1])) }
    #expect(batch?.doubles == [5, 25] && batch?.extents == [2, 1, 1])
  }

  @Test("The smallest values keep the order of equal ones")
  func smallest() {
    let values = [3.0, 1, 1, 0, 5, 5, 5, 5]
    #expect(output([2, 4], values) { $0.smallest(3).indices }?.integers == [3, 1, 2, 0, 1, 2])
    #expect(output([2, 4], values) { $0.smallest(2).values }?.doubles == [0, 1, 5, 5])
  }

  @Test("A search in two steps counts bounds as a comparison with each of them", arguments: 0..<12)
  func bounds(count: Int) {
    let bounds = (0..<count).map { Double($0 / 2) }
    let values = stride(from: -1.0, through: 7, by: 0.5).map { $0 } + [.infinity, -.infinity]
    for orEqual in [false, true] {
      let counted = output([values.count, 1], values) { $0.count(of: bounds, orEqual: orEqual) }?.integers
      #expect(counted == values.map { value in bounds.count { orEqual ? $0 <= value : $0 < value } })
    }
  }

  @Test("Functions of single elements")
  func functions() throws {
    let values = [-1e200, -3.5, -1e-9, 0, 0.25, 40, 1e300]
    let found = try #require(output([7, 1], values) { $0.inverseHyperbolicSine })
    for (value, found) in zip(values, found.doubles) {
      let size = value.magnitude
      let expected = size < 1e-3 ? value : (value < 0 ? -1 : 1) * asinh(size)
      #expect((found - expected).magnitude <= 1e-13 * max(1, expected.magnitude))
    }
    #expect(output([2, 1], [0, 1000]) { $0.hyperbolicTangent }?.doubles == [0, 1])
  }

  private func asinh(_ x: Double) -> Double {
    x > 1e150 ? logarithm(x) + logarithm(2) : logarithm(x + (x * x + 1).squareRoot())
  }
  private func logarithm(_ x: Double) -> Double {
    output([1, 1], [x]) { $0.logarithm }?.doubles.first ?? .nan
  }

  @Test("Elements that nothing depends on are left out")
  func unused() {
    let graph = GraphBuilder()
    let x = graph.input("x", .double, [nil, 1])
    _ = (x * 17).exponential
    graph.output("y", (x + 1) * (x + 1), [nil, 1])
    let model = graph.model(named: "test")
    #expect(model.nodes.map(\.name) == ["Add", "Mul", "Identity"] && model.constants.count == 1)
  }

  @Test("Texts become the numbers of their keys")
  func labels() {
    let graph = GraphBuilder()
    let x = graph.input("x", .string, [nil, 1])
    graph.output("y", x.indices(of: ["a": 0, "": -1, "b": 1], default: 2), [nil, 1])
    let inputs = ["x": GraphTensor([4, 1], .string(["b", "", "c", "a"]))]
    let result = GraphInterpreter(graph.model(named: "test")).run(inputs)["y"]
    #expect(result?.integers == [1, -1, 2, 0])
  }
}
