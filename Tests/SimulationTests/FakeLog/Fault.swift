/// One call of one client, as the broker asks about it before it happens.
struct Call: Hashable, Sendable {
  /// The calls of a `StageLog`.
  enum Operation: String, CaseIterable, Sendable {
    case partitionCounts, committed, watermarks, offsets, poll, assign, unassign, scan
    case begin, produce, send, commit, abort, renewProducer
  }

  /// The client's number, in the order in which clients were made.
  var client: Int
  var operation: Operation
  /// How many calls this client made before, of all kinds.
  var ordinal: Int
}

/// What goes wrong with a call: what becomes of the request, and what the client is told.
struct Fault: Hashable, Sendable {
  /// What becomes of the request.
  enum Request: Hashable, Sendable {
    /// It never arrives.
    case dropped
    /// It does what it should.
    case applied
    /// It arrives after this time: a commit or an abort, or the plain commit of a client that
    /// delivers at least once; other requests are dropped.
    ///
    /// With `tears`, it then hits whatever transaction of the same epoch is open by then; without,
    /// only the one it was meant for.
    case late(Duration, tears: Bool)
    /// The coordinator decides at once, but its markers take this time: a commit or an abort;
    /// other requests are applied.
    case decided(Duration)

    var isLate: Bool { if case .late = self { true } else { false } }
  }

  /// What the client is told.
  enum Answer: Hashable, Sendable {
    /// That it was done; if it was not even decided, nothing.
    case success
    /// Nothing: the same call may be made again.
    case timeout
    /// That the same call may be made again.
    case retriable
    /// That the transaction has to be aborted.
    case requiresAbort
    /// That it may not do this, so that the transaction has to be aborted.
    case unauthorized
    /// That the producer is of no use any more.
    case fatal
    /// Nothing, since its process was killed.
    case crash
    /// That there is no connection, and so for this time.
    case disconnect(Duration)
  }

  var request: Request
  var answer: Answer

  init(_ request: Request, _ answer: Answer) {
    self.request = request
    self.answer = answer
  }

  /// Killed before anything happened.
  static let crashBefore = Fault(.dropped, .crash)
  /// Killed when all was done but not known.
  static let crashAfter = Fault(.applied, .crash)
  /// Nothing happened; the same call again may succeed.
  static let retriable = Fault(.dropped, .retriable)
  /// In doubt, and not done.
  static let requestLost = Fault(.dropped, .timeout)
  /// In doubt, and done.
  static let answerLost = Fault(.applied, .timeout)
  /// Refused, so that the transaction has to be aborted.
  static let requiresAbort = Fault(.dropped, .requiresAbort)
  /// Refused, and so will the same call be until somebody changes something.
  static let unauthorized = Fault(.dropped, .unauthorized)
  /// Refused for good: only a new producer helps.
  static let fatal = Fault(.dropped, .fatal)

  /// In doubt, and done later.
  static func late(by delay: Duration) -> Fault {
    Fault(.late(delay, tears: false), .timeout)
  }

  /// In doubt, and done later: to a later transaction, if the client went on in the same epoch.
  static func torn(after delay: Duration) -> Fault {
    Fault(.late(delay, tears: true), .timeout)
  }

  /// The coordinator's decision is known before anybody can see it.
  static func markersLate(by delay: Duration) -> Fault {
    Fault(.decided(delay), .success)
  }

  /// No connection from before this call on.
  static func disconnected(for time: Duration) -> Fault {
    Fault(.dropped, .disconnect(time))
  }
}
