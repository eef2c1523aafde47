/// The librdkafka properties that users may not set, each with the reason.
enum DeniedSettings {
  /// Why this property is refused; nil if it is not.
  static func reason(against property: KafkaSettings.Property) -> String? {
    let key = withoutTopicPrefix(property.key)
    if let reason = reasons[key] { return reason }
    if key.hasPrefix("test.mock.") { return "it replaces the brokers by a mock cluster" }
    if key.hasPrefix("offset.store.") { return owned }
    if key == "debug" { return reason(againstDebug: property.value) }
    return nil
  }

  /// Whether the value of this property may be a secret.
  static func isSecret(_ key: String) -> Bool {
    let words = ["password", "secret", "pem", "username", "jaas", "oauthbearer", "ssl.key"]
    return words.contains { key.contains($0) }
  }

  /// Whether whoever knows the value of this property can log in with it.
  static func isPassword(_ key: String) -> Bool {
    ["password", "secret", "key.pem"].contains { key.contains($0) }
  }

  /// Librdkafka accepts `topic.acks` for `acks`.
  private static func withoutTopicPrefix(_ key: String) -> String {
    key.hasPrefix("topic.") && !globals.contains(key) ? String(key.dropFirst(6)) : key
  }

  private static func reason(againstDebug value: String) -> String? {
    let contexts = value.split(separator: ",").map { $0.filter { $0 != " " } }
    return contexts.contains { $0 == "all" || $0 == "security" }
      ? "debug=security and debug=all may write secrets to the log" : nil
  }

  private static let owned = "leeway decides it: its guarantees rest on it"
  private static let loadsCode = "it loads code into the process"

  private static let reasons: [String: String] = {
    var reasons: [String: String] = [
      "plugin.library.paths": loadsCode,
      "ssl.engine.location": loadsCode,
      "ssl.engine.id": loadsCode,
      "ssl.providers": loadsCode,
      "sasl.kerberos.kinit.cmd": "it runs a shell command",
      "enable.sasl.oauthbearer.unsecure.jwt": "it accepts tokens that anybody can make",
      "bootstrap.servers": "give the brokers with -b",
      "metadata.broker.list": "give the brokers with -b",
      "group.id": "give the group with -G",
      "transactional.id": "it follows from --instance",
      "statistics.interval.ms": "nothing would read the statistics",
      "client.rack": "librdkafka 2.0.2 can loop for ever when it fetches from a follower",
    ]
    let ours = [
      "isolation.level", "enable.auto.commit", "auto.commit.enable", "auto.commit.interval.ms",
      "enable.auto.offset.store", "auto.offset.reset", "enable.partition.eof",
      "partition.assignment.strategy", "allow.auto.create.topics", "enable.idempotence",
      "enable.gapless.guarantee", "acks", "request.required.acks", "delivery.report.only.error",
      "enabled_events", "log.queue", "group.protocol.type", "internal.termination.signal",
      "group.instance.id", "transaction.timeout.ms",
    ]
    for key in ours { reasons[key] = owned }
    return reasons
  }()

  /// Properties of the whole handle whose names begin like a topic's.
  private static let globals: Set = [
    "topic.metadata.refresh.interval.ms", "topic.metadata.refresh.fast.interval.ms",
    "topic.metadata.refresh.fast.cnt", "topic.metadata.refresh.sparse",
    "topic.metadata.propagation.max.ms", "topic.blacklist",
  ]
}
