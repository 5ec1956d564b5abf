extension ArrowColumn {
  /// Writes the numbers of some rows to every `stride`-th element from `start` on, and returns whether all
  /// of them are finite; a missing cell is NaN.
  ///
  /// - Precondition: the type is numeric, the rows are in the column, and the elements are in `values`.
  func readNumbers(
    _ rows: Range<Int>, into values: inout MutableSpan<Double>, at start: Int, stride: Int
  ) -> Bool {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= count, "no such cells")
    var isFinite =
      switch type {
      case .float(byteCount: 8): copy(rows, Double.self, &values, start, stride) { $0 }
      case .float(byteCount: 4): copy(rows, Float.self, &values, start, stride) { Double($0) }
      case .float: copy(rows, UInt16.self, &values, start, stride) { ElementType.half($0) }
      case .signed(byteCount: 1): copy(rows, Int8.self, &values, start, stride) { Double($0) }
      case .signed(byteCount: 2): copy(rows, Int16.self, &values, start, stride) { Double($0) }
      case .signed(byteCount: 4): copy(rows, Int32.self, &values, start, stride) { Double($0) }
      case .unsigned(byteCount: 1): copy(rows, UInt8.self, &values, start, stride) { Double($0) }
      case .unsigned(byteCount: 2): copy(rows, UInt16.self, &values, start, stride) { Double($0) }
      case .unsigned(byteCount: 4): copy(rows, UInt32.self, &values, start, stride) { Double($0) }
      case .unsigned: copy(rows, UInt64.self, &values, start, stride) { Double($0) }
      default: copy(rows, Int64.self, &values, start, stride) { Double($0) }
      }
    if mayMiss {
      for (index, row) in rows.enumerated() where isMissing(row) {
        values[start + index * stride] = .nan
        isFinite = false
      }
    }
    return isFinite
  }

  @inline(__always)
  private func copy<Value: BitwiseCopyable>(
    _ rows: Range<Int>, _ type: Value.Type, _ target: inout MutableSpan<Double>, _ start: Int, _ stride: Int,
    _ convert: (Value) -> Double
  ) -> Bool {
    var isFinite = true
    var place = start
    for row in rows {
      let number = convert(values.load(offset &+ row, as: type))
      target[place] = number
      isFinite = isFinite && number.isFinite
      place &+= stride
    }
    return isFinite
  }

  /// Returns the integer of a cell of a type of integers, dates or times, by its index in the buffer; nil if
  /// it does not fit.
  func integer(_ index: Int, _ type: ArrowType) -> Int64? {
    switch type {
    case .signed(byteCount: 1): Int64(values.load(index, as: Int8.self))
    case .signed(byteCount: 2): Int64(values.load(index, as: Int16.self))
    case .signed(byteCount: 4), .date(byteCount: 4), .timeOfDay(byteCount: 4, _):
      Int64(values.load(index, as: Int32.self))
    case .unsigned(byteCount: 1): Int64(values.load(index, as: UInt8.self))
    case .unsigned(byteCount: 2): Int64(values.load(index, as: UInt16.self))
    case .unsigned(byteCount: 4): Int64(values.load(index, as: UInt32.self))
    case .unsigned: Int64(exactly: values.load(index, as: UInt64.self))
    default: values.load(index, as: Int64.self)
    }
  }
}
