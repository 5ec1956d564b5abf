import MisfitCore

// First of all, before any file is opened.
StandardStreams.openWhereClosed()
Signals.endQuietlyOnClosedPipe()
let status = Program.misfit.run(Array(ProcessArguments.all.dropFirst()), on: .standard)
status.endProcess()
