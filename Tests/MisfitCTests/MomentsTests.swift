import CMisfit
import Testing
import _TestSupport

@Suite struct MomentsTests {
  private func moments(_ model: Handle, _ data: Handle) throws -> Handle {
    try unsafe Interface.object({ unsafe misfit_moments_free($0) }) { moments, error in
      unsafe misfit_moments(model.pointer, data.pointer, 1, moments, error)
    }
  }

  private func bytes(_ moments: Handle) throws -> [UInt8] {
    var (start, count): (UnsafeRawPointer?, Int64) = unsafe (nil, 0)
    try unsafe Interface.check { error in
      unsafe misfit_moments_bytes(moments.pointer, &start, &count, error)
    }
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
  }

  private func read(_ bytes: [UInt8]) throws -> Handle {
    try unsafe Interface.object({ unsafe misfit_moments_free($0) }) { moments, error in
      unsafe misfit_moments_read(bytes, Int64(bytes.count), moments, error)
    }
  }

  private func refit(_ model: Handle, _ moments: Handle, _ options: String? = nil) throws -> Handle {
    try unsafe Interface.object({ unsafe misfit_model_free($0) }) { refitted, error in
      unsafe misfit_refit(model.pointer, moments.pointer, options, refitted, error)
    }
  }

  /// The rows of a table with gaps, cut into parts.
  @Test func partsHaveTheModelOfTheWhole() throws {
    let lines = Interface.rows(90).split(separator: "\n").map(String.init)
    func data(_ rows: some Sequence<String>) throws -> Handle {
      try Interface.data(([lines[0]] + rows).joined(separator: "\n") + "\n")
    }
    let all = try data(lines[1...])
    let model = try Interface.fit(try data(lines[1...60]))
    let whole = try moments(model, all)
    let merged = try moments(model, try data(lines[70...].reversed()))
    let other = try read(bytes(moments(model, try data(lines[1..<70]))))
    try unsafe Interface.check { error in unsafe misfit_moments_merge(merged.pointer, other.pointer, error) }
    #expect(try bytes(merged) == bytes(whole))
    #expect(unsafe misfit_moments_count(merged.pointer) == 90)

    let (first, second) = (try refit(model, whole), try refit(model, merged))
    #expect(try Interface.scores(first, all) == Interface.scores(second, all))
    #expect(try Interface.scores(first, all) != Interface.scores(model, all))
    let one = try refit(model, whole, #"{"components": 1}"#)
    #expect(try Interface.scores(one, all) != Interface.scores(first, all))
  }

  @Test func momentsOfAnotherModelAreErrors() throws {
    let data = try Interface.data(Interface.rows(60))
    let (model, other) = (try Interface.fit(data), try Interface.fit(Interface.data(Interface.rows(40))))
    let found = try moments(model, data)
    let others = try moments(other, data)
    #expect(throws: CallError.self) { try refit(other, found) }
    #expect(throws: CallError.self) {
      try unsafe Interface.check { error in
        unsafe misfit_moments_merge(found.pointer, others.pointer, error)
      }
    }
    let neighbors = try Interface.fit(data, #"{"model": "neighbors", "seed": 1}"#)
    #expect(throws: CallError.self) { try moments(neighbors, data) }
  }

  @Test func hostileBytesAreErrors() throws {
    let data = try Interface.data(Interface.rows(60))
    let model = try Interface.fit(data)
    let valid = try bytes(moments(model, data))
    for count in [0, 7, 8, valid.count - 8, valid.count - 1] {
      #expect(throws: CallError.self) { try read(Array(valid[..<count])) }
    }
    for index in stride(from: 0, to: valid.count, by: 3) {
      var bytes = valid
      bytes[index] ^= 0x95
      // What can be read can be merged and fitted, or is an error.
      guard let found = try? read(bytes) else { continue }
      #expect(unsafe misfit_moments_count(found.pointer) >= 0)
      let same = try read(bytes)
      try unsafe Interface.check { error in unsafe misfit_moments_merge(found.pointer, same.pointer, error) }
      if index % 9 == 0 { _ = try? refit(model, found) }
    }
    #expect(unsafe misfit_moments(nil, nil, 0, nil, nil) == 1)
    #expect(unsafe misfit_moments_read(nil, 3, nil, nil) == 1)
    #expect(unsafe misfit_moments_bytes(nil, nil, nil, nil) == 1)
    #expect(unsafe misfit_moments_count(nil) == 0)
    unsafe misfit_moments_free(nil)
  }
}
