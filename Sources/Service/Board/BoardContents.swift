internal import Foundation
internal import Monitoring
internal import Records
internal import Reference
internal import Rules
internal import Windowing

/// What is known of a running monitor: a value that whoever shows it reads in peace.
struct BoardContents: Sendable {
  /// An alert's record.
  struct AlertChange: Sendable {
    let notice: AlertNotice
    /// Of the CloudEvent, whole.
    var json: [UInt8] { notice.json }
  }

  /// A request to train.
  struct Request: Sendable {
    let id: String
    let trigger: String
    let time: Timestamp
    /// Of the CloudEvent, whole.
    let json: [UInt8]
  }

  /// What a process does in its two groups.
  struct Phase: Sendable {
    /// Partitions of the source that it reads; nil before the group has said which.
    var partitions: Int?
    /// Whether it evaluates; nil before the group has said so.
    var isEvaluating: Bool?
    var isStopping = false
    /// How often the group has said who evaluates.
    var rounds = 0

    /// Whether it has what it works on: partitions, and the state or the word that another process
    /// has it.
    var isReady: Bool { !isStopping && partitions != nil && isEvaluating != nil }
  }

  let monitor: String
  let started: Timestamp
  /// The last version that judged anything.
  var plan: Plan
  var versionName: String
  var phase = Phase()
  var metrics = RunMetrics()
  var standing = Standing()
  var tally: RunSummary.Totals?
  var windowsWritten: UInt64?
  var watermark: Timestamp?
  var closedThrough: Timestamp?
  /// Records of all records of a window.
  private(set) var windows: BoardShelf<BoardWindow>
  /// Those of segments.
  private(set) var segments: BoardShelf<BoardWindow>
  private(set) var distributions: BoardShelf<WindowDistributions>
  private(set) var alerts: BoardShelf<AlertChange>
  private(set) var requests: BoardShelf<Request>
  /// What is on the shelves: records may come from the topics and from here.
  private var known: Set<String> = []
  /// Why something that was written before is not shown; nil where nothing is known to be missing.
  var lacks: String?
  /// Answers of the HTTP server by status.
  var answers: [Int: UInt64] = [:]
  /// How full the mailbox of the process is, from 0 to 1.
  var mailboxFill = 0.0
  /// Records that were left out, as they came faster than they were read.
  var omitted = 0
  /// Windows whose distributions were left out for the same reason.
  var omittedDistributions = 0

  /// What is kept at most of each kind.
  struct Limits: Sendable {
    var windowBytes = 32 << 20
    var windows = 20_000
    var distributionBytes = 32 << 20
    /// Of what was written and is not read yet.
    var inboxBytes = 64 << 20
    var alertBytes = 16 << 20
    var alerts = 5_000
    var requests = 500
    var requestBytes = 8 << 20
  }

  init(plan: Plan, references: References, started: Timestamp, limits: Limits) {
    monitor = plan.monitor
    self.started = started
    self.plan = plan
    versionName = MonitorVersion.name(of: plan, references)
    windows = BoardShelf(
      bytes: limits.windowBytes,
      count: limits.windows,
      weigh: \.weight,
      isBefore: BoardWindow.isBefore
    )
    segments = windows
    distributions = BoardShelf(
      bytes: limits.distributionBytes,
      count: limits.windows,
      weigh: \.weight
    ) { $0.key.end < $1.key.end }
    alerts = BoardShelf(
      bytes: limits.alertBytes,
      count: limits.alerts,
      weigh: { $0.json.count + 1_000 }
    ) { $0.notice.windowEnd < $1.notice.windowEnd }
    requests = BoardShelf(
      bytes: limits.requestBytes,
      count: limits.requests,
      weigh: { $0.json.count + 200 }
    ) { $0.time < $1.time }
  }

  /// Forgets what only the process knows that evaluates: from now on another one does.
  mutating func forgetEvaluation() {
    standing = Standing()
    (tally, windowsWritten, watermark, closedThrough) = (nil, nil, nil, nil)
  }

  mutating func put(_ window: BoardWindow) {
    guard known.insert(window.id).inserted else { return }
    if window.segment == Plan.allRecords { windows.put(window) } else { segments.put(window) }
    forgetNames()
  }

  mutating func put(_ distribution: WindowDistributions) { distributions.put(distribution) }

  mutating func put(_ alert: AlertChange) {
    guard known.insert(alert.notice.id).inserted else { return }
    alerts.put(alert)
    forgetNames()
  }

  mutating func put(_ request: Request) {
    guard known.insert(request.id).inserted else { return }
    requests.put(request)
    forgetNames()
  }

  /// Names of what is on no shelf any more are forgotten, now and then.
  private mutating func forgetNames() {
    let shown =
      windows.things.count + segments.things.count + alerts.things.count + requests.things.count
    guard known.count > 2 * shown + 1_000 else { return }
    known = Set(windows.things.map(\.id) + segments.things.map(\.id))
      .union(alerts.things.map(\.notice.id)).union(requests.things.map(\.id))
  }
}
