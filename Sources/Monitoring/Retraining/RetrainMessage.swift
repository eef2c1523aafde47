/// What somebody told a monitor's triggers by its control topic.
///
/// It takes effect where the log says that it was known, as a silence does: whoever reads the log
/// again comes to the same requests. What was said before a monitor first ran is not heard.
public struct RetrainMessage: Equatable, Sendable {
  /// What was said.
  public enum Content: Equatable, Sendable {
    /// Somebody asks for training.
    case asked(TrainingAsk)
    /// A training has ended.
    case completed(TrainingCompletion)
  }

  /// Where it stands in the control topic.
  public var offset: Int64
  /// What was said.
  public var content: Content

  /// A message as it was stored.
  public init(offset: Int64, content: Content) {
    (self.offset, self.content) = (offset, content)
  }
}

/// Somebody asks for training, whatever fires.
public struct TrainingAsk: Equatable, Sendable {
  /// Unlike any other's.
  public var id: String
  /// The trigger that is to ask.
  public var trigger: String
  /// Why.
  public var reason: String

  /// An ask as it was stored.
  public init(id: String, trigger: String, reason: String) {
    (self.id, self.trigger, self.reason) = (id, trigger, reason)
  }
}

/// The training that a request led to has ended.
public struct TrainingCompletion: Equatable, Sendable {
  /// Id of the request's event.
  public var request: String
  /// Whether there is a new model.
  public var hasSucceeded: Bool
  /// The new model's version in the stream; nil where it has the old one's.
  public var modelVersion: String?
  /// `sha256:` of its reference; nil for whichever comes next.
  public var reference: String?
  /// What its writer had to say.
  public var reason: String?

  /// A completion as it was stored.
  public init(
    request: String,
    hasSucceeded: Bool,
    modelVersion: String? = nil,
    reference: String? = nil,
    reason: String? = nil
  ) {
    (self.request, self.hasSucceeded) = (request, hasSucceeded)
    (self.modelVersion, self.reference, self.reason) = (modelVersion, reference, reason)
  }
}
