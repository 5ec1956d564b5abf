import Foundation
import Synchronization

/// A web server on 127.0.0.1 for one test: it sends files from memory, one connection at a time.
package final class LocalFileServer: Sendable {
  /// The faults of the server.
  package struct Behavior: Sendable {
    /// Always sends the whole file.
    package var ignoresRanges = false
    /// Closes the connection after so many bytes of a body.
    package var cutAfterByteCount: Int?
    /// Answers with this status and nothing else.
    package var status: Int?
    /// Sends a file to another address.
    package var redirection: String?
    /// Sends so many bytes, without telling their number beforehand.
    package var endlessByteCount: Int?

    package init() {}
  }

  /// A request as it came.
  package struct Request: Hashable, Sendable {
    package var path: String
    /// The value of the header `Range`.
    package var range: String?

    package init(path: String, range: String?) {
      self.path = path
      self.range = range
    }
  }

  private struct State {
    var files: [String: [UInt8]]
    var behavior = Behavior()
    var requests: [Request] = []
  }

  private let listener: Int32
  private let state: Mutex<State>
  /// The address of its only folder, with a slash at the end.
  package let address: String

  /// Starts with files by name.
  package init(_ files: [String: [UInt8]]) throws {
    state = Mutex(State(files: files))
    let listener = socket(AF_INET, Self.stream, 0)
    self.listener = listener
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe withUnsafeMutablePointer(to: &place) { place in
      unsafe place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
        unsafe bind(listener, place, length) == 0 && listen(listener, 8) == 0
          && getsockname(listener, place, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))/"
    // Not self, which would then live as long as the thread that its end is to end.
    Thread.detachNewThread { [weak self, listener] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 { break }
        self?.answer(connection)
        close(connection)
      }
      close(listener)
    }
  }

  deinit { shutdown(listener, Self.bothWays) }

  /// All requests so far.
  package var requests: [Request] { state.withLock { $0.requests } }

  /// Changes what it does from the next request on.
  package func behave(_ change: @Sendable (inout Behavior) -> Void) {
    state.withLock { change(&$0.behavior) }
  }

  private func answer(_ connection: Int32) {
    guard let request = Self.readRequest(connection) else { return }
    let (file, behavior) = state.withLock { state in
      state.requests.append(request)
      return (state.files[String(request.path.dropFirst())], state.behavior)
    }
    if let address = behavior.redirection {
      return Self.send(
        Array("HTTP/1.1 302 No\r\nLocation: \(address)\r\nConnection: close\r\n\r\n".utf8), connection)
    }
    if let count = behavior.endlessByteCount { return Self.sendEndlessly(count, connection) }
    guard let file, behavior.status == nil else {
      Self.send(
        Array("HTTP/1.1 \(behavior.status ?? 404) No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8),
        connection)
      return
    }
    let start = behavior.ignoresRanges ? nil : request.range?.split { !$0.isNumber }.first.flatMap { Int($0) }
    if let start, start >= file.count {
      Self.send(
        Array("HTTP/1.1 416 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8), connection)
      return
    }
    let body = file[(start ?? 0)...]
    var head =
      "HTTP/1.1 \(start == nil ? "200 OK" : "206 Partial Content")\r\nContent-Length: \(body.count)\r\n"
    if let start { head += "Content-Range: bytes \(start)-\(file.count - 1)/\(file.count)\r\n" }
    head += "Connection: close\r\n\r\n"
    Self.send(Array(head.utf8) + body.prefix(behavior.cutAfterByteCount ?? body.count), connection)
  }

  private static func readRequest(_ connection: Int32) -> Request? {
    var text = ""
    while !text.contains("\r\n\r\n") {
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = unsafe recv(connection, &bytes, bytes.count, 0)
      guard count > 0 else { return nil }
      text += String(decoding: bytes[..<count], as: UTF8.self)
    }
    let lines = text.components(separatedBy: "\r\n")
    let words = lines[0].components(separatedBy: " ")
    guard words.count == 3 else { return nil }
    let range = lines.first { $0.lowercased().hasPrefix("range:") }?.dropFirst(6)
    return Request(path: words[1], range: range?.trimmingCharacters(in: .whitespaces))
  }

  private static func sendEndlessly(_ byteCount: Int, _ connection: Int32) {
    send(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8), connection)
    let block = [UInt8](repeating: 7, count: 1 << 16)
    for _ in 0..<byteCount / block.count {
      guard unsafe Foundation.send(connection, block, block.count, noSignal) == block.count else { return }
    }
  }

  private static func send(_ bytes: [UInt8], _ connection: Int32) {
    var sent = 0
    while sent < bytes.count {
      let rest = Array(bytes[sent...])
      let count = unsafe Foundation.send(connection, rest, rest.count, noSignal)
      guard count > 0 else { return }
      sent += count
    }
  }

  #if canImport(Darwin)
    private static let stream = SOCK_STREAM
    private static let bothWays = SHUT_RDWR
    private static let noSignal: Int32 = 0
  #else
    private static let stream = Int32(SOCK_STREAM.rawValue)
    private static let bothWays = Int32(SHUT_RDWR)
    private static let noSignal = Int32(MSG_NOSIGNAL)
  #endif
}

/// Programs that tests may find missing.
package enum Programs {
  /// Whether a program is on `PATH`.
  package static func has(_ name: String) -> Bool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
  }
}
