// Programs of this package that report results use the stages below, too.
@_exported import Misfit
@_exported import MisfitPlots
@_exported import MisfitReports
