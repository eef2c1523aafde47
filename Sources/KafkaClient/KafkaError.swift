/// Why something that was asked of Kafka was not done.
///
/// Messages name addresses, topics and settings; they never hold a record's bytes or a secret.
public struct KafkaError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is; callers compare it with the members below.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The kind as one lower-case word or two.
    public let description: String

    init(_ description: String) { self.description = description }

    /// No broker answers at the addresses given.
    public static let brokerUnreachable = Code("broker unreachable")
    /// A broker answers but does not let us in: credentials, certificates.
    public static let authentication = Code("authentication")
    /// The broker lets us in but not do this.
    public static let unauthorized = Code("unauthorized")
    /// The topic or the partition does not exist.
    public static let unknownTopic = Code("unknown topic")
    /// Another process of the same name has taken over; this one must stop.
    public static let fenced = Code("fenced")
    /// The group has moved on without this member; its commit does not count.
    public static let staleMember = Code("stale member")
    /// The offset asked for is no longer, or not yet, in the partition.
    public static let offsetOutOfRange = Code("offset out of range")
    /// There was no answer in time: what was asked may still happen.
    public static let timedOut = Code("timed out")
    /// The producer holds as many records as it may, and none left in time.
    public static let queueFull = Code("queue full")
    /// Records were given up: the broker refused them, or did not take them in time.
    public static let notDelivered = Code("not delivered")
    /// A record or an offset's metadata is larger than the broker takes.
    public static let tooLarge = Code("too large")
    /// A setting has an unknown name or a value that librdkafka refuses.
    public static let badSetting = Code("bad setting")
    /// A setting that users may not change; the message says why.
    public static let deniedSetting = Code("denied setting")
    /// The broker does not know this request.
    public static let unsupported = Code("unsupported")
    /// Anything else; `reason` has librdkafka's name for it.
    public static let other = Code("other")
  }

  /// Kind of trouble.
  public var code: Code
  /// One sentence that says what was tried and what went wrong.
  public var message: String
  /// Librdkafka's name of the error such as `NOT_COORDINATOR`; empty for errors of our own.
  public var reason: String
  /// Whether the same call may succeed a little later.
  public var isRetriable: Bool
  /// Whether the handle it came from is of no further use and has to be made anew.
  public var isFatal: Bool
  /// Whether the open transaction cannot be committed any more: abort it, and begin anew.
  public var requiresAbort: Bool

  /// An error of a kind, with its message.
  public init(
    _ code: Code,
    _ message: String,
    reason: String = "",
    isRetriable: Bool = false,
    isFatal: Bool = false,
    requiresAbort: Bool = false
  ) {
    self.code = code
    self.message = message
    self.reason = reason
    self.isRetriable = isRetriable
    self.isFatal = isFatal
    self.requiresAbort = requiresAbort
  }

  /// The message.
  public var description: String { message }
}
