public import Records

/// A file of tests as written: rules, a stream to try them on, and what they shall say when.
///
/// Values that could not be read are nil or their defaults; the diagnostics that come with the file
/// say so.
public struct TestFile: Sendable {
  /// The file as the caller named it.
  public var file: String
  /// The rules under test, and how they are judged.
  public var subject: Subject?
  /// What is usual: every test's stream is this but for its phases.
  public var stream: TestStream?
  /// What windows are compared with; nil with a monitor's file, which has its own.
  public var reference: TestReference?
  /// The tests, in their order.
  public var tests: [RuleTest] = []

  /// What is tested.
  public enum Subject: Sendable {
    /// Rule files, relative to this one, under a monitor whose settings stand in this file.
    case rules([Located<String>], MonitorFile)
    /// A monitor's file with its rules and its reference, relative to this file.
    case monitor(Located<String>)
  }

  init(file: String) { self.file = file }
}

/// Where the reference of a test file comes from.
public struct TestReference: Sendable {
  /// Where it comes from.
  public enum Origin: Sendable {
    /// A profile, relative to the test file.
    case profile
    /// Rows that are learned, relative to the test file.
    case rows
    /// The stream, for so long before it starts.
    case stream(Duration)
  }

  /// Where it comes from.
  public var origin: Origin
  /// The path, or the length of the stream as written.
  public var place: Located<String>
  /// Length of the windows that `natural` is learned from.
  public var window: Duration?
  /// What its values are drawn from.
  public var seed: UInt64?
}

/// A stream of events to make.
public struct TestStream: Sendable {
  /// The time of the first event, and the beginning of what tests count time from.
  public var start = standardStart
  /// How it goes, and how events look.
  public var flow = Flow()
  /// The fields of an event, in their order.
  public var record: [FieldGenerator] = []

  /// 2024-01-01T00:00:00Z, a Monday.
  public static let standardStart = Timestamp(microseconds: 1_704_067_200_000_000)

  /// How often events come, and in what state.
  public struct Flow: Sendable {
    /// How often they come.
    public var pace: Pace?
    /// How much later than its own time an event comes, in seconds.
    public var delay: ValueGenerator?
    /// The share of events that come twice.
    public var duplicates: Double?
  }

  /// How often events come.
  public enum Pace: Equatable, Sendable {
    /// One after each such time.
    case every(Duration)
    /// Not at all.
    case silent
  }

  /// A field and how its values are made.
  public struct FieldGenerator: Sendable {
    /// Where the field stands.
    public var path: Located<String>
    /// How its values are made.
    public var generator: ValueGenerator
  }
}

/// A stretch of a test's stream that is not as usual.
public struct TestPhase: Sendable {
  /// When it begins, from the start.
  public var from: Located<Duration>
  /// When it ends; nil for never.
  public var to: Duration?
  /// The values that an event must have to be changed.
  public var conditions: [(path: Located<String>, value: String)] = []
  /// How the stream goes.
  public var flow = TestStream.Flow()
  /// Fields that are other than usual.
  public var record: [TestStream.FieldGenerator] = []
}

/// One test.
public struct RuleTest: Sendable {
  /// What it shows.
  public var name: Located<String>
  /// What its values are drawn from; nil for the name.
  public var seed: UInt64?
  /// What time is counted from; nil for the stream's start.
  public var start: Timestamp?
  /// In their order: later ones change what earlier ones made.
  public var phases: [TestPhase] = []
  /// A file of events in place of a stream that is made, relative to the test file.
  public var fixture: Located<String>?
  /// What is said to triggers meanwhile, by increasing time.
  public var control: [TestControl] = []
  /// By increasing time.
  public var expectations: [TestExpectation] = []
}

/// What somebody says to a trigger while a test runs, as by the control topic.
public struct TestControl: Sendable {
  /// What is said.
  public enum Content: Sendable {
    /// Somebody asks for training, for a reason.
    case asked(String)
    /// The training of the trigger's last request has ended, with a new model or without.
    case completed(Bool)
  }

  /// When, from the start.
  public var time: Located<Duration>
  /// The trigger.
  public var trigger: Located<String>
  /// What is said.
  public var content: Content
}

/// What shall be so at a time.
public struct TestExpectation: Sendable {
  /// The time, from the start.
  public var time: Located<Duration>
  /// Whether it shall have been so ever since the expectation before, or the start.
  public var isThroughout: Bool
  /// All alerts that are pending or firing, with what is expected of each; nil for whichever.
  public var alerts: [ExpectedAlert]?
  /// All requests to train since the expectation before; nil for whichever.
  public var triggers: [ExpectedTrigger]?
  /// All that was said of training since the expectation before; nil for whatever.
  public var training: [ExpectedTraining]?
}

/// An alert that shall stand.
public struct ExpectedAlert: Sendable {
  /// Members of the alert's record that can be expected.
  public enum Key: String, Sendable, CaseIterable {
    /// The rule broken.
    case rule
    /// The field, of a rule that judges fields one by one.
    case field
    /// The segment judged.
    case segment
    /// The model version judged.
    case modelVersion = "model_version"
    /// `pending` or `firing`.
    case state
    /// How bad it is.
    case severity
    /// What was measured.
    case statistic
    /// The alert's text.
    case summary
    /// Where to read what to do.
    case runbook
  }

  /// Where it stands in the file.
  public var position: Position
  /// What is expected, by the keys that were written.
  public var values: [Key: Located<String>]
}

/// An event of training that shall have been written.
public struct ExpectedTraining: Sendable {
  /// What the event is.
  public enum Event: String, Sendable, CaseIterable {
    /// A request.
    case request
    /// One that was due and not made.
    case refused
    /// One that nobody answered in time.
    case expired
  }

  /// The trigger.
  public var trigger: Located<String>
  /// What the event is.
  public var event: Event
  /// Why a request was due; nil for whatever.
  public var reason: String?
  /// What stood against it; nil for whatever.
  public var refusal: String?
}

/// A request to train that shall have been made.
public struct ExpectedTrigger: Sendable {
  /// The trigger.
  public var name: Located<String>
  /// The fields that moved, most effect first; nil for whichever.
  public var fields: [Located<String>]?
}
