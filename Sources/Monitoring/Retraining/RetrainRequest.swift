public import Records
public import Windowing

/// Why a training is asked for.
public enum RetrainReason: Equatable, Sendable {
  /// The trigger's condition holds.
  case drift
  /// So much time has passed without a request.
  case schedule
  /// Somebody asked by the control topic.
  case asked(TrainingAsk)

  /// As events have it.
  public var name: String {
    switch self {
    case .drift: "drift"
    case .schedule: "schedule"
    case .asked: "asked"
    }
  }

  /// What was asked; nil where nobody did.
  var ask: TrainingAsk? { if case .asked(let ask) = self { ask } else { nil } }
}

/// A request to train the model anew, on records that are named.
public struct RetrainRequest: Sendable {
  /// Position of the trigger in the plan.
  public let trigger: Int
  /// Why it is made.
  public let reason: RetrainReason
  /// The window after which it was due.
  public let window: Window
  /// Start of the first window to train on.
  public let start: Timestamp
  /// The windows to train on, where they touch as one span.
  public let spans: [Window]
  /// Model version of the alerts; nil where there is none.
  public let version: ModelVersion?
  /// The alerts that caused it, most effect first.
  public let alerts: [AlertTransition]
  /// The records to train on.
  public let selection: TrainingSelection
  /// What keeps it from being one; nil where nothing does.
  public internal(set) var silence: Silence?
}

/// A request that was due, and was not made.
public struct RetrainRefusal: Sendable {
  /// What stands against it.
  public enum Kind: String, CaseIterable, Sendable {
    /// Another request waits for its completion, or for its verdict before a drift is due.
    case inFlight = "in_flight"
    /// The last request is too young.
    case cooldown
    /// There were as many as may be.
    case atMost = "at_most"
    /// There is too little to train on.
    case minRecords = "min_records"
  }

  /// Position of the trigger in the plan.
  public let trigger: Int
  /// Why it was due.
  public let reason: RetrainReason
  /// What stands against it.
  public let kind: Kind
  /// The window after which it was due.
  public let window: Window
  /// When that is over at the latest; nil where nobody knows.
  public var until: Timestamp?
  /// The request in flight.
  public var request: String?
  /// Records that there were to train on, where they are too few.
  public var rows: UInt64?
}

/// A request that nobody has answered in time.
public struct RetrainExpiry: Sendable {
  /// Position of the trigger in the plan.
  public let trigger: Int
  /// Id of the request's event.
  public let request: String
  /// End of the window after which it was made.
  public let made: Timestamp
  /// The window with which its time was over.
  public let window: Window
}

/// What a new reference has made of the alerts that a request was made for.
public struct RetrainVerdict: Sendable {
  /// What became of them.
  public enum Kind: String, Sendable {
    /// None of them is left.
    case resolved
    /// One of them fires under the new reference.
    case persists
    /// The windows were too few, or had too few records, to tell.
    case undecided
  }

  /// Position of the trigger in the plan.
  public let trigger: Int
  /// Id of the request's event.
  public let request: String
  /// What became of the alerts.
  public let kind: Kind
  /// The last window judged.
  public let window: Window
  /// Start of the first window under the new reference.
  public let start: Timestamp
  /// Windows judged.
  public let windows: Int
  /// Model version of the new reference; nil where there is none.
  public let version: ModelVersion?
  /// The alerts that are not over.
  public let unresolved: [AlertSubject]
}
