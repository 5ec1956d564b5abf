import CMisfit
import Misfit
import MisfitCore
import Synchronization
import Testing
import _TestSupport

@Suite struct InterfaceTests {
  @Test func aModelIsSavedAndLoaded() throws {
    let data = try Interface.data(Interface.rows(60))
    let model = try Interface.fit(data)
    let folder = try TemporaryFolder()
    let path = folder.file("model.misfit")
    try unsafe Interface.check { error in unsafe misfit_save(model.pointer, path, error) }
    let loaded = try unsafe Interface.object({ unsafe misfit_model_free($0) }) { model, error in
      unsafe misfit_load(path, model, error)
    }
    #expect(try Interface.scores(loaded, data) == Interface.scores(model, data))
    let text = unsafe String(cString: misfit_describe(loaded.pointer))
    #expect(text.contains(#""kind":"pca""#))
    #expect(unsafe String(cString: misfit_version()) == LibraryVersion.current)
  }

  @Test func resultsAreThoseOfTheLibrary() throws {
    let text = Interface.rows(80)
    let detector = try Detector.fit(
      CSVSource(text: text), options: FitOptions(model: .principalComponents, seed: 1))
    let data = try Interface.data(text)
    let model = try Interface.fit(data)
    #expect(try Interface.scores(model, data) == detector.score(CSVSource(text: text)).scores())
  }

  @Test(arguments: [
    (#"{"modle": "pca"}"#, "did you mean `model`?"),
    (#"{"model": "pcaa"}"#, "did you mean \"pca\"?"),
    (#"{"training": {"epoch": 3}}"#, "did you mean `training.epochs`?"),
    (#"{"training": {"epochs": "3"}}"#, "is \"3\", which is not a whole number"),
    (#"{"scores": {"quantile": 2}}"#, "not a number from 0 to 1"),
    (#"{"seed": -1}"#, "not a whole number from 0"),
    (#"{"network": []}"#, "`network` is an array"), ("[1]", "an array"), ("{", "not JSON"),
    ("\"\u{0}", "not JSON"),
    (String(repeating: "[", count: 10_000), "nested too deeply"),
  ])
  func optionsOfNoUseAreErrors(options: String, message: String) throws {
    let data = try Interface.data(Interface.rows(20))
    let error = #expect(throws: CallError.self) { try Interface.fit(data, options) }
    #expect(error?.code == 2)
    #expect(error?.text.contains(message) == true, "\(error?.text ?? "")")
  }

  @Test func optionsAreThoseOfTheLibrary() throws {
    let data = try Interface.data(Interface.rows(60))
    let options = #"""
      {"model": "autoencoder", "seed": 18446744073709551615, "scaling": "standard",
       "network": {"hidden": [3, 2], "activation": "relu", "isTied": false},
       "training": {"epochs": 2, "optimizer": {"kind": "adamw", "learningRate": 0.01, "weightDecay": 0.1},
                    "noise": {"kind": "gaussian", "amount": 0.1}},
       "rows": {"validationShare": 0.2}, "scores": {"quantile": 0.9}, "run": {"threadCount": 2}}
      """#
    var expected = FitOptions(model: .autoencoder, scaling: .standard, seed: .max)
    expected.network.hidden = [3, 2]
    expected.network.activation = .relu
    expected.training.epochs = 2
    expected.training.optimizer = Optimizer(.adamW, learningRate: 0.01)
    expected.training.optimizer.weightDecay = 0.1
    expected.training.noise = Noise(.gaussian, amount: 0.1)
    expected.rows.validationShare = 0.2
    expected.scores.quantile = 0.9
    let detector = try Detector.fit(CSVSource(text: Interface.rows(60)), options: expected)
    let model = try Interface.fit(data, options)
    #expect(
      try Interface.scores(model, data) == detector.score(CSVSource(text: Interface.rows(60))).scores())
  }

  @Test func argumentsThatAreMissingAreErrors() {
    #expect(unsafe misfit_fit(nil, nil, nil, nil, nil) == 1)
    #expect(unsafe misfit_score(nil, nil, nil, nil, nil, nil) == 1)
    #expect(unsafe misfit_load(nil, nil, nil) == 1)
    #expect(unsafe misfit_save(nil, nil, nil) == 1)
    #expect(unsafe misfit_data_open(nil, 3, nil, nil, nil) == 1)
    #expect(unsafe misfit_data_arrow(nil, nil, nil, nil, nil, nil) == 1)
    #expect(unsafe misfit_data_stream(nil, 0, nil, nil, nil, nil) == 1)
    #expect(unsafe misfit_table_stream(nil, nil, nil) == 1)
    #expect(unsafe misfit_table_row_count(nil) == 0)
    #expect(unsafe misfit_describe(nil) == nil)
    unsafe misfit_model_free(nil)
    unsafe misfit_error_free(nil)
    var data: OpaquePointer?
    #expect(unsafe misfit_data_bytes(nil, 8, nil, nil, &data, nil) == 1)
    #expect(unsafe misfit_data_bytes("abc", -1, nil, nil, &data, nil) == 1)
    for shape in [[-1, 3], [Int64.max, Int64.max], [1 << 40, 1 << 40]] {
      #expect(unsafe misfit_data_array("abc", 0, shape, 2, nil, nil, &data, nil) == 1)
    }
    #expect(unsafe misfit_data_array("abc", 99, [1, 1], 2, nil, nil, &data, nil) == 1)
    #expect(unsafe misfit_data_array("abc", 0, [1, 1], 9, nil, nil, &data, nil) == 1)
  }

  @Test func numbersThatAreNotFiniteAreErrorsOfTheirRecord() throws {
    let values: [Float] = [1, 2, 3, 4, .nan, 6]
    let data = try unsafe Interface.object({ unsafe misfit_data_free($0) }) { data, error in
      unsafe misfit_data_array(values, 0, [3, 2], 2, "matrix", nil, data, error)
    }
    let error = #expect(throws: CallError.self) { try Interface.fit(data) }
    #expect(error?.code == 3)
    #expect(error?.text.hasPrefix("matrix: record 3: column \"column_1\"") == true, "\(error?.text ?? "")")
    withExtendedLifetime(values) {}
  }

  @Test func aFileThatIsCutIsAnError() throws {
    let model = try Interface.fit(Interface.data(Interface.rows(40)))
    let folder = try TemporaryFolder()
    let path = folder.file("model.misfit")
    try unsafe Interface.check { error in unsafe misfit_save(model.pointer, path, error) }
    let bytes = try readBytes(path)
    for count in [0, 1, 7, 9, 100, bytes.count / 2, bytes.count - 1] {
      try OutputFile.write(Array(bytes[..<count]), to: folder.file("cut.misfit"))
      let error = #expect(throws: CallError.self) {
        try unsafe Interface.object({ unsafe misfit_model_free($0) }) { model, error in
          unsafe misfit_load(folder.file("cut.misfit"), model, error)
        }
      }
      #expect(error?.code == 4 || error?.code == 5)
    }
  }

  @Test func aCallbackEndsAFit() throws {
    let data = try Interface.data(Interface.rows(300))
    var callbacks = MisfitCallbacks()
    unsafe callbacks.progress = { _, _, _, _ in 1 }
    let error = #expect(throws: CallError.self) {
      try unsafe Interface.fit(data, #"{"model": "autoencoder"}"#, callbacks: &callbacks)
    }
    #expect(error?.code == 7)
  }

  @Test func manyThreadsUseOneModel() async throws {
    let data = try Interface.data(HandMadeBatch(Interface.columns(200)))
    let model = try Interface.fit(data)
    let expected = try Interface.scores(model, data)
    try await withThrowingTaskGroup(of: [Double].self) { group in
      for _ in 0..<8 { group.addTask { try Interface.scores(model, data) } }
      for try await scores in group { #expect(scores == expected) }
    }
  }

  @Test func aTableOutlivesItsHandleInAStream() throws {
    let data = try Interface.data(Interface.rows(50))
    let model = try Interface.fit(data)
    var stream = unsafe ArrowArrayStream()
    var expected: [Double] = []
    do {
      let table = try Interface.table(model, data)
      expected = Interface.doubles(table, "score")
      try unsafe Interface.check { error in unsafe misfit_table_stream(table.pointer, &stream, error) }
    }
    #expect(unsafe StreamReading.doubles(of: &stream, column: "score") == expected)
  }

  @Test func aStreamScoresWhileItIsRead() throws {
    let data = try Interface.data(Interface.rows(50))
    let model = try Interface.fit(data)
    var stream = unsafe ArrowArrayStream()
    try unsafe Interface.check { error in
      unsafe misfit_score_stream(model.pointer, data.pointer, nil, &stream, error)
    }
    let scores = try Interface.scores(model, data)
    #expect(unsafe StreamReading.doubles(of: &stream, column: "score") == scores)
  }

  @Test func aStreamThatIsReadOnceIsNotFitted() throws {
    let text = try Interface.data(Interface.rows(50))
    let model = try Interface.fit(text)
    func streamed(keeps: Bool) throws -> Handle {
      var stream = unsafe ArrowArrayStream()
      let table = try Interface.table(model, text)
      try unsafe Interface.check { error in unsafe misfit_table_stream(table.pointer, &stream, error) }
      return try unsafe Interface.object({ unsafe misfit_data_free($0) }) { data, error in
        unsafe misfit_data_stream(&stream, keeps ? 1 : 0, "rows", nil, data, error)
      }
    }
    let error = #expect(throws: CallError.self) { try Interface.fit(streamed(keeps: false)) }
    #expect(error?.text.contains("a stream that is read once") == true)
    let kept = try streamed(keeps: true)
    let other = try Interface.fit(kept)
    let once = try streamed(keeps: false)
    #expect(try Interface.scores(other, once) == Interface.scores(other, kept))
    // It was read.
    #expect(throws: CallError.self) { try Interface.scores(other, once) }
  }
}

/// Reads streams of results.
enum StreamReading {
  /// Returns a column of doubles of all batches, and releases the stream.
  static func doubles(of stream: inout ArrowArrayStream, column: String) -> [Double] {
    var schema = unsafe ArrowSchema()
    guard unsafe stream.get_schema(&stream, &schema) == 0 else { return [] }
    let names = (0..<Int(unsafe schema.n_children)).map { index in
      unsafe String(cString: schema.children[index].unsafelyUnwrapped.pointee.name)
    }
    unsafe schema.release(&schema)
    guard let index = names.firstIndex(of: column) else { return [] }
    var values: [Double] = []
    while true {
      var array = unsafe ArrowArray()
      guard unsafe stream.get_next(&stream, &array) == 0, unsafe array.release != nil else { break }
      let child = unsafe array.children[index].unsafelyUnwrapped.pointee
      let start = unsafe child.buffers[1].unsafelyUnwrapped.assumingMemoryBound(to: Double.self)
      unsafe values += Array(UnsafeBufferPointer(start: start, count: Int(child.length)))
      unsafe array.release(&array)
    }
    unsafe stream.release(&stream)
    return values
  }
}
