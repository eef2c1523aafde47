/// What events of a monitor are called: `type` of their CloudEvents.
public enum EventType {
  /// A closed window, or a gap.
  public static let window = "io.leeway.window.v1"
  /// An alert that changed its state.
  public static let alert = "io.leeway.alert.v1"
  /// A request to train.
  public static let request = "io.leeway.retrain.request.v1"
  /// A request to train that nobody is to act on.
  public static let silencedRequest = "io.leeway.retrain.silenced.v1"
  /// A request that was due, and was not made.
  public static let refusal = "io.leeway.retrain.refused.v1"
  /// A request that nobody has answered in time.
  public static let expiry = "io.leeway.retrain.expired.v1"
  /// What a new reference has made of a request's alerts.
  public static let verdict = "io.leeway.retrain.verdict.v1"
}
