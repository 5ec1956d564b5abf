import MisfitCore

/// Columns whose numbers are names.
extension ColumnDecision {
  private static let runningNumber: (ColumnKind, MessageText) = (.identifier, "the numbers count the records")
  private static let shuffledNumber: (ColumnKind, MessageText) = (
    .identifier, "each number from the first to the last names one record"
  )
  private static let risingNumber: (ColumnKind, MessageText) = (
    .identifier, "whole numbers that rise from record to record, named as an index is"
  )

  /// Returns the kind of an index: numbers that count the records, in any order, or rise with gaps in a
  /// column with the name of an index.
  ///
  /// In a short table, only the name distinguishes an index from measurements.
  func decideIndex(fewest: Int) -> (ColumnKind, MessageText)? {
    let isNamed = isUnnamed || IndexName.isOne(name)
    guard isText, profile.cellCount >= 3, profile.numberCount == profile.cellCount,
      profile.integerCount == profile.cellCount
    else { return nil }
    if profile.isRunningNumber, profile.cellCount >= fewest || isNamed { return Self.runningNumber }
    if profile.isPermutation, profile.cellCount >= 20 { return Self.shuffledNumber }
    guard profile.isRising, profile.least >= 0 else { return nil }
    // Without a header, only the first column may be an index, and its gaps must be few.
    let isDense = profile.largest - profile.least < 2 * Double(profile.cellCount)
    return isNamed || (isFirstWithoutName && isDense && profile.cellCount >= 20) ? Self.risingNumber : nil
  }

  /// Returns the kind of a column in a table of numbers that does not measure anything; nil for all others.
  func decideAmongNumbers() -> (ColumnKind, MessageText)? {
    guard isText else { return nil }
    if let dates = decideDates() { return dates }
    return decideIndex(fewest: 20) ?? decideCodes()
  }

  /// Codes are identifiers or levels, depending on their number.
  func decideCodes() -> (ColumnKind, MessageText)? {
    guard let why = codeReason else { return nil }
    let (kind, reason): (ColumnKind, MessageText) =
      profile.distinctCount == 1 ? (.categorical, "one text") : decideTexts()
    return (kind, "\(why): \(reason)")
  }

  /// The reason why the numbers are codes; nil if they are not.
  private var codeReason: String? {
    let digits = profile.digits
    guard digits.count == profile.numberCount, profile.cellCount >= 3,
      profile.numberCount * 2 >= max(1, profile.presentCount)
    else { return nil }
    if profile.textCount > 0 { return lettersAreCodes ? "letters and digits" : nil }
    let isOfOneLength = digits.shortest == digits.longest
    if digits.zeroLedCount > 0, isOfOneLength || digits.zeroLedCount * 100 >= digits.count {
      return "codes with leading zeros"
    }
    guard dates == nil, isOfOneLength ? digits.longest >= 12 : digits.shortest >= 16 else { return nil }
    return "codes of \(digits.shortest)\(isOfOneLength ? "" : " to \(digits.longest)") digits"
  }

  /// Whether texts among the numbers are codes, such as `c168` or `A`, rather than mistakes and words.
  ///
  /// Codes are repeated: a column of many different numbers measures or counts, and one text in it is a
  /// mistake.
  private var lettersAreCodes: Bool {
    var (cells, texts, mixed) = (0, 0, 0)
    var (letters, endings): (Set<[UInt8]>, Set<[UInt8]>) = ([], [])
    for index in 0..<levels.count {
      let text = levels.text(index)
      guard text.contains(where: { $0 &- 48 > 9 }) else { continue }
      guard Self.isCode(text, longest: profile.digits.longest + 4) else { return false }
      cells += levels.counts[index]
      texts += 1
      if text.contains(where: { $0 &- 48 <= 9 }) { mixed += 1 } else { letters.insert(Array(text)) }
      endings.insert(Array(text.drop { $0 &- 48 <= 9 }))
    }
    guard cells == profile.textCount else { return false }
    if mixed == 0, letters.count == 1 {
      return cells > 1 && isRepeated && !letters.isSubset(of: Self.lettersForNoValue)
    }
    // `12kg` and `7kg` have a unit.
    if letters.isEmpty, let ending = endings.first, endings.count == 1, ending.count > 1,
      !ending.contains(where: { $0 &- 48 <= 9 })
    {
      return false
    }
    if cells == 1 { return isNumberWithLetter }
    return cells * 100 >= profile.presentCount || texts >= 10 || isRepeated
  }

  /// Single letters that are used in tables of numbers for "no value" or "trace".
  private static let lettersForNoValue: Set<[UInt8]> = Set("xXmMnNtTuU".utf8.map { [$0] })

  /// Whether there are few different cells, each of them several times on average.
  private var isRepeated: Bool {
    profile.distinctCount <= Self.fewLevels && profile.distinctCount * 2 <= profile.presentCount
  }

  /// Whether the only text is a letter before or after as many digits as all numbers have, at least three,
  /// and these repeat: such as `c168` among numbers of stations.
  private var isNumberWithLetter: Bool {
    let digits = profile.digits
    guard digits.shortest == digits.longest, digits.longest >= 3,
      profile.distinctCount * 4 <= profile.presentCount * 3,
      let index = (0..<levels.count).first(where: { levels.text($0).contains { $0 &- 48 > 9 } })
    else { return false }
    let text = levels.text(index)
    let inner = (text.first ?? 0) &- 48 > 9 ? text.dropFirst() : text.dropLast()
    return inner.count == digits.longest && inner.allSatisfy { $0 &- 48 <= 9 }
  }

  /// Returns whether a text is one letter, or letters and digits with dashes, points and slashes.
  private static func isCode(_ text: ArraySlice<UInt8>, longest: Int) -> Bool {
    guard text.count <= longest else { return false }
    var (digitCount, letterCount) = (0, 0)
    for byte in text {
      if byte &- 48 <= 9 {
        digitCount += 1
      } else if (byte | 0x20) &- 97 < 26 {
        letterCount += 1
      } else if !"-/._".utf8.contains(byte) {
        return false
      }
    }
    return letterCount > 0 && (digitCount > 0 || text.count == 1)
  }

  /// Returns a remark on an interpretation that may be wrong, and how to choose another.
  func remark(on column: TableColumn) -> MessageText? {
    var parts: [MessageText] = []
    if options.kinds[name] == nil {
      if column.kind.isUsed, let why = codeReason {
        parts.append(
          "is read as \(column.kind.rawValue), \(why) (\(.columnKind, "\(columnName)=count") for numbers)")
      } else if column.kind == .datetime, let remark = dates?.remark(columnName: columnName) {
        parts.append(remark)
      }
    }
    if let remark = sentinelRemark(column) { parts.append(MessageText(remark)) }
    if let words = missingRemark(column) { parts.append(words) }
    return parts.isEmpty ? nil : "\"\(name)\" \(MessageText.list(parts, separator: "; it "))"
  }

  private func isSentinel(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return CellNumber.read(bytes.span, bytes.indices, notation.notation).map(profile.sentinels.contains)
      ?? false
  }

  /// Returns the words that were read as "no value"; for numbers and dates, those that mean it in no other
  /// column.
  private func missingRemark(_ column: TableColumn) -> MessageText? {
    guard let texts = profile.missingTexts else { return nil }
    let isPlain = column.kind == .categorical || column.kind == .boolean
    let plain = MissingWords(["NA", "NaN", "null", "None", "?", "N/A"])
    let ranked = texts.ranked.filter { isPlain || !plain.containsWord(texts.text($0).span) }
    guard let first = ranked.first else { return nil }
    let words = ranked.prefix(8).map {
      "\(shown(texts.string($0))) (\(NumberText.grouped(texts.counts[$0])))"
    }
    let more = ranked.count > 8 ? " and \(ranked.count - 8) more" : ""
    var hint: MessageText = isPlain ? "; \(.keptWords, texts.string(first)) makes it a level" : ""
    if let sentinel = ranked.first(where: { isSentinel(texts.string($0)) }) {
      hint = "; \(.keptWords, texts.string(sentinel)) makes it a number"
    }
    return "has words for no value: \(words.joined(separator: ", "))\(more)\(hint)"
  }

  /// The name, quoted for a shell.
  private var columnName: String {
    name.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) } ? name : "'\(name)'"
  }
}
