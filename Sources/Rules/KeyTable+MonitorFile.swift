internal import Records

extension KeyTable {
  /// A monitor's file.
  static let monitor = KeyTable(
    "a monitor's file",
    [
      .required("version", .version, "Version of the format."),
      .required("monitor", .topicName, "The monitor's name: part of its topics' names.", "orders"),
      .required("source", .mapping(source), "The stream: what is read."),
      .required("fields", .mapping(fields), "What the fields of an event are for."),
      .optional("segments", .list(.text), segmentsText, ["carrier", "origin"]),
      .required(
        "reference",
        .text,
        "Profile of what is normal, beside this file.",
        "reference.json"
      ),
      .optional("references", references, "Profiles of single model versions.", ["2": "two.json"]),
      .required("window", .window, "Which records are judged together.", "1d"),
      .optional("lateness", .duration, latenessText, "10m").defaulting(to: "0s"),
      .optional("idle_after", .either([.duration, .choice(["off"])]), idleText, "30s", "off")
        .defaulting(to: "60s"),
      .optional("max_future", .duration, "How far ahead of the broker an event may be.", "1m")
        .defaulting(to: "5m"),
      .optional("rules", .list(.text), "Rule files, beside this file.", ["rules/drift.yaml"]),
      .optional("output", .mapping(output), "What is written where."),
      .optional("delivery", .names(of: Delivery.self), deliveryText).defaulting(to: "exactly_once"),
    ]
  )

  private static let references = Shape.dictionary(
    keys: "^(?!__other__$).+$",
    .text,
    atMost: NodeReader.ownReferenceLimit
  )

  private static let latenessText = "How long behind its end a window takes records."

  private static let segmentsText = """
    Categorical fields of the reference: each of their values is counted by itself, all others as \
    one, and rules may judge each with 'by'.
    """

  private static let idleText = """
    When a partition that brings nothing no longer holds windows open; off for never.
    """

  private static let deliveryText = """
    exactly_once loses and doubles nothing, by Kafka's transactions; at_least_once is for brokers \
    without them, and may write the same again after a crash.
    """

  /// `source`.
  static let source = KeyTable(
    "'source'",
    [
      .required("topics", .list(.text, atLeast: 1), "The topics to read.", ["shop.orders"]),
      .optional("format", .names(of: EventFormat.self), "How events are written.")
        .defaulting(to: "json"),
      .optional("start", start, "Where to begin, before anything is committed.", "latest")
        .defaulting(to: "earliest"),
      .optional("where", conditions, "Only events with these values.", ["kind": "scored"]),
    ]
  )

  private static let start = Shape.either([
    .choice(["earliest", "latest"]), .pattern(SchemaPattern.time),
  ])

  private static let conditions = Shape.dictionary(keys: "^.+$", .scalar)

  /// `fields`.
  static let fields = KeyTable(
    "'fields'",
    [
      .required("time", .either([.path, .mapping(time)]), timeText, "created_at", "$timestamp"),
      .optional("id", .path, "What tells events apart, for `duplicates`.", "order_id"),
      .optional("prediction", .oneOrMore(.path), "What the model says.", "score"),
      .optional("model_version", .path, "The model's version; each is judged apart.", "model"),
      .optional("ignore", .oneOrMore(.path), "Fields that are not judged.", ["debug"]),
    ]
  )

  private static let timeText = """
    The event's time: RFC 3339, or a number since 1970 whose unit is known from the reference or \
    found out. Of the years 101 to 9899.
    """

  /// `time` as a mapping.
  static let time = KeyTable(
    "'time'",
    [
      .required("field", .path, "Where the time stands.", "created_at"),
      .optional("unit", .names(of: TimeUnit.self), "How it is written."),
    ]
  )

  /// `output`.
  static let output = KeyTable(
    "'output'",
    [
      .optional("prefix", .topicName, "First part of the names of the topics written.", "team-a")
        .defaulting(to: "leeway")
    ]
  )

  /// `window` as a mapping.
  static let window = KeyTable(
    "'window'",
    [
      .required("size", .duration, "How long a window is.", "6h"),
      .optional("every", .duration, "Distance between two starts, for windows that overlap.", "1h"),
      .optional("align", .duration, "When the first one begins, after midnight UTC.", "5h")
        .defaulting(to: "0s"),
      .optional(
        "min_records",
        .count(from: 1, to: Int(NodeReader.minRecordsLimit)),
        waitingText,
        500
      ),
      .optional("at_most", .duration, "How long it waits for them, a multiple of size.", "24h"),
    ]
  )

  private static let waitingText = """
    Windows grow by their size until they hold so many records; then they do not overlap.
    """
}
