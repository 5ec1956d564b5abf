import MisfitCore

// This must come first, before any file is opened.
StandardStreams.openWhereClosed()
MemoryRefusal.handle { byteCount in
  try? ByteFile.standardError.write(
    "misfit: out of memory: \(NumberText.grouped(byteCount)) bytes were refused\n"
      + "  close other programs, use fewer columns, or lower --memory-limit\n")
  Signals.endAtOnce(ExitStatus.error.rawValue)
}
Signals.endQuietlyOnClosedPipe()
ProcessGroup.run(Array(ProcessArguments.all.dropFirst())).endProcess()
