import MisfitCore

/// Messages are compared by their text, with options named by their Swift declarations.
extension MessageText {
  package func contains(_ text: String) -> Bool { description.contains(text) }
  package func hasPrefix(_ text: String) -> Bool { description.hasPrefix(text) }
  package func hasSuffix(_ text: String) -> Bool { description.hasSuffix(text) }
}
