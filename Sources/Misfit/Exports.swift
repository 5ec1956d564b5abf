// `import Misfit` imports every stage whose types appear in its signatures.
@_exported import MisfitAnalytics
@_exported import MisfitCore
@_exported import MisfitImages
@_exported import MisfitIngest
@_exported import MisfitKernels
@_exported import MisfitModels
@_exported import MisfitNetworks
