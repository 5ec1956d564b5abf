@_exported import MisfitCore
