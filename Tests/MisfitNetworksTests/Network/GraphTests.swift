import MisfitCore
import Testing

@testable import MisfitNetworks

@Suite struct GraphTests {
  @Test("a graph has a box for each layer, with its shape, and a double frame around the code")
  func graphShowsLayers() throws {
    let network = try Network(
      Architecture(
        "conv 2 3 relu | pool 2 || up 2 | conv 1 3", inputShape: .image(height: 4, width: 6, channels: 1)))
    #expect(
      network.graph == """
        digraph network {
          rankdir=TB;
          node [shape=box, fontname="sans-serif"];
          input [label="input\\n4 x 6 x 1"];
          layer0 [label="conv 2 3 relu\\n4 x 6 x 2\\n20 parameters"];
          input -> layer0;
          layer1 [label="pool 2\\n2 x 3 x 2", peripheries=2];
          layer0 -> layer1;
          layer2 [label="up 2\\n4 x 6 x 2"];
          layer1 -> layer2;
          layer3 [label="conv 1 3\\n4 x 6 x 1\\n19 parameters"];
          layer2 -> layer3;
        }

        """)
  }

  @Test("a layer that joins an earlier one has an edge from both")
  func graphShowsSkips() throws {
    let network = try Network(
      Architecture(
        "conv 2 3 | pool 2 || up 2 | concat 1 | conv 1 3 | add input",
        inputShape: .image(height: 4, width: 6, channels: 1)))
    for edge in ["layer2 -> layer3", "layer0 -> layer3", "layer4 -> layer5", "input -> layer5"] {
      #expect(network.graph.contains("  \(edge);\n"), "\(edge)")
    }
  }

  @Test(
    "a code determines the output unless a layer after it joins one before it",
    arguments: [
      ("dense 6 | dense 2 | dense 6 | add 1 || dense 6 | concat 4 | dense 6", true),
      ("dense 6 || dense 6 | add 1", true), ("dense 6 | dense 2 || dense 6 | add 1", false),
      ("dense 2 || dense 6 | add input", false),
    ])
  func decodesCodes(_ text: String, _ decodes: Bool) throws {
    #expect(try Network(Architecture(text, inputShape: .row(6))).decodesCodes == decodes)
  }
}
