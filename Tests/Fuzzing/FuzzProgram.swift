import Foundation

// What libFuzzer calls. `.ci/fuzz` builds and runs it; `swift build` and `swift test` leave it out.
//
//     FUZZ_TARGET=csv FUZZ_MODELS=FOLDER Fuzz [libFuzzer's arguments]
//     Fuzz pack FOLDER FILE
//     Fuzz unpack FILE FOLDER

/// The target of the fuzzing; set once, before the first input.
nonisolated(unsafe) private var target = FuzzTarget.csv
nonisolated(unsafe) private var scratch = Scratch(folder: "", models: "")

/// Passes an input through the target.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  do { _ = unsafe try target.accepts(input, in: scratch) } catch { fatalError("\(error)") }
  return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The program's beginning: the package manager gives it this name.
@_cdecl("Fuzz_main")
public func fuzzMain(
  _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
  let words = CommandLine.arguments
  let environment = ProcessInfo.processInfo.environment
  if let chosen = environment["FUZZ_TARGET"].flatMap(FuzzTarget.init) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("misfit-fuzz-\(getpid())").path
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    unsafe target = chosen
    unsafe scratch = Scratch(folder: folder, models: environment["FUZZ_MODELS"] ?? ".")
    // libFuzzer starts its workers by these arguments, and they find target and models in the environment.
    var (count, arguments) = unsafe (count, arguments)
    return unsafe runDriver(&count, &arguments, testOneInput)
  }
  switch words.count == 4 ? words[1] : "" {
  case "pack": return pack(words[2], into: words[3])
  case "unpack": return unpack(words[2], into: words[3])
  default:
    print(
      "usage: Fuzz pack FOLDER FILE | Fuzz unpack FILE FOLDER, or FUZZ_TARGET=TARGET FUZZ_MODELS=FOLDER Fuzz")
    print("targets: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))")
    return 2
  }
}

private func pack(_ folder: String, into file: String) -> CInt {
  let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  let inputs = names.compactMap {
    FileManager.default.contents(atPath: "\(folder)/\($0)").map { [UInt8]($0) }
  }
  return FileManager.default.createFile(atPath: file, contents: Data(CorpusPack.packed(inputs))) ? 0 : 1
}

private func unpack(_ file: String, into folder: String) -> CInt {
  guard let bytes = FileManager.default.contents(atPath: file) else { return 1 }
  try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  for (index, input) in CorpusPack.inputs(in: [UInt8](bytes)).enumerated() {
    FileManager.default.createFile(atPath: "\(folder)/\(index)", contents: Data(input))
  }
  return 0
}
