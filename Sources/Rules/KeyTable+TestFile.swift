extension KeyTable {
  /// A file of tests.
  static let testFile = KeyTable(
    "a test file",
    [
      .required("version", .version, "Version of the format."),
      .optional("rules", .list(.text), "The rule files under test, beside this file.", ["a.yaml"]),
      .required("monitor", .either([.text, .mapping(testMonitor)]), monitorText),
      .optional("stream", .mapping(stream), "The events as they usually are."),
      .optional("reference", .either([.text, .mapping(testReference)]), referenceText),
      .required("tests", .list(.mapping(test), atLeast: 1), "What shall be said when."),
    ]
  )

  private static let monitorText = """
    Settings as in a monitor's file, or the path of one, which has its own rules and reference.
    """

  private static let referenceText = """
    What windows are compared with: a profile, or what it is learned from.
    """

  /// The settings of a monitor that mean something in a test.
  static let testMonitor = KeyTable(
    "a test's monitor",
    KeyTable.monitor.keys.filter { !strangers.contains($0.name) }
  )

  private static let strangers = [
    "version", "monitor", "source", "reference", "references", "rules", "output", "delivery",
  ]

  /// `reference` as a mapping.
  static let testReference = KeyTable(
    "'reference'",
    [
      .optional("during", .duration, "Learned from the stream, so long before it starts.", "14d"),
      .optional("rows", .text, "Learned from a file of rows, beside this file.", "january.csv"),
      .optional("window", .duration, "Length of the windows `natural` is learned from.", "1d"),
      .optional("seed", .count(from: 0, to: nil), "What values are drawn from."),
    ],
    alternatives: ["during", "rows"]
  )

  private static let flow: [Key] = [
    .optional("every", .either([.duration, .choice(["off"])]), everyText, "30s", "off"),
    .optional("delay", .text, delayText, "10m", "uniform(0s, 10m)"),
    .optional("duplicates", .scalar, "The share of events that come twice.", "10%"),
    .optional("record", .definition(.record), recordText, ["price": "normal(40, 8)"]),
  ]

  private static let everyText = "Time between two events, or off for none."
  private static let delayText = """
    How much later than its own time an event comes: a duration, or a generator of some.
    """
  private static let recordText = "A value or a generator for each field of an event."

  private static let instant = Shape.pattern(SchemaPattern.time)

  /// `stream`.
  static let stream = KeyTable(
    "'stream'",
    [.optional("start", instant, "What tests count time from; 2024-01-01T00:00:00Z if left out.")]
      + flow.map { key in
        var key = key
        key.isRequired = ["every", "record"].contains(key.name)
        return key
      }
  )

  /// One of `phases`.
  static let phase = KeyTable(
    "a phase",
    [
      .required("from", .duration, "When it begins, from the start.", "3d"),
      .optional("to", .duration, "When it ends; never if left out.", "4d"),
      .optional("where", conditions, "Only events with these values.", ["producer": "p3"]),
    ] + flow
  )

  private static let conditions = Shape.dictionary(keys: "^.+$", .scalar)

  /// A test.
  static let test = KeyTable(
    "a test",
    [
      .required("name", .text, "What it shows; unique in the file."),
      .optional("seed", .count(from: 0, to: nil), "What values are drawn from; else the name."),
      .optional("start", instant, "What its times count from, with a fixture."),
      .optional("phases", .list(.mapping(phase)), "Stretches in which the stream is not as usual."),
      .optional("fixture", .text, "A file of events in place of the stream.", "incident.ndjson"),
      .optional("control", .list(.mapping(testControl)), "What is said to triggers meanwhile."),
      .required("expect", .list(.mapping(expectation), atLeast: 1), "What shall be so when."),
    ]
  )

  /// One of `control`.
  static let testControl = KeyTable(
    "what is said to a trigger",
    [
      .required("at", .duration, "When, from the start.", "4d"),
      .optional("asked", .text, "Somebody asks this trigger for training.", "RetrainOnDrift"),
      .optional("reason", .text, "Why somebody asks."),
      .optional("completed", .text, "This trigger's last request is answered.", "RetrainOnDrift"),
      .optional("status", .choice(TestControl.statuses), "succeeded if left out."),
    ],
    alternatives: ["asked", "completed"]
  )

  /// One of `expect`.
  static let expectation = KeyTable(
    "an expectation",
    [
      .optional("at", .duration, "It shall be so at this time from the start.", "4d"),
      .optional("until", .duration, "And ever since the expectation before, or the start.", "4d"),
      .optional("alerts", .list(.mapping(expectedAlert)), alertsText),
      .optional("triggers", .list(.either([.text, .mapping(expectedTrigger)])), triggersText),
      .optional("training", .list(.mapping(expectedTraining)), trainingText),
    ],
    alternatives: ["at", "until"]
  )

  private static let alertsText = """
    All alerts that are pending or firing, and no others; an empty list is silence.
    """
  private static let trainingText = """
    All that was said of training since the expectation before: requests, refusals, expired ones.
    """
  private static let triggersText = "All requests to train since the expectation before."

  /// An alert that shall stand.
  static let expectedAlert = KeyTable(
    "an expected alert",
    ExpectedAlert.Key.allCases.map { key in
      let shape = key == .state ? Shape.choice(ExpectedAlert.states) : .scalar
      return key == .rule
        ? .required(key.rawValue, shape, key.explanation)
        : .optional(key.rawValue, shape, key.explanation)
    }
  )

  /// A request to train that shall have been made.
  static let expectedTrigger = KeyTable(
    "an expected trigger",
    [
      .required("trigger", .text, "The trigger's name.", "RetrainOnDrift"),
      .optional("fields", .list(.text), "The fields that moved, most effect first.", ["age"]),
    ]
  )
}

extension KeyTable {
  /// An event of training that shall have been written.
  static let expectedTraining = KeyTable(
    "an expected event of training",
    [
      .required("trigger", .text, "The trigger's name.", "RetrainOnDrift"),
      .optional("event", .names(of: ExpectedTraining.Event.self), "request if left out."),
      .optional("reason", .choice(ExpectedTraining.reasons), "Why it was due."),
      .optional("refusal", .choice(ExpectedTraining.refusals), "What stood against it."),
    ]
  )
}

extension ExpectedAlert {
  /// What an alert that stands can be.
  static let states = ["pending", "firing"]
}

extension TestControl {
  /// How a training can end.
  static let statuses = ["succeeded", "failed"]
}

extension ExpectedTraining {
  /// Why a request can be due.
  static let reasons = ["drift", "schedule", "asked"]
  /// What can stand against one.
  static let refusals = ["in_flight", "cooldown", "at_most", "min_records"]
}

extension ExpectedAlert.Key {
  fileprivate var explanation: String {
    switch self {
    case .rule: "The rule that is broken."
    case .field: "The field; needed where the rule judges fields one by one."
    case .segment: "The segment judged; all if left out."
    case .modelVersion: "The model version judged."
    case .state: "Whether it fires already; firing if left out."
    case .severity: "How bad it shall be."
    case .statistic: "What shall have been measured."
    case .summary: "The text of the alert."
    case .runbook: "Where it sends its reader."
    }
  }
}
