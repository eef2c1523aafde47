/// The house rules: each is a function from a file to its violations.
enum HouseRules {
  static let fileLines = 600
  static let functionLines = 70
  static let columns = 100

  /// Files that may say `unsafe`, beside the room `KafkaClient`: where bytes cross into C, and a
  /// loop that is half as fast without.
  static let unsafeFiles = [
    "Sources/Drift/KolmogorovSmirnovExact.swift",
    "Sources/Records/JSONRecordDecoder.swift",
    "Sources/Service/Export/RowFile.swift",
    "Sources/Service/FileStatus.swift",
    "Sources/Service/Input/GzipReader.swift",
    "Sources/Service/Live/NotifySocket.swift",
    "Sources/Service/Live/StopSignal.swift",
    "Sources/leeway/LiveOutput.swift",
  ]

  /// Rooms whose results must be a function of their input alone.
  static let pureRooms = ["Sketches", "Drift", "Records", "Windowing", "Rules", "Monitoring"]

  static func tooLong(_ file: SourceTree.File) -> [String] {
    file.lines.count > fileLines + 1 ? ["\(file.path): \(file.lines.count) lines"] : []
  }

  static func tooWide(_ file: SourceTree.File) -> [String] {
    file.lines.enumerated().filter { $0.element.count > columns }.map {
      "\(file.path):\($0.offset + 1): \($0.element.count) columns"
    }
  }

  /// Functions by their indentation, which the formatter guarantees.
  static func longFunctions(_ file: SourceTree.File) -> [String] {
    var violations: [String] = []
    for (start, line) in file.lines.enumerated() where declaresFunction(line) {
      // A requirement of a protocol has no body: a blank line or its end comes before any brace.
      let ending = file.lines[start...].first {
        $0.isEmpty || $0.hasSuffix("{") || $0.hasSuffix("}")
      }
      guard ending?.hasSuffix("{") == true else { continue }
      let indentation = line.prefix { $0 == " " }
      let end = file.lines[start...].firstIndex { $0 == indentation + "}" }
      guard let end, end - start + 1 > functionLines else { continue }
      violations.append("\(file.path):\(start + 1): a function of \(end - start + 1) lines")
    }
    return violations
  }

  private static func declaresFunction(_ line: String) -> Bool {
    let words = line.split(whereSeparator: { " (<".contains($0) })
    guard !line.contains("//"), !line.hasSuffix("}") else { return false }
    return words.contains { ["func", "init", "init?", "deinit", "subscript"].contains($0) }
  }

  /// Words that have no place in a file: crashes, promises, and clocks in pure rooms.
  static func bannedWords(_ file: SourceTree.File) -> [String] {
    var banned = ["fatal" + "Error(", "try" + "!", "as" + "!", "@unchecked " + "Sendable"]
    banned += ["TO" + "DO", "FIX" + "ME"]
    if pureRooms.contains(file.room), file.path.hasPrefix("Sources") {
      banned += ["import Foundation", " Date(", ".now", ".random(", "Hasher", "ProcessInfo"]
    }
    return matches(of: banned, in: file)
  }

  static func strayUnsafe(_ file: SourceTree.File) -> [String] {
    guard !unsafeFiles.contains(file.path), file.path.hasPrefix("Sources"),
      file.room != "KafkaClient"
    else { return [] }
    return file.lines.enumerated().filter { _, line in
      line.split { !$0.isLetter }.contains("unsafe")
    }.map { "\(file.path):\($0.offset + 1): unsafe" }
  }

  private static func matches(of words: [String], in file: SourceTree.File) -> [String] {
    file.lines.enumerated().flatMap { number, line in
      words.filter { line.contains($0) }.map { "\(file.path):\(number + 1): \($0)" }
    }
  }
}
