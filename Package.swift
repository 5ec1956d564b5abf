// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target of this package is compiled with: Swift 6 language mode (from the tools version),
/// strict memory safety as an error, and lifetimes, so that our own buffers can lend spans.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatWarning("StrictMemorySafety", as: .error),
  .enableExperimentalFeature("Lifetimes"),
  .enableUpcomingFeature("ExistentialAny"),
]

/// One stage of the pipeline.
///
/// Arrows point downstream only; SwiftPM refuses a cycle.
func stage(_ name: String, after dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one stage, in a folder that mirrors its sources.
func tests(
  of name: String, with extra: [Target.Dependency] = [], excluding others: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.byName(name: name), "_TestSupport"] + extra,
    exclude: others + (fixturesWithScripts.contains(name) ? ["Fixtures"] : []),
    swiftSettings: strict)
}

/// Test folders that hold fixtures beside the scripts that made them; tests read them by path.
let fixturesWithScripts: Set<String> = [
  "Misfit", "MisfitAnalytics", "MisfitBenchmark", "MisfitCore", "MisfitImages", "MisfitIngest",
  "MisfitModels", "MisfitNetworks", "MisfitReports", "MisfitStreams",
]

/// Whether `.ci/fuzz` builds the package: the fuzzer needs the compiler's sanitizers, and a command without
/// its `main`.
let isFuzzing = Context.environment["MISFIT_FUZZ"] != nil

/// The fuzz targets of Tests/Fuzzing: a suite that replays the corpus or, for `.ci/fuzz`, the fuzzer itself.
let fuzzing: Target = {
  let modules: [Target.Dependency] = ["Misfit", "MisfitReporting", "MisfitCommand"]
  let data = ["Corpus", "Models", "README.md", "make_inputs.py"]
  return isFuzzing
    ? .executableTarget(
      name: "Fuzz", dependencies: modules, path: "Tests/Fuzzing", exclude: data + ["ReplayTests.swift"],
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
    : .testTarget(
      name: "FuzzingTests", dependencies: modules + ["_TestSupport"], path: "Tests/Fuzzing",
      exclude: data + ["FuzzProgram.swift"], swiftSettings: strict)
}()

/// The modules that the command is made of.
let commandModules: [Target.Dependency] = [
  "Misfit", "MisfitReporting", "MisfitDatasets", "MisfitPages", "MisfitStreams", "MisfitMPI",
]

/// The command; a library for the fuzzer, since no program can be linked into another.
let command: Target =
  isFuzzing
  ? .target(
    name: "MisfitCommand", dependencies: commandModules, exclude: ["main.swift"],
    swiftSettings: strict)
  : .executableTarget(
    name: "MisfitCommand", dependencies: commandModules, swiftSettings: strict)
let commandProducts: [Product] =
  isFuzzing ? [] : [.executable(name: "misfit", targets: ["MisfitCommand"])]

/// The names by which pkg-config finds headers and libraries.
///
/// On Linux headers are in the usual folders, and the libraries are opened when they are needed, see
/// CSharedLibraries.
#if os(macOS)
  let packageNames: [String: String] = ["CPNG": "libpng", "CTurboJPEG": "libturbojpeg", "CCairo": "cairo"]
#else
  let packageNames: [String: String] = [:]
#endif

let package = Package(
  name: "Misfit",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "Misfit", targets: ["Misfit"]),
    .library(name: "MisfitAnalytics", targets: ["MisfitAnalytics"]),
    .library(name: "MisfitStreams", targets: ["MisfitStreams"]),
    .library(name: "misfit-c", type: .dynamic, targets: ["MisfitC"]),
    .executable(name: "misfit-benchmark", targets: ["MisfitBenchmark"]),
  ] + commandProducts,
  targets: [
    // System libraries. Those with a branch for macOS above are linked by CSharedLibraries there.
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"]), .brew(["onednn"])]),
    .systemLibrary(
      name: "CPNG", pkgConfig: packageNames["CPNG"], providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: packageNames["CTurboJPEG"],
      providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
    .systemLibrary(
      name: "CCairo", pkgConfig: packageNames["CCairo"],
      providers: [.apt(["libcairo2-dev"]), .brew(["cairo"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(
      name: "CSharedLibraries",
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]
        + ["dnnl", "png16", "turbojpeg", "cairo"].map { .linkedLibrary($0, .when(platforms: [.macOS])) }),
    .target(name: "CVectorKernels"),
    .target(
      name: "CDecompression", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(name: "CImageLibraries", dependencies: ["CSharedLibraries"]),
    // The data sets of the demo, as bytes of the program.
    .target(name: "CShippedData"),
    .target(name: "CMPI", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),

    stage("MisfitCore"),
    stage("MisfitONNX", after: ["MisfitCore"]),
    stage("MisfitKernels", after: ["MisfitCore", "CVectorKernels", "COneDNN", "CSharedLibraries"]),
    stage(
      "MisfitImages", after: ["MisfitCore", "CPNG", "CTurboJPEG", "CSharedLibraries", "CImageLibraries"]),
    stage(
      "MisfitIngest",
      after: [
        "MisfitCore", "MisfitONNX", "MisfitKernels", "MisfitImages", "CZlib", "CDecompression",
        "CShippedData",
      ]),
    stage("MisfitNetworks", after: ["MisfitCore", "MisfitONNX", "MisfitKernels"]),
    stage("MisfitModels", after: ["MisfitCore", "MisfitONNX", "MisfitKernels", "MisfitNetworks"]),
    stage("MisfitAnalytics", after: ["MisfitCore"]),
    stage("MisfitStreams", after: ["MisfitCore", "MisfitIngest"]),
    stage("MisfitPlots", after: ["MisfitCore", "MisfitImages", "CCairo"]),
    stage("MisfitReports", after: ["MisfitCore"]),
    stage(
      "Misfit",
      after: [
        "MisfitCore", "MisfitONNX", "MisfitKernels", "MisfitImages", "MisfitIngest", "MisfitNetworks",
        "MisfitModels", "MisfitAnalytics",
      ]),
    stage("MisfitReporting", after: ["Misfit", "MisfitPlots", "MisfitReports"]),
    stage("MisfitMPI", after: ["MisfitCore", "CMPI"]),
    stage("MisfitDatasets", after: ["MisfitCore"]),
    stage("MisfitPages", after: ["Misfit", "MisfitReporting", "MisfitDatasets"]),
    // The C interface: the header, and its functions in Swift.
    .target(name: "CMisfit"),
    stage("MisfitC", after: ["CMisfit", "Misfit", "MisfitReporting"]),
    command,
    .executableTarget(
      name: "MisfitBenchmark", dependencies: ["Misfit", "MisfitReporting", "MisfitStreams"],
      exclude: [
        "README.md", "Quality/mixed_tables.py", "Quality/pyod_planted.py", "Quality/typed_tables.py",
      ],
      swiftSettings: strict),

    .target(
      name: "_TestSupport", dependencies: ["MisfitCore"], path: "Tests/_TestSupport", swiftSettings: strict),
    .target(name: "_AllocationCounting", path: "Tests/_AllocationCounting"),
    tests(of: "MisfitCore"),
    tests(of: "MisfitONNX"),
    tests(of: "MisfitKernels", with: ["CVectorKernels"]),
    tests(of: "MisfitImages"),
    tests(of: "MisfitIngest"),
    tests(of: "MisfitNetworks", with: ["MisfitKernels", "_AllocationCounting"]),
    tests(of: "MisfitModels", with: ["MisfitKernels", "MisfitNetworks"]),
    tests(of: "MisfitAnalytics"),
    tests(of: "MisfitStreams"),
    tests(of: "MisfitPlots"),
    tests(of: "MisfitReports"),
    .target(
      name: "_DetectorTestSupport", dependencies: ["Misfit", "_TestSupport"],
      path: "Tests/_DetectorTestSupport",
      swiftSettings: strict),
    tests(of: "Misfit", with: ["_DetectorTestSupport", "MisfitReporting"]),
    tests(of: "MisfitReporting", with: ["_DetectorTestSupport"]),
    tests(of: "MisfitMPI"),
    tests(of: "MisfitDatasets"),
    tests(of: "MisfitPages", with: ["Misfit", "MisfitReporting", "MisfitDatasets"]),
    tests(of: "MisfitCommand", excluding: ["Snapshots"]),
    tests(of: "MisfitBenchmark", with: ["Misfit"]),
    // Calls C throughout, as its users do.
    .testTarget(
      name: "MisfitCTests", dependencies: ["MisfitC", "CMisfit", "_TestSupport"],
      swiftSettings: [.enableUpcomingFeature("ExistentialAny")]),
    // Without access to `package` declarations, as any program that uses the library.
    .testTarget(
      name: "LibraryTests", dependencies: ["Misfit", "MisfitAnalytics", "MisfitStreams"],
      packageAccess: false,
      swiftSettings: strict),
    fuzzing,
  ]
)
