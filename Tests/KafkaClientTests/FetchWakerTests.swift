import Testing

@testable import KafkaClient

@Suite struct FetchWakerTests {
  /// Credentials can be renewed without harm wherever they are no more than a name and a password.
  @Test(arguments: [
    ([], true),
    (["security.protocol=ssl"], true),
    (["security.protocol=SASL_SSL"], false),
    (["security.protocol=sasl_plaintext", "sasl.mechanism=GSSAPI"], false),
    (["security.protocol=sasl_ssl", "sasl.mechanisms=SCRAM-SHA-512", "sasl.username=a"], true),
    (["security.protocol=sasl_ssl", "sasl.mechanism=oauthbearer"], true),
  ])
  func kerberosIsLeftAlone(properties: [String], isActive: Bool) {
    let properties = properties.map { text in
      let parts = text.split(separator: "=")
      return KafkaSettings.Property(String(parts[0]), String(parts[1]))
    }
    // From librdkafka 2.2 on a setting does it for all.
    let isNeeded = FetchWaker.properties.isEmpty
    #expect(FetchWaker(properties, Credentials(properties)).isActive == (isActive && isNeeded))
  }

  /// A larger limit for records that are produced asks for larger answers, which librdkafka insists
  /// on.
  @Test func largerRecordsCanStillBeRead() throws {
    var settings = KafkaSettings(brokers: "127.0.0.1:1")
    try settings.override("message.max.bytes=4000000")
    #expect(settings.properties(for: .reader).contains(.init("fetch.max.bytes", "4000000")))
    _ = try Consumer(group: nil, settings: settings)
  }
}
