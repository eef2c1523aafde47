internal import CRDKafka

/// What a user says about the connection: the brokers, and librdkafka properties of his own.
///
/// One value serves every handle of a process. Each kind of handle adds its defaults, which the
/// user's properties replace, and what the program relies on, which they cannot
/// (`properties(for:)`).
public struct KafkaSettings: Hashable, Sendable, CustomStringConvertible {
  /// One librdkafka property.
  public struct Property: Hashable, Sendable {
    /// Its name, such as `fetch.wait.max.ms`.
    public var key: String
    /// Its value as text.
    public var value: String
    /// Where the value was found; nil for one that was written out.
    public var reference: PropertyReference?

    /// A property by name and value.
    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }

    /// The property as its file has it now, for a handle that is made later; a file that is not
    /// there, or is empty, is one that is just being replaced.
    var current: Property {
      guard case .file? = reference, let found = try? reference?.value(), !found.isEmpty else {
        return self
      }
      var property = self
      property.value = found
      return property
    }
  }

  /// The addresses to start from, `host:port`, separated by commas.
  public let brokers: String
  /// What the user asked for, in his order, each name once.
  public private(set) var overrides: [Property] = []
  /// What the program itself adds, such as a transactional id; not subject to the deny-list.
  public private(set) var additions: [Property] = []

  /// Settings with nothing but the brokers' addresses.
  public init(brokers: String) { self.brokers = brokers }

  /// Takes one `-X key=value` of the user; `env:NAME` and `file:PATH` say where the value stands.
  ///
  /// - Throws: `deniedSetting` with the reason for a key that users may not set; `badSetting`
  ///   with librdkafka's message for an unknown key or a value that it refuses, and for a value
  ///   that does not stand where it should.
  public mutating func override(_ text: String) throws(KafkaError) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw KafkaError(.badSetting, "a Kafka setting is written key=value")
    }
    var property = Property(String(text[..<equals]), String(text[text.index(after: equals)...]))
    if let reason = DeniedSettings.reason(against: property) {
      throw KafkaError(.deniedSetting, "Kafka setting \(property.key) cannot be set: \(reason)")
    }
    if let reference = PropertyReference(property.value) {
      do throws(KafkaError) { property.value = try reference.value() } catch {
        throw KafkaError(.badSetting, "Kafka setting \(property.key): \(error.message)")
      }
      property.reference = reference
    }
    try Configuration.check(property)
    overrides.removeAll { $0.key == property.key }
    overrides.append(property)
  }

  /// Sets a property for the program itself, over everything else.
  public mutating func set(_ key: String, _ value: String) {
    additions.removeAll { $0.key == key }
    additions.append(Property(key, value))
  }

  /// The secrets among the user's properties that were written out, for all who see the command.
  public var exposedSecrets: [String] {
    overrides.filter { $0.reference == nil && DeniedSettings.isPassword($0.key) }.map(\.key)
  }

  /// Whether the user says how to speak to the brokers; if not it is without TLS and passwords.
  var namesProtocol: Bool { overrides.contains { $0.key == "security.protocol" } }

  /// Whether a password goes over the network for everybody to read: PLAIN without TLS.
  public var sendsPasswordInClear: Bool {
    func value(_ keys: String...) -> String {
      overrides.last { keys.contains($0.key) }?.value.lowercased() ?? ""
    }
    return value("security.protocol") == "sasl_plaintext"
      && value("sasl.mechanism", "sasl.mechanisms") == "plain"
  }

  /// The settings without secrets: values of keys that may hold one are left out.
  public var description: String {
    (overrides + additions).reduce("brokers=\(brokers)") { text, property in
      let value = DeniedSettings.isSecret(property.key) ? "•••" : property.value
      return "\(text) \(property.key)=\(value)"
    }
  }
}
