import Foundation
import Testing

@testable import KafkaClient

/// Where passwords come from, and who could see them.
@Suite struct CredentialsTests {
  private static func settings(_ properties: String...) throws -> KafkaSettings {
    var settings = KafkaSettings(brokers: "127.0.0.1:1")
    for property in properties { try settings.override(property) }
    return settings
  }

  private static func value(_ key: String, _ settings: KafkaSettings) -> String? {
    settings.properties(for: .producer).last { $0.key == key }?.value
  }

  @Test func aValueMayStandInAFileOrInTheEnvironment() throws {
    let file = try SecretFile("hunter2\r\n")
    let settings = try Self.settings("sasl.password=file:\(file.path)", "client.id=env:PATH")
    #expect(Self.value("sasl.password", settings) == "hunter2")
    #expect(Self.value("client.id", settings) == ProcessInfo.processInfo.environment["PATH"])
    #expect(!"\(settings)".contains("hunter2"))
  }

  @Test(arguments: [
    ("sasl.password=file:/no/such", "Kafka setting sasl.password: /no/such: no such file"),
    ("sasl.password=env:NO_SUCH", "Kafka setting sasl.password: there is no variable NO_SUCH"),
    ("linger.ms=file:/", "Kafka setting linger.ms: /: "),
    ("group.id=env:PATH", "Kafka setting group.id cannot be set: "),
  ])
  func whatDoesNotStandThereIsNamed(property: String, words: String) throws {
    let error = #expect(throws: KafkaError.self) { _ = try Self.settings(property) }
    #expect(error?.message.hasPrefix(words) == true, "\(error?.message ?? "")")
  }

  /// The error of librdkafka for a wrong value must not show what a file holds.
  @Test func aWrongValueFromAFileIsNotShown() throws {
    let file = try SecretFile("hunter2")
    let error = #expect(throws: KafkaError.self) {
      _ = try Self.settings("ssl.key.pem=file:\(file.path)", "sasl.pasword=file:\(file.path)")
    }
    #expect(error?.message.contains("hunter2") == false)
  }

  @Test func secretsThatAreWrittenOutAreKnown() throws {
    #expect(try Self.settings("sasl.password=x").exposedSecrets == ["sasl.password"])
    #expect(try Self.settings("ssl.key.password=x").exposedSecrets == ["ssl.key.password"])
    #expect(try Self.settings("sasl.username=x", "sasl.password=env:PATH").exposedSecrets == [])
  }

  @Test(arguments: [
    (["security.protocol=sasl_plaintext", "sasl.mechanism=PLAIN"], true),
    (["security.protocol=SASL_PLAINTEXT", "sasl.mechanisms=PLAIN"], true),
    (["security.protocol=sasl_plaintext", "sasl.mechanism=SCRAM-SHA-256"], false),
    (["security.protocol=sasl_ssl", "sasl.mechanism=PLAIN"], false),
    (["sasl.mechanism=PLAIN"], false),
  ])
  func plainWithoutTLSIsSeen(properties: [String], isClear: Bool) throws {
    var settings = KafkaSettings(brokers: "127.0.0.1:1")
    for property in properties { try settings.override(property) }
    #expect(settings.sendsPasswordInClear == isClear)
  }

  /// A handle that is made long after the start logs in with what is good then.
  @Test func aNewHandleReadsTheFileAgain() throws {
    let file = try SecretFile("old\n")
    let settings = try Self.settings("sasl.password=file:\(file.path)")
    try file.write("new\n")
    #expect(Self.value("sasl.password", settings) == "new")
    try file.write("")
    #expect(Self.value("sasl.password", settings) == "old")
    file.remove()
    #expect(Self.value("sasl.password", settings) == "old")
  }

  @Test func aPasswordInAFileIsRenewed() throws {
    let file = try SecretFile("old\n")
    let settings = try Self.settings("sasl.username=anna", "sasl.password=file:\(file.path)")
    let start = ContinuousClock.now
    let producer = try Producer(settings: settings)
    let credentials = Credentials(settings.properties(for: .producer), at: start)
    func renew(after seconds: Int) {
      unsafe credentials.renew(producer.handle.pointer, at: start + .seconds(seconds))
    }
    #expect(credentials.password == "old")

    try file.write("new\n")
    renew(after: 9)
    #expect(credentials.password == "old")
    renew(after: 10)
    #expect(credentials.password == "new")

    // One that is just being replaced.
    try file.write("")
    renew(after: 20)
    file.remove()
    renew(after: 30)
    #expect((credentials.username, credentials.password) == ("anna", "new"))
  }
}

/// A file with a secret in it; gone when it is.
private final class SecretFile {
  let path = NSTemporaryDirectory() + "leeway-secret-\(UUID().uuidString)"

  init(_ text: String) throws { try write(text) }

  deinit { remove() }

  func write(_ text: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
