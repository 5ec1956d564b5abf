import Misfit

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

exit(BenchmarkProgram.run(Array(CommandLine.arguments.dropFirst())))
