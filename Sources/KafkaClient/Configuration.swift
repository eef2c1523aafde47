internal import CRDKafka

/// Librdkafka's configuration object, with one owner until a handle takes it over.
@safe struct Configuration: ~Copyable {
  private var pointer: OpaquePointer?

  init(_ properties: [KafkaSettings.Property]) throws(KafkaError) {
    unsafe pointer = rd_kafka_conf_new()
    for property in properties { try set(property) }
  }

  deinit {
    if let pointer = unsafe pointer { unsafe rd_kafka_conf_destroy(pointer) }
  }

  /// Lets librdkafka judge a property by itself.
  static func check(_ property: KafkaSettings.Property) throws(KafkaError) {
    _ = try Configuration([property])
  }

  private func set(_ property: KafkaSettings.Property) throws(KafkaError) {
    var text = [CChar](repeating: 0, count: 512)
    let result = unsafe rd_kafka_conf_set(
      pointer,
      property.key,
      property.value,
      &text,
      text.count
    )
    guard result != RD_KAFKA_CONF_OK else { return }
    var message = Configuration.string(text)
    if DeniedSettings.isSecret(property.key), !property.value.isEmpty {
      message = message.replacing(property.value, with: "•••")
    }
    throw KafkaError(.badSetting, "Kafka setting \(property.key): \(message)")
  }

  /// Lends the object, to set callbacks.
  func withPointer(_ body: (OpaquePointer?) -> Void) { unsafe body(pointer) }

  /// Makes a handle, which takes the object over.
  ///
  /// - Throws: `badSetting` when the settings contradict each other.
  consuming func makeHandle(_ type: rd_kafka_type_t) throws(KafkaError) -> OpaquePointer {
    var text = [CChar](repeating: 0, count: 512)
    guard let handle = unsafe rd_kafka_new(type, pointer, &text, text.count) else {
      throw KafkaError(.badSetting, "Kafka settings: \(Configuration.string(text))")
    }
    unsafe pointer = nil
    return unsafe handle
  }

  private static func string(_ text: [CChar]) -> String {
    String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
