internal import Foundation
public import Monitoring
internal import Records

/// Writes each output to a file of its own, one JSON text a line: `windows.ndjson` and so on.
///
/// Dead letters of different partitions come in no fixed order while partitions are read side by
/// side, so they are kept apart until the end and written partition by partition.
public struct DirectorySink: OutputSink {
  private let directory: URL
  private var files: [Output: LineFile] = [:]
  /// Dead letters by key, in order of first appearance of the key.
  private var parts: [String: LineFile] = [:]

  /// Makes the directory and empties its output files.
  ///
  /// - Parameters:
  ///   - path: Of the directory.
  ///   - inputs: What is read while it is written to.
  /// - Throws: `InputError` when it cannot be written to, or holds an input where an output goes.
  public init(_ path: String, inputs: [InputFile] = []) throws {
    directory = OutputFile.url(of: path)
    for output in Output.allCases {
      try OutputFile.requireOther("\(path)/\(output.rawValue).ndjson", than: inputs)
    }
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      for output in Output.allCases {
        files[output] = try LineFile(directory.appending(path: "\(output.rawValue).ndjson"))
      }
    } catch let error as CocoaError {
      throw InputError("\(path): cannot be written to: \(OutputFile.reason(for: error))")
    }
  }

  /// Appends one record's line.
  public mutating func write(_ record: OutputRecord) throws {
    guard record.output == .deadLetters else {
      try files[record.output]?.append(record.value ?? [])
      return
    }
    try deadLetterPart(record.key).append(Self.line(of: record))
  }

  /// Puts the dead letters together and closes all files.
  public mutating func finish() throws {
    for (_, part) in parts.sorted(by: { Self.order($0.key, $1.key) }) {
      try part.close()
      try files[.deadLetters]?.append(contentsOf: part)
      try part.remove()
    }
    parts = [:]
    for file in files.values { try file.close() }
  }

  private mutating func deadLetterPart(_ key: String) throws -> LineFile {
    if let part = parts[key] { return part }
    let part = try LineFile(directory.appending(path: "dead-letters.\(parts.count).part"))
    parts[key] = part
    return part
  }

  /// By topic, then by partition as a number.
  private static func order(_ left: String, _ right: String) -> Bool {
    func split(_ key: String) -> (String, Int) {
      let slash = key.lastIndex(of: "/") ?? key.startIndex
      return (String(key[..<slash]), Int(key[slash...].dropFirst()) ?? 0)
    }
    return split(left) < split(right)
  }

  /// A record whose headers say everything, as one line.
  private static func line(of record: OutputRecord) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("key", record.key)
      json.object("headers") { json in
        for header in record.headers { json.member(header.name, header.value) }
      }
      json.name("value")
      if let value = record.value { json.raw(value) } else { json.raw("null".utf8) }
    }
    return json.bytes
  }
}

/// A file written line by line through a buffer.
final class LineFile {
  private static let bufferSize = 1 << 16

  private let url: URL
  private let handle: FileHandle
  private var buffer: [UInt8] = []

  init(_ url: URL) throws {
    self.url = url
    try Data().write(to: url)
    handle = try FileHandle(forWritingTo: url)
  }

  func append(_ line: [UInt8]) throws {
    buffer += line
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Appends the whole content of another file.
  func append(contentsOf other: LineFile) throws {
    try flush()
    let reading = try FileHandle(forReadingFrom: other.url)
    while let chunk = try reading.read(upToCount: Self.bufferSize), !chunk.isEmpty {
      try handle.write(contentsOf: chunk)
    }
    try reading.close()
  }

  func close() throws {
    try flush()
    try handle.synchronize()
    try handle.close()
  }

  func remove() throws { try FileManager.default.removeItem(at: url) }

  private func flush() throws {
    try handle.write(contentsOf: Data(buffer))
    buffer.removeAll(keepingCapacity: true)
  }
}
