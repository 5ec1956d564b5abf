// `import MisfitStreams` imports the types that appear in its signatures, such as rules on columns.
@_exported import MisfitCore
