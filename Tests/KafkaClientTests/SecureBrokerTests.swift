import Foundation
import Testing

@testable import KafkaClient

/// One way in: an address, and what is set for it.
struct SecureWay: CustomTestStringConvertible, Sendable {
  var brokers: String
  var properties: [String]

  var testDescription: String {
    ([brokers] + properties.filter { !$0.hasPrefix("sasl.password") }).joined(separator: " ")
  }

  /// What a property is set to.
  func value(_ key: String) -> String? {
    properties.first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) }
  }

  var settings: KafkaSettings {
    get throws {
      var settings = KafkaSettings(brokers: brokers)
      for property in properties { try settings.override(property) }
      return settings
    }
  }

  /// The same with another value of a property, or with none.
  func setting(_ key: String, to value: String?) -> SecureWay {
    var way = self
    way.properties.removeAll { $0.hasPrefix("\(key)=") }
    if let value { way.properties.append("\(key)=\(value)") }
    return way
  }

  /// Those that the file names.
  static let all: [SecureWay] = {
    let path = ProcessInfo.processInfo.environment["LEEWAY_TEST_SECURE_BROKERS"] ?? ""
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      return words.first.map { SecureWay(brokers: $0, properties: Array(words.dropFirst())) }
    }
  }()
}

/// Connections that are encrypted, and clients that say who they are, on brokers that ask for it.
///
/// `LEEWAY_TEST_SECURE_BROKERS` names a file with a line for each way in: a broker, and properties
/// as `-X` takes them, as in `127.0.0.1:9093 security.protocol=ssl ssl.ca.location=ca.pem`. Whoever
/// comes in that way may create topics, and use any group and transactional id.
@Suite(
  "Secure brokers",
  .enabled(if: !SecureWay.all.isEmpty, "LEEWAY_TEST_SECURE_BROKERS names no file of ways")
)
struct SecureBrokerTests {
  private let name = "leeway-\(UUID().uuidString.prefix(8).lowercased())"

  /// What there is to do to a broker: topics, transactions with offsets of a group, and reading.
  @Test(arguments: SecureWay.all)
  func everyWayInLeadsToEverything(way: SecureWay) throws {
    let settings = try way.settings
    let admin = try Admin(settings: settings)
    try admin.waitForBroker(within: patience)
    let place = TopicPartition("\(name)-in", 0)
    #expect(try admin.create([NewTopic(place.topic, partitions: 1)]) == [.created])
    try wait("the topic") { try admin.describe([place.topic])[0] != nil }
    var producer = try Producer(settings: settings, transactionalID: name, timeout: .seconds(30))
    try producer.waitForCoordinator()
    var member = try Consumer(group: name, settings: settings)
    try member.subscribe(to: [place.topic])
    var records: [Record] = []
    try wait("the partition") {
      _ = try member.take(into: &records)
      return member.assignment == [place]
    }
    try producer.beginTransaction()
    try producer.produce("a", to: place.topic, 0)
    try producer.sendOffsets([CommittedOffset(place, offset: 1)], of: member)
    try producer.flush(within: patience)
    try producer.commitTransaction()
    try wait("the record") {
      _ = try member.take(into: &records)
      return records.compactMap(\.payload) == [Array("a".utf8)]
    }
    try wait("the offset") { try member.committed([place])[0]?.offset == 1 }
  }

  private func refusal(_ way: SecureWay) throws -> KafkaError? {
    let settings = try way.settings
    let admin = try Admin(settings: settings)
    return #expect(throws: KafkaError.self) { try admin.waitForBroker(within: patience) }
  }

  /// At once, naming what is wrong and never the password.
  @Test(arguments: SecureWay.all.filter { $0.value("sasl.password") != nil })
  func aWrongPasswordIsRefused(way: SecureWay) throws {
    let error = try refusal(way.setting("sasl.password", to: "hunter2"))
    #expect(error?.code == .authentication)
    #expect(error?.message.contains("uthentication") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("hunter2") == false)
  }

  /// Brokers that anybody could be are not spoken to.
  @Test(arguments: SecureWay.all.filter { $0.value("ssl.ca.location") != nil })
  func aCertificateOfNobodyKnownIsRefused(way: SecureWay) throws {
    let error = try refusal(way.setting("ssl.ca.location", to: nil))
    #expect(error?.code == .authentication)
    #expect(error?.message.contains("verif") == true, "\(error?.message ?? "")")
  }

  /// Nor is a client that does not say who it is.
  @Test(arguments: SecureWay.all.filter { $0.value("ssl.certificate.location") != nil })
  func aClientWithoutItsCertificateIsRefused(way: SecureWay) throws {
    let bare = way.setting("ssl.certificate.location", to: nil).setting("ssl.key.location", to: nil)
    let admin = try Admin(settings: try bare.settings)
    let error = #expect(throws: KafkaError.self) {
      try admin.waitForBroker(within: .seconds(2))
    }
    #expect(error?.message.contains("certificate") == true, "\(error?.message ?? "")")
  }
}
