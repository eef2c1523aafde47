import Testing

/// A kind of world, by which scenarios are repeated.
struct World: Sendable, CustomTestStringConvertible {
  let name: String
  let make: @Sendable () throws -> any LogWorld

  var testDescription: String { name }

  /// Every world there is on this machine.
  static let all = model + real
  /// The model alone.
  static let model = [World(name: "FakeLog") { FakeWorld() }]
  /// Those that are a `LooseWorld`.
  ///
  /// Not the brokers: our client always takes care.
  static let loose = model
  /// Those in which something may go wrong.
  static let faulty =
    model
    + (KafkaWorld.brokers.map { brokers in
      BrokerGate.canStand(before: brokers)
        ? [World(name: "Kafka behind gates") { try KafkaWorld(brokers, hasGates: true) }] : []
    } ?? [])
  /// The brokers, if any are named.
  static let real =
    KafkaWorld.brokers.map { brokers in
      [World(name: "Kafka") { try KafkaWorld(brokers) }]
    } ?? []
}
