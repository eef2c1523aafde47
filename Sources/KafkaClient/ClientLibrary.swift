internal import CRDKafka

/// The library that this process talks to brokers with.
public enum ClientLibrary {
  /// Version of librdkafka as it was found when the process began, `2.0.2`.
  public static var version: String { unsafe String(cString: rd_kafka_version_str()) }
}
