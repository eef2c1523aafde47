import Records
import Rules
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// What a request names, read back: record by record what was counted, on any stream.
@Suite struct SelectedRecordsTests {
  private static let hour = 3_600

  private static func world(_ window: String) throws -> World {
    try World(
      monitor: """
        version: 1
        monitor: shop
        source: { topics: [orders], where: { country: DE } }
        fields: { time: at }
        segments: [shop]
        reference: reference.json
        window: \(window)
        lateness: 10m
        """,
      rules: [
        """
        version: 1
        rules:
          - { name: Stable, each: numeric, expect: "mean < 60", for: 1 of 2 windows }
          - { name: Apart, by: shop, expect: "mean(x) < 80" }
        triggers:
          - { name: Retrain, when: firing(Stable), cooldown: 3h }
          - { name: Shops, when: firing(Apart), cooldown: 4h }
        """
      ],
      reference: (0..<600).map { event(second: $0, value: $0 % 100) },
      segments: ["shop"]
    )
  }

  private static func event(second: Int, value: Int, country: String = "DE") -> String {
    """
    {"at":\(1_600_002_000 + second),"x":\(value),"shop":"s\(value % 2)","country":"\(country)"}
    """
  }

  /// A stream of some hours in which a few hours are high, in order as a rule.
  private struct Stream {
    var lines: [[String]]

    init(partitions: Int, hours: Int, _ random: inout SplitMix64) {
      var high: Set<Int> = []
      for hour in 0..<hours where Int.random(in: 0..<3, using: &random) == 0 { high.insert(hour) }
      lines = Array(repeating: [], count: partitions)
      for step in 0..<hours * 40 {
        let now = step * hour / 40
        let partition = Int.random(in: 0..<partitions, using: &random)
        let value = high.contains(now / hour) ? 90 : Int.random(in: 0..<50, using: &random)
        var (time, country) = (now, "DE")
        switch Int.random(in: 0..<30, using: &random) {
        case 0: time -= Int.random(in: 0...3 * hour, using: &random)
        case 1: time += Int.random(in: 0...2 * hour, using: &random)
        case 2: time += 2_000 * hour + Int.random(in: 0...50, using: &random) * hour
        case 3: country = "FR"
        case 4:
          lines[partition].append("{broken")
          continue
        case 5:
          lines[partition].append("")
          continue
        case 6...15: time += Int.random(in: -1_500...1_500, using: &random)
        default: break
        }
        lines[partition].append(event(second: time, value: value, country: country))
      }
    }
  }

  /// A clock of the plain kind: every time is kept, and the third largest of the last 64 looked up.
  private struct PlainClock {
    var times: [Int] = []
    var watermark: Int?
    var far: Set<Int> = []
    let pane: Int

    /// The record's pane, when it is accepted.
    mutating func admit(_ time: Int) -> Int? {
      let limits = Limits()
      let pane = time >= 0 ? time / self.pane : (time + 1) / self.pane - 1
      let current = watermark.map { $0 >= 0 ? $0 / self.pane : ($0 + 1) / self.pane - 1 }
      if let watermark, (pane + 1) * self.pane + 600 <= watermark { return nil }
      var isAccepted = true
      if current.map({ pane > $0 + limits.nearPanes }) ?? true {
        far = far.filter { open in current.map { open > $0 + limits.nearPanes } ?? true }
        if far.count < limits.farPanes || far.contains(pane) {
          far.insert(pane)
        } else {
          isAccepted = false
        }
      }
      times.append(time)
      let last = times.suffix(64).sorted()
      if last.count >= 3 { watermark = max(watermark ?? .min, last[last.count - 3]) }
      return isAccepted ? pane : nil
    }
  }

  /// Second of each line's event that stands for something; nil for all others.
  private static func second(_ line: String) -> Int? {
    guard line.hasPrefix("{\"at\":"), line.contains("\"country\":\"DE\"") else { return nil }
    return Int(line.dropFirst(6).prefix { $0.isNumber }).map { $0 - 1_600_002_000 }
  }

  /// Reads a request's records back.
  private func read(
    _ request: RetrainRequest,
    _ world: World,
    _ lines: [[String]]
  ) throws -> [[Int64]] {
    var selected = try SelectedRecords(
      request.selection,
      windows: request.spans.map { $0.start..<$0.end },
      plan: world.plan,
      references: world.references
    )
    var decoder = JSONRecordDecoder(
      fields: selected.layout.requests,
      known: selected.layout.known
    )
    return request.selection.covers.indices.map { cover in
      let (partition, start) = (
        request.selection.covers[cover].partition, request.selection.covers[cover].start
      )
      var (batch, columns) = (RecordBatch(), ColumnBatch())
      for (index, line) in lines[partition].enumerated().dropFirst(Int(start)) {
        let bytes = Array(line.utf8)
        batch.append(payload: bytes.isEmpty ? nil : bytes.span, offset: Int64(index))
      }
      decoder.decode(batch, into: &columns)
      return selected.rows(of: columns, batch, cover: cover).map { batch.offset($0) }
    }
  }

  private static let windows = ["{ size: 1h }", "{ size: 3h, every: 1h }"]

  /// By a recount that knows every record from the first one on.
  @Test(arguments: 0..<15 as Range<UInt64>, windows)
  func itIsTheRecordsThatWereCounted(seed: UInt64, window: String) throws {
    let world = try Self.world(window)
    var random = SplitMix64(seed: seed)
    let stream = Stream(partitions: 3, hours: 30, &random)
    let run = world.run(
      stream.lines,
      World.Feeding(interleaving: seed, batch: 17, commit: 3, collectors: 2, log: seed)
    )
    #expect(!run.requests.isEmpty)
    let panes = stream.lines.map { lines in
      var clock = PlainClock(pane: Self.hour)
      return lines.map { line in Self.second(line).flatMap { clock.admit($0) } }
    }
    for request in run.requests {
      let read = try read(request, world, stream.lines)
      #expect(UInt64(read.reduce(0) { $0 + $1.count }) == request.selection.rows)
      for (cover, rows) in zip(request.selection.covers, read) {
        let expected = (cover.start..<cover.end).filter { offset in
          guard let pane = panes[cover.partition][Int(offset)] else { return false }
          let start = Timestamp(microseconds: Int64(1_600_002_000 + pane * Self.hour) * 1_000_000)
          return request.spans.contains { $0.start <= start && start < $0.end }
        }
        #expect(rows == expected)
      }
    }
  }

  /// Partitions that fall silent and wake, whose records come when windows have closed.
  @Test(arguments: windows)
  func whatCameWhenItsWindowHadClosedIsNotOfIt(window: String) throws {
    let world = try Self.world(window)
    let requests = try (0..<30).map { try expectExactRows(world, seed: $0) }
    // Some of the streams ask for nothing.
    #expect(requests.reduce(0, +) >= 300)
  }

  /// The number of requests.
  private func expectExactRows(_ world: World, seed: UInt64) throws -> Int {
    var random = SplitMix64(seed: seed)
    let stream = Stream(partitions: 3, hours: 24, &random)
    var scene = Scene(world, partitions: 3, trust: .producers)
    scene.know(3)
    var positions = [0, 0, 0]
    var requests: [RetrainRequest] = []
    while let partition = positions.indices.filter({ positions[$0] < stream.lines[$0].count })
      .randomElement(using: &random)
    {
      let isSilent = Int.random(in: 0..<8, using: &random) == 0
      let lines = stream.lines[partition][positions[partition]...]
        .prefix(isSilent ? 0 : Int.random(in: 1...30, using: &random))
      positions[partition] += lines.count
      let delta = isSilent ? scene.silence(partition) : scene.delta(Array(lines), partition)
      for case .retrain(let request) in scene.outcomes(of: delta) { requests.append(request) }
    }
    for request in requests {
      let read = try read(request, world, stream.lines)
      #expect(UInt64(read.reduce(0) { $0 + $1.count }) == request.selection.rows, "seed \(seed)")
    }
    return requests.count
  }

  @Test func aRunOfRecordsThatCameTooLateIsNamed() throws {
    let world = try Hourly.world(
      lateness: "30m",
      rules: """
        version: 1
        rules: [{ name: Low, expect: mean(x) < 50, for: 1 of 3 windows }]
        triggers: [{ name: Again, when: firing(Low), cooldown: 2h }]
        """
    )
    var scene = Scene(world, partitions: 2)
    scene.know(2)
    var requests: [RetrainRequest] = []
    var lines: [[String]] = [[], []]
    func fold(_ hours: Double..., partition: Int = 0) {
      let events = hours.map { Hourly.event($0, value: 90) }
      lines[partition] += events
      let delta = events.isEmpty ? scene.silence(partition) : scene.delta(events, partition)
      for case .retrain(let request) in scene.outcomes(of: delta) { requests.append(request) }
    }
    fold(0.1, 0.2, partition: 1)
    fold(partition: 1)
    fold(0.5, 1.6)
    // The hour 0 is closed: one record of it comes too late, between two that count.
    fold(1.1, 0.7, 1.2, partition: 1)
    fold(partition: 1)
    fold(2.6)
    fold(3.6)
    let request = try #require(requests.last)
    let pane = world.plan.panes.pane(at: request.spans[0].start)
    #expect(
      request.selection.late == [
        LateRun(topic: 0, partition: 1, start: 3, end: 5, panes: pane...pane)
      ]
    )
    #expect(request.selection.rows == 7)
    #expect(try read(request, world, lines) == [[0, 1, 2], [0, 1, 2, 4]])
  }
}
