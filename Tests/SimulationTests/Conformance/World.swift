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
  /// Those that are an `OperatedWorld`.
  ///
  /// Not the brokers: our client cannot ask for it.
  static let operated = model
  /// Those that are a `LooseWorld`.
  ///
  /// Not the brokers: our client always takes care.
  static let loose = model
  /// The brokers, if any are named.
  static let real =
    KafkaWorld.brokers.map { brokers in
      [World(name: "Kafka") { try KafkaWorld(brokers) }]
    } ?? []
}
