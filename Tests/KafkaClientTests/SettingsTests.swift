import KafkaClient
import Testing

/// What users may set and what they may not.
@Suite("Settings")
struct SettingsTests {
  private func refusal(of text: String) -> KafkaError? {
    var settings = KafkaSettings(brokers: "localhost:9092")
    do throws(KafkaError) {
      try settings.override(text)
      return nil
    } catch { return error }
  }

  @Test(arguments: [
    "plugin.library.paths=x", "ssl.engine.location=x", "ssl.providers=legacy",
    "sasl.kerberos.kinit.cmd=rm", "enable.sasl.oauthbearer.unsecure.jwt=true",
    "test.mock.num.brokers=3", "debug=all", "debug=cgrp, security", "group.id=x",
    "transactional.id=x", "isolation.level=read_uncommitted", "enable.auto.commit=true",
    "auto.commit.enable=true", "enable.auto.offset.store=true", "bootstrap.servers=x",
    "metadata.broker.list=x", "auto.offset.reset=latest", "topic.auto.offset.reset=latest",
    "acks=0", "topic.acks=0", "enable.idempotence=false",
    "partition.assignment.strategy=cooperative-sticky", "offset.store.method=file",
    "enabled_events=255", "client.rack=a", "transaction.timeout.ms=1000",
  ])
  func ownedAndDangerousKeysAreRefused(text: String) {
    let error = refusal(of: text)
    #expect(error?.code == .deniedSetting, "\(text)")
    let key = text.prefix { $0 != "=" }
    #expect(error?.message.contains("Kafka setting \(key) cannot be set: ") == true)
  }

  @Test(arguments: [
    ("sasl.pasword=hunter2", "No such configuration property: \"sasl.pasword\""),
    ("fetch.wait.max.ms=soon", "Invalid value"),
    ("compression.type=rar", "Invalid value \"rar\" for configuration property"),
    ("no equals sign", "key=value"), ("=x", "key=value"),
    ("log_cb=x", "log_cb"),
  ])
  func mistakesAreRefusedWithLibrdkafkasWords(text: String, words: String) {
    let error = refusal(of: text)
    #expect(error?.code == .badSetting)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "accepted")")
    #expect(error?.message.contains("hunter2") != true)
  }

  @Test(arguments: [
    "queued.min.messages=1000", "debug=cgrp,topic", "fetch.wait.max.ms=5", "sasl.password=a=b",
    "topic.metadata.refresh.interval.ms=1000", "security.protocol=sasl_ssl",
  ])
  func othersAreTaken(text: String) {
    #expect(refusal(of: text) == nil)
  }

  @Test func laterOnesWinButNeverOverOurs() throws {
    var settings = KafkaSettings(brokers: "localhost:9092")
    try settings.override("fetch.wait.max.ms=5")
    try settings.override("linger.ms=1")
    try settings.override("fetch.wait.max.ms=7")
    settings.set("group.instance.id", "one")
    let properties = settings.properties(for: .consumer(group: "g"))
    func value(_ key: String) -> String? { properties.last { $0.key == key }?.value }
    #expect(value("fetch.wait.max.ms") == "7")
    #expect(value("group.id") == "g")
    #expect(value("queued.min.messages") == "100000")
    #expect(value("enable.auto.commit") == "false")
    #expect(value("group.instance.id") == "one")
    #expect(settings.overrides.map(\.key) == ["linger.ms", "fetch.wait.max.ms"])
  }

  @Test func secretsAreNotPrinted() throws {
    var settings = KafkaSettings(brokers: "localhost:9092")
    try settings.override("sasl.password=hunter2")
    try settings.override("ssl.key.password=hunter2")
    try settings.override("linger.ms=3")
    #expect("\(settings)".contains("linger.ms=3"))
    #expect(!"\(settings)".contains("hunter2"))
  }

  @Test func contradictionsAreFoundWhenAHandleIsMade() throws {
    var settings = KafkaSettings(brokers: "localhost:9092")
    try settings.override("max.in.flight=10")
    let error = #expect(throws: KafkaError.self) { _ = try Producer(settings: settings) }
    #expect(error?.code == .badSetting)
    #expect(error?.message.contains("max.in.flight") == true)
  }

  @Test(arguments: [(90, "60000", "30000"), (30, "30000", "10000"), (1, "1000", "1000")])
  func transactionsBoundWhatIsInsideThem(timeout: Int, message: String, socket: String) throws {
    let settings = KafkaSettings(brokers: "localhost:9092")
    let kind = KafkaSettings.Handle.transactional(id: "one", timeout: .seconds(timeout))
    let properties = settings.properties(for: kind)
    func value(_ key: String) -> String? { properties.last { $0.key == key }?.value }
    #expect(value("transactional.id") == "one")
    #expect(value("transaction.timeout.ms") == "\(timeout * 1_000)")
    #expect(value("message.timeout.ms") == message)
    #expect(value("socket.timeout.ms") == socket)
    #expect(value("enable.idempotence") == "true")
    _ = try Producer(settings: settings, transactionalID: "one", timeout: .seconds(timeout))
  }

  @Test(arguments: ["message.timeout.ms", "socket.timeout.ms"])
  func nothingMayOutlastTheTransaction(key: String) throws {
    var settings = KafkaSettings(brokers: "localhost:9092")
    try settings.override("\(key)=31000")
    let error = #expect(throws: KafkaError.self) {
      _ = try Producer(settings: settings, transactionalID: "one", timeout: .seconds(30))
    }
    #expect(error?.code == .badSetting)
    #expect(error?.message.contains("`\(key)` must be set <= `transaction.timeout.ms`") == true)
  }

  /// A consumer's property on a producer is no news: the list is meant for both.
  @Test func oneListServesAllHandles() throws {
    let cluster = try MockCluster()
    var settings = KafkaSettings(brokers: cluster.brokers)
    try settings.override("fetch.wait.max.ms=5")
    try settings.override("linger.ms=1")
    let book = LogBook()
    var producer = try Producer(settings: settings) { book.add($0) }
    try producer.produce("x", to: "t", 0)
    try producer.flush(within: patience)
    var consumer = try Consumer(group: "g", settings: settings) { book.add($0) }
    var (records, events): ([Record], [ConsumerEvent]) = ([], [])
    consumer.read(into: &records, &events)
    #expect(!book.text.contains("CONFWARN"), "\(book.text)")
  }
}
