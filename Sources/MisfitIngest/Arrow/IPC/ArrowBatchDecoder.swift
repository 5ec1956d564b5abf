/// Makes columns of the buffers of a message.
struct ArrowBatchDecoder {
  private let header: ArrowBatchHeader
  private let dictionaries: [Int64: ArrowDictionary]
  private var body: ArrowBody
  private var nodeCount = 0
  private var bufferCount = 0
  private var viewCount = 0

  init(
    _ header: ArrowBatchHeader, body bytes: [UInt8], dictionaries: [Int64: ArrowDictionary], byteLimit: Int
  ) {
    self.header = header
    self.dictionaries = dictionaries
    body = ArrowBody(header, bytes, byteLimit: byteLimit)
  }

  /// Returns the next column of `header.rowCount` rows; one of nulls for a layout that is passed over.
  ///
  /// - Throws: ``ArrowBody/Problem``.
  mutating func column(_ layout: ArrowLayout) throws(ArrowBody.Problem) -> ArrowColumn {
    let column = try decode(layout, isRead: true)
    guard column.count == header.rowCount else { throw .contradiction("its length") }
    return column
  }

  private mutating func decode(_ layout: ArrowLayout, isRead: Bool) throws(ArrowBody.Problem) -> ArrowColumn {
    let isRead = isRead && layout.type != nil
    let (count, missingCount) = try node()
    let buffers = bufferCount..<bufferCount + layout.bufferCount
    bufferCount = buffers.upperBound
    let views = try viewed(layout)
    var children: [ArrowColumn] = []
    for child in layout.children { children.append(try decode(child, isRead: isRead)) }
    guard isRead, let type = layout.type, type != .null else { return try checked(.null, count: count) }
    let validity = missingCount == 0 ? nil : try body.buffer(buffers.lowerBound)
    let values = buffers.count > 1 ? try body.buffer(buffers.lowerBound + 1) : .empty
    switch type {
    case .fixedList: return try checked(type, count: count, validity, inner: children)
    case .dictionary:
      let dictionary = layout.dictionaryID.flatMap { dictionaries[$0] }?.columns ?? []
      return try checked(type, count: count, validity, values, inner: dictionary)
    case .text:
      let data = count == 0 ? .empty : try body.buffer(buffers.lowerBound + 2)
      return try checked(type, count: count, validity, values, data: [data])
    case .textView:
      var data: [ArrowBuffer] = []
      for index in views { data.append(try body.buffer(index)) }
      return try checked(type, count: count, validity, values, data: data)
    default: return try checked(type, count: count, validity, values)
    }
  }

  /// Returns the number of cells of the next column, and that of missing ones.
  private mutating func node() throws(ArrowBody.Problem) -> (count: Int, missingCount: Int) {
    guard 2 * nodeCount + 1 < header.nodes.count else { throw .contradiction("the number of columns") }
    let (count, missing) = (header.nodes[2 * nodeCount], header.nodes[2 * nodeCount + 1])
    nodeCount += 1
    guard count >= 0, count < 1 << 48, missing >= 0, missing <= count else {
      throw .contradiction("its length")
    }
    return (Int(count), Int(missing))
  }

  /// Returns the indices of the buffers that the views of a column refer to.
  private mutating func viewed(_ layout: ArrowLayout) throws(ArrowBody.Problem) -> Range<Int> {
    guard layout.hasViews else { return bufferCount..<bufferCount }
    guard viewCount < header.viewBufferCounts.count else { throw .contradiction("its number of buffers") }
    let count = header.viewBufferCounts[viewCount]
    viewCount += 1
    guard count >= 0, count <= Int64(header.buffers.count / 2) else {
      throw .contradiction("its number of buffers")
    }
    defer { bufferCount += Int(count) }
    return bufferCount..<bufferCount + Int(count)
  }

  private func checked(
    _ type: ArrowType, count: Int, _ validity: ArrowBuffer? = nil, _ values: ArrowBuffer = .empty,
    data: [ArrowBuffer] = [], inner: [ArrowColumn] = []
  ) throws(ArrowBody.Problem) -> ArrowColumn {
    do throws(ArrowColumnProblem) {
      return try ArrowColumn(
        type, count: count, validity: validity, values: values, data: data, inner: inner)
    } catch { throw .contradiction(error.part) }
  }
}
