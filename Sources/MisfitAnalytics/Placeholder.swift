import MisfitCore
