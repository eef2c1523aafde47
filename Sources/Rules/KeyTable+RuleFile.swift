extension KeyTable {
  /// A rule file.
  static let ruleFile = KeyTable(
    "a rule file",
    [
      .required("version", .version, "Version of the format."),
      .optional("budget", .pattern(SchemaPattern.budget), budgetText, "1 per 30d", "2 per 7d"),
      .optional("window", .window, "Windows of the rules that have none of their own.", "1h"),
      .optional("rules", .list(.mapping(rule)), "What shall hold."),
      .optional("triggers", .list(.mapping(trigger)), "When to ask for training."),
    ]
  )

  private static let budgetText = """
    How many false alarms the lower bounds of this file (drift, excess_drift and the changes) may \
    cause together, in so much time. Plain statistics are outside it.
    """

  /// A rule.
  static let rule = KeyTable(
    "a rule",
    [
      .required(
        "name",
        .identifier,
        "What alerts are called; unique in a monitor.",
        "AmountStable"
      ),
      .optional("each", each, eachText, "features", ["amount", "country"], "price_*"),
      .optional("by", .text, byText, "country"),
      .optional(
        "expect",
        .condition,
        "What shall hold; the alert is of what does not.",
        "psi < 0.2"
      ),
      .optional(
        "when",
        .condition,
        "Instead of expect: what shall not hold; the alert is of what does.",
        "psi >= 0.2"
      ),
      .optional("for", .pattern(SchemaPattern.hold), holdText, "10m", "2 of 3 windows"),
      .optional("clear", .condition, clearText, "psi < 0.1"),
      .optional("keep_firing_for", .duration, keepText, "1h"),
      .optional("cooldown", .duration, cooldownText, "1d"),
      .optional("repeat", .duration, "How often a firing alert is said again.", "4h"),
      .optional("undecided", .names(of: UndecidedWindow.self), undecidedText)
        .defaulting(to: "ignore"),
      .optional("severity", .names(of: Severity.self), "How bad an alert of it is.").defaulting(
        to: "warning"
      ),
      .optional("summary", .template, "The alert's text.", "{field} moved by {value}."),
      .optional("runbook", .template, "Where to read what to do.", "https://wiki/drift"),
      .optional("labels", labels, "Further labels of the alert.", ["team": "checkout"]),
      .optional("window", .window, "Windows of this rule alone.", "5m"),
      .optional("min_records", .count(from: 0, to: nil), minRecordsText, 500).defaulting(to: 0),
    ],
    alternatives: ["expect", "when"]
  )

  private static let each = Shape.either([.text, .list(.text, atLeast: 1)])

  private static let eachText = """
    Judges each of these fields by itself, and the condition names none: \
    \(FieldGroup.allCases.map(\.rawValue).joined(separator: ", ")), a list of fields, or a pattern \
    with *.
    """

  private static let holdText = """
    How long it must fail before the alert fires: a time, or so many of the last windows.
    """

  private static let byText = """
    One of the monitor's segments: the rule is judged for each of its values by itself.
    """

  private static let clearText = """
    What must hold, too, for a firing alert to end: a level of its own, so that a value at the \
    threshold does not make it come and go.
    """

  private static let keepText = """
    How long nothing must have failed before a firing alert ends.
    """

  private static let cooldownText = """
    How long after its end the alert does not fire again; it is pending meanwhile.
    """

  private static let undecidedText = """
    What becomes of a window with too few records to judge: ignore it, or count it as one that \
    failed (alert).
    """

  private static let minRecordsText = """
    With fewer records in a window (or values, for what is measured of values), the rule is \
    undecided.
    """

  private static let labels = Shape.dictionary(keys: "^[A-Za-z_][A-Za-z0-9_]{0,127}$", .scalar)

  /// A trigger.
  static let trigger = KeyTable(
    "a trigger",
    [
      .required("name", .identifier, "What requests are called; unique in a monitor.", "Retrain"),
      .optional("when", .firing, whenText, "firing(A) >= 10% of features"),
      .optional("every", .duration, everyText, "30d"),
      .optional("settle", .pattern(SchemaPattern.windows), settleText, "2 windows"),
      .optional("cooldown", .duration, "How long to be quiet after a request.", "28d"),
      .optional("at_most", .pattern(SchemaPattern.requests), atMostText, "2 per 30d"),
      .optional("answer_within", .duration, answerText, "2d"),
      .optional("min_records", .count(from: 0, to: nil), "Records to train on at least.", 5000)
        .defaulting(to: 0),
      .optional("dry_run", .flag, "Whether to only say what would be asked.")
        .defaulting(to: false),
    ],
    atLeastOne: ["when", "every"]
  )

  private static let whenText = "Which alerts must fire; this, 'every' or both must be there."

  private static let everyText = """
    Asks when so much event time has passed since the last request, or the first window.
    """

  private static let atMostText = "How many requests in so much event time."

  private static let answerText = """
    The lock: while a request waits for its completion, and so long at most, there is no other.
    """

  private static let settleText = """
    How many windows the condition must have held, so that nothing is trained in mid-transition.
    """
}
