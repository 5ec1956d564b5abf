Signals.endQuietlyOnClosedPipe()
let status = Program.misfit.run(Array(CommandLine.arguments.dropFirst()), on: .standard)
status.endProcess()
