internal import Foundation
public import Monitoring
internal import Records
internal import Sketches

/// What a control topic says, record by record: who published what, and what is in force.
///
/// A pure function of the records. A record that is damaged, foreign or of a newer format is named
/// and left out; so is a manifest whose files are not all there.
public struct ControlLog: Sendable {
  private static let unfinishedLimit = 64
  private static let unfinishedBytes = 2 * MonitorBundle.limit
  private static let problemLimit = 100

  /// The pieces of a publication whose manifest was not seen yet.
  private struct Unfinished: Sendable {
    var id: String
    var pieces: [Int: VersionPiece] = [:]
    var size = 0
  }

  /// What was wrong with records, the first hundred of them.
  public private(set) var problems: [String] = []
  /// Behind the last record taken.
  public private(set) var next: Int64 = 0
  private var finished: [String: [Publication]] = [:]
  /// By monitor.
  private var silences: [String: [Silence]] = [:]
  /// By monitor.
  private var messages: [String: [RetrainMessage]] = [:]
  /// How often each request of a monitor was answered; by monitor.
  private var answers: [String: [String: Int]] = [:]
  /// Silences and messages of a monitor that are kept, of each.
  private let limit: Int
  /// By monitor, then by group; in the order of their records.
  private var activations: [String: [String: [Activation]]] = [:]
  /// The longest untouched first.
  private var unfinished: [Unfinished] = []

  /// Nothing was said yet.
  ///
  /// - Parameter limit: The last silences of a monitor are kept, so many, and as many messages.
  public init(keeping limit: Int = 10_000) { self.limit = limit }

  /// The versions of a monitor, in the order of their manifests.
  ///
  /// One that says the same as the one before it is left out.
  public func publications(of monitor: String) -> [Publication] { finished[monitor] ?? [] }

  /// The silences of a monitor, in the order of their records; those that are over, too.
  public func silences(of monitor: String) -> [Silence] { silences[monitor] ?? [] }

  /// What was said to the triggers of a monitor, in the order of the records.
  ///
  /// Of one request the first two answers: the first counts, the second tells that there are more.
  public func messages(of monitor: String) -> [RetrainMessage] { messages[monitor] ?? [] }

  /// All that a group has gone over to, the last one last.
  ///
  /// - Parameters:
  ///   - monitor: Name of the monitor.
  ///   - group: `StageTopics.groupBase`.
  /// - Returns: One record for each; processes may have said the same twice.
  public func activations(_ monitor: String, group: String) -> [Activation] {
    activations[monitor]?[group] ?? []
  }

  /// What a group has gone over to last; nil when nothing is known.
  ///
  /// - Parameters:
  ///   - monitor: Name of the monitor.
  ///   - group: `StageTopics.groupBase`.
  /// - Returns: The newest record.
  public func active(_ monitor: String, group: String) -> Activation? {
    activations(monitor, group: group).last
  }

  /// Takes the next record.
  ///
  /// - Parameters:
  ///   - payload: All of it; nil for a tombstone.
  ///   - offset: Where it stands; a record that was taken already is passed over.
  public mutating func take(_ payload: [UInt8]?, at offset: Int64) {
    guard offset >= next else { return }
    next = offset + 1
    guard let payload else { return }
    do {
      if payload.starts(with: VersionPiece.magic) {
        keep(try VersionPiece(payload))
      } else {
        try read(payload, at: offset)
      }
    } catch {
      note("offset \(offset): \(error)")
    }
  }

  private mutating func keep(_ piece: VersionPiece) {
    let place = unfinished.firstIndex { $0.id == piece.publication }
    var whole = place.map { unfinished.remove(at: $0) } ?? Unfinished(id: piece.publication)
    let old = whole.pieces.updateValue(piece, forKey: piece.index)
    whole.size += piece.bytes.count - (old?.bytes.count ?? 0)
    unfinished.append(whole)
    while unfinished.count > Self.unfinishedLimit
      || unfinished.reduce(0, { $0 + $1.size }) > Self.unfinishedBytes
    {
      unfinished.removeFirst()
    }
  }

  private mutating func read(_ payload: [UInt8], at offset: Int64) throws {
    guard let type = try? JSONDecoder().decode(Header.self, from: Data(payload)).type else {
      throw Problem("is no record of leeway's")
    }
    switch type {
    case ControlRecords.versionType: try publish(try data(VersionData.self, payload), at: offset)
    case ControlRecords.activationType:
      try activate(try data(ActivationData.self, payload), at: offset)
    case ControlRecords.silenceType:
      try silence(try data(SilenceData.self, payload), at: offset)
    case ControlRecords.silenceEndType:
      let data = try data(SilenceEndData.self, payload)
      let place = silences[data.monitor]?.firstIndex { $0.id == data.silence }
      guard let place else { throw Problem("there is no silence \(data.silence) to end") }
      if silences[data.monitor]?[place].endOffset == nil {
        silences[data.monitor]?[place].endOffset = offset
      }
    case ControlRecords.askType:
      let data = try data(AskData.self, payload)
      try Self.check([data.ask, data.trigger, data.reason])
      let ask = TrainingAsk(id: data.ask, trigger: data.trigger, reason: data.reason)
      say(.asked(ask), to: data.monitor, at: offset)
    case ControlRecords.completionType:
      let data = try data(CompletionData.self, payload)
      try Self.check([data.request, data.model_version, data.reference, data.reason])
      say(.completed(try data.completion), to: data.monitor, at: offset)
    default: throw Problem("this leeway knows no records of type \(type)")
    }
  }

  private mutating func publish(_ data: VersionData, at offset: Int64) throws {
    let place = unfinished.firstIndex { $0.id == data.publication }
    let pieces = place.map { unfinished.remove(at: $0).pieces } ?? [:]
    let name = "version \(VersionName.short(data.version)) of \(data.monitor)"
    // Counted by what is there, so that no number of the record's decides how much work this is.
    guard data.pieces == pieces.count,
      (0..<pieces.count).allSatisfy({ pieces[$0]?.count == data.pieces })
    else { throw Problem("\(name): \(pieces.count) of \(data.pieces) pieces are there") }
    let bytes = (0..<pieces.count).flatMap { pieces[$0]?.bytes ?? [] }
    guard bytes.count == data.bytes, ControlRecords.checksum(of: bytes) == data.checksum else {
      throw Problem("\(name): its files are not those that were published")
    }
    let publication = Publication(
      id: data.publication,
      offset: offset,
      version: data.version,
      from: try data.from.map { try Self.time($0) },
      reference: data.reference,
      bundle: try MonitorBundle(bytes)
    )
    if let last = finished[data.monitor]?.last, last.version == publication.version,
      last.from == publication.from
    {
      return
    }
    finished[data.monitor, default: []].append(publication)
  }

  private mutating func activate(_ data: ActivationData, at offset: Int64) throws {
    let activation = Activation(
      offset: offset,
      monitor: data.monitor,
      group: data.group,
      version: data.version,
      publication: data.offset,
      from: try data.from.map { try Self.time($0) }
    )
    activations[data.monitor, default: [:]][data.group, default: []].append(activation)
  }

  private mutating func say(
    _ content: RetrainMessage.Content,
    to monitor: String,
    at offset: Int64
  ) {
    if case .completed(let completion) = content {
      answers[monitor, default: [:]][completion.request, default: 0] += 1
      guard answers[monitor]?[completion.request] ?? 0 <= 2 else { return }
    }
    let first = Self.append(
      RetrainMessage(offset: offset, content: content),
      to: &messages[monitor, default: []],
      keeping: limit
    )
    guard let first else { return }
    if case .completed(let completion) = first.content {
      answers[monitor]?[completion.request] = nil
    }
    note(
      "what was said to triggers of \(monitor) at offset \(first.offset) is forgotten: \(limit) "
        + "came since"
    )
  }

  /// Appends something, and takes out the first where there are too many.
  private static func append<Element>(
    _ element: Element,
    to elements: inout [Element],
    keeping limit: Int
  ) -> Element? {
    elements.append(element)
    return elements.count > limit ? elements.removeFirst() : nil
  }

  private mutating func note(_ problem: String) {
    if problems.count < Self.problemLimit { problems.append(problem) }
  }

  private mutating func silence(_ data: SilenceData, at offset: Int64) throws {
    try Self.check([data.silence, data.name, data.reason])
    guard !silences(of: data.monitor).contains(where: { $0.id == data.silence }) else {
      throw Problem("silence \(data.silence) is there already")
    }
    let silence = Silence(
      id: data.silence,
      offset: offset,
      name: data.name,
      from: try Self.time(data.from).second,
      until: try Self.time(data.until, "until").second,
      reason: data.reason
    )
    let first = Self.append(silence, to: &silences[data.monitor, default: []], keeping: limit)
    if let first {
      note("silence \(first.id) of \(data.monitor) is forgotten: \(limit) came since")
    }
  }

  private func data<Value: Decodable>(_ type: Value.Type, _ payload: [UInt8]) throws -> Value {
    do {
      return try JSONDecoder().decode(Envelope<Value>.self, from: Data(payload)).data
    } catch {
      throw Problem("its data are not those of its type")
    }
  }

  /// What is said stands in outputs and snapshots, whose records have a largest size.
  private static func check(_ texts: [String?]) throws {
    let limit = ControlRecords.textLimit
    guard texts.allSatisfy({ $0?.utf8.count ?? 0 <= limit }) else {
      throw Problem("has a text of more than \(limit) bytes")
    }
  }

  private static func time(_ text: String, _ name: String = "from") throws -> Timestamp {
    guard let time = Timestamp(rfc3339: text) else { throw Problem("`\(name)` is no instant") }
    return time
  }
}

// MARK: The records' JSON

private struct Header: Decodable { var type: String }

private struct Envelope<Content: Decodable>: Decodable { var data: Content }

private struct VersionData: Decodable {
  var monitor: String
  var version: String
  var from: String?
  var reference: String?
  var publication: String
  var pieces: Int
  var bytes: Int
  var checksum: String
}

private struct ActivationData: Decodable {
  var monitor: String
  var group: String
  var version: String
  var offset: Int64
  var from: String?
}

private struct SilenceData: Decodable {
  var monitor: String
  var silence: String
  var name: String?
  var from: String
  var until: String
  var reason: String
}

private struct SilenceEndData: Decodable {
  var monitor: String
  var silence: String
}

private struct AskData: Decodable {
  var monitor: String
  var ask: String
  var trigger: String
  var reason: String
}

private struct CompletionData: Decodable {
  var monitor: String
  var request: String
  var status: String
  var model_version: String?
  var reference: String?
  var reason: String?

  var completion: TrainingCompletion {
    get throws {
      guard ["succeeded", "failed"].contains(status) else {
        throw Problem("`status` is succeeded or failed, not \(status)")
      }
      return TrainingCompletion(
        request: request,
        hasSucceeded: status == "succeeded",
        modelVersion: model_version,
        reference: reference,
        reason: reason
      )
    }
  }
}

private struct Problem: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
