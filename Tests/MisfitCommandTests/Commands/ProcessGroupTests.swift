import Foundation
import Testing

/// `misfit fit` in several processes, which `mpirun` starts.
@Suite("Fits over MPI", .serialized, .enabled(if: !Launcher.installed.isEmpty))
struct ProcessGroupTests {
  /// A fit whose model has the same bytes at any number of processes.
  enum Sample: String, CaseIterable {
    case dense, convolution, normalized, principalComponents

    var flags: String {
      switch self {
      case .dense: "--hidden 8,2 --epochs 2 --batch-size 40 --clip-norm 1"
      case .convolution: "--architecture %layers% --epochs 1 --batch-size 40"
      case .normalized: "--architecture 'dense 6 | norm relu || dense 6' --epochs 2 --batch-size 40"
      case .principalComponents: "--model pca"
      }
    }
  }

  private func makeData() throws -> BuiltCommand {
    let command = try BuiltCommand()
    try command.write(SampleData.numbers(rows: 300, columns: 6), to: "part-1.csv")
    try command.write(SampleData.numbers(rows: 200, columns: 6), to: "part-2.csv")
    try command.write(SampleData.idx(120, [8, 8]), to: "images.idx")
    return command
  }

  private func line(_ sample: Sample) -> String {
    let data = sample == .convolution ? "images.idx" : "'part-*.csv'"
    let layers = "'conv 4 3 relu | pool 2 || up 2 | conv 1 3 sigmoid'"
    return "$misfit fit \(data) \(sample.flags.replacingOccurrences(of: "%layers%", with: layers))"
  }

  @Test("The model has the bytes of one process", arguments: Launcher.installed, Sample.allCases)
  func equalBytes(_ launcher: Launcher, _ sample: Sample) throws {
    let command = try makeData()
    let alone = try command.shell("\(line(sample)) --shards 16 -o alone.misfit -q")
    #expect(alone.status == 0, "\(alone.errors)")
    for ranks in [1, 2, 3, 4, 8] {
      let name = "\(ranks).misfit"
      let run = try command.shell("\(launcher.line(ranks: ranks)) \(line(sample)) --threads 1 -o \(name)")
      #expect(run.status == 0, "\(ranks) processes: \(run.errors)")
      #expect(run.lines.count == alone.lines.count, "one process prints: \(run.output)")
      #expect(try command.data(name) == command.data("alone.misfit"), "\(ranks) processes")
      #expect(run.errors.contains("\(ranks) processes: the first sent") == (ranks > 1))
    }
  }

  @Test("An error is printed once, and nothing is written", arguments: Launcher.installed)
  func error(_ launcher: Launcher) throws {
    let command = try makeData()
    try command.write("a,b\n1,2\n3,\"4\n", to: "broken.csv")
    let before = command.names
    for (data, text) in [("missing.csv", "missing.csv"), ("broken.csv", "broken.csv:3")] {
      let run = try command.shell(
        "\(launcher.line(ranks: 3)) $misfit fit \(data) --hidden 2 -o model.misfit")
      #expect(run.status == 2)
      let errors = run.errorLines.filter { $0.hasPrefix("misfit: error: ") }
      #expect(errors.count == 1 && errors[0].contains(text), "\(run.errors)")
      #expect(command.names == before)
    }
  }

  @Test("More processes than shards are refused", arguments: Launcher.installed)
  func tooManyProcesses(_ launcher: Launcher) throws {
    let command = try makeData()
    let run = try command.shell(
      "\(launcher.line(ranks: 3)) $misfit fit part-1.csv --shards 2 -o model.misfit")
    #expect(run.status == 2)
    #expect(run.errors.contains("misfit: error: 3 processes cannot share 2 shards"))
    #expect(run.errors.contains("hint: add --shards 4"))
  }

  @Test("Processes that the library does not know of are refused, and write nothing")
  func otherCount() throws {
    let command = try makeData()
    let run = try command.shell(
      "PMI_RANK=0 PMI_SIZE=2 $misfit fit part-1.csv --hidden 2 --epochs 1 -o model.misfit")
    // Without MPICH, its library is missing instead.
    #expect(run.status == 2 && run.errors.contains("2 processes"), "\(run.errors)")
    #expect(!command.exists("model.misfit"))
  }

  @Test("A model that does not learn in shards is refused", arguments: Launcher.installed)
  func otherModel(_ launcher: Launcher) throws {
    let command = try makeData()
    let run = try command.shell("\(launcher.line(ranks: 2)) $misfit fit part-1.csv --model local")
    #expect(run.status == 2)
    #expect(run.errors.contains("--shards means nothing to --model local"), "\(run.errors)")
  }

  #if os(Linux)
    @Test("A killed process ends all, and the run resumes in another number", arguments: Launcher.installed)
    func killed(_ launcher: Launcher) throws {
      let command = try makeData()
      #expect(try command.run("generate random:4000x10 -o data.npy").status == 0)
      let fit = "$misfit fit data.npy --hidden 6,2 --batch-size 50 --epochs 24 --threads 1 -o model.misfit"
      #expect(try command.shell("\(fit) --shards 16 -q").status == 0)
      let expected = try command.data("model.misfit")
      try FileManager.default.removeItem(atPath: command.path("model.misfit"))

      let killed = try command.shell(
        """
        \(launcher.line(ranks: 3)) \(fit) & launcher=$!
        while ! [ -e model.misfit.checkpoint ]; do sleep 0.05; done
        for folder in /proc/[0-9]*; do
          if tr '\\0' '\\n' <$folder/environ 2>/dev/null | grep -qE '^(OMPI_COMM_WORLD_RANK|PMI_RANK)=2$' &&
            [ "$(readlink $folder/cwd)" = "$PWD" ]; then victim=${folder#/proc/}; fi
        done
        begin=$(date +%s)
        kill -9 $victim
        wait $launcher
        status=$?
        echo "seconds: $(( $(date +%s) - begin ))"
        exit $status
        """)
      #expect(killed.status != 0)
      #expect(!killed.errors.isEmpty)
      let seconds = killed.lines.last.flatMap { Int($0.dropFirst("seconds: ".count)) }
      #expect((seconds ?? 99) <= 10, "\(killed.output)")
      #expect(!command.exists("model.misfit"))

      let resumed = try command.shell("\(launcher.line(ranks: 2)) \(fit) --resume -q")
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try command.data("model.misfit") == expected)
    }
  #endif
}
