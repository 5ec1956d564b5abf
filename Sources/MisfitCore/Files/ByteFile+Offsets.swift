extension ByteFile {
  /// Reads up to `capacity` bytes at an offset of the file into `bytes` from index `start`.
  ///
  /// Fewer bytes are read only at the end of the file.
  ///
  /// - Throws: ``FileError``.
  /// - Precondition: `bytes` has room for them.
  package func read(
    into bytes: inout [UInt8], _ start: Int, _ capacity: Int, atByteOffset byteOffset: Int
  ) throws(FileError) -> Int {
    precondition(start >= 0 && capacity <= bytes.count - start, "reading past the end of the array")
    let outcome = unsafe bytes.withUnsafeMutableBytes { buffer -> Result<Int, FileError> in
      let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[start..<start + capacity])
      do throws(FileError) {
        return .success(unsafe try read(into: part, atByteOffset: byteOffset))
      } catch { return .failure(error) }
    }
    return try outcome.get()
  }

  /// Reads up to `capacity` bytes at an offset of the file into `bytes` from index `start`.
  ///
  /// Fewer bytes are read only at the end of the file.
  ///
  /// - Throws: ``FileError``.
  /// - Precondition: `bytes` has room for them.
  package func read(
    into bytes: ByteBuffer, _ start: Int, _ capacity: Int, atByteOffset byteOffset: Int
  ) throws(FileError) -> Int {
    precondition(start >= 0 && capacity <= bytes.count - start, "reading past the end of the buffer")
    let part = unsafe UnsafeMutableRawBufferPointer(start: bytes.base + start, count: capacity)
    return unsafe try read(into: part, atByteOffset: byteOffset)
  }

  /// Fills floats from an offset of the file and returns the number of bytes read.
  ///
  /// Fewer bytes are read only at the end of the file.
  ///
  /// - Throws: ``FileError``.
  package func read(into floats: FloatSlice, atByteOffset byteOffset: Int) throws(FileError) -> Int {
    let bytes = unsafe UnsafeMutableRawBufferPointer(
      UnsafeMutableBufferPointer(start: floats.pointer, count: floats.count))
    return unsafe try read(into: bytes, atByteOffset: byteOffset)
  }

  /// Writes floats in their memory layout.
  ///
  /// - Throws: ``FileError``.
  package func write(_ floats: FloatSlice) throws(FileError) { unsafe try write(floats.span.bytes) }

  /// Writes the first `count` bytes of a buffer.
  ///
  /// - Throws: ``FileError``.
  /// - Precondition: the buffer has that many.
  package func write(_ bytes: ByteBuffer, first count: Int) throws(FileError) {
    precondition(count >= 0 && count <= bytes.count, "writing past the end of the buffer")
    unsafe try write(RawSpan(_unsafeStart: bytes.base, byteCount: count))
  }
}
