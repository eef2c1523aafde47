extension HostileStream {
  /// An event as a line with nothing wrong.
  public static func event(second: Int) -> String {
    event(second: second, amount: "1", color: "\"red\"", model: "\"1\"")
  }

  /// Fifteen lines for two partitions: of everything that can become of a record at least one.
  public static let fates = [
    [0, 10, 20, 30, 7_200, 7_210, 7_220, 5].map(event(second:)) + [
      "", "{\"kind\":\"heartbeat\"}", "{\"kind\":\"order\",\"at\":16", "[1,2]",
    ],
    [0, 10, 20].map(event(second:)),
  ]
}
