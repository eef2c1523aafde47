public import Drift
public import Rules
public import Windowing

/// An alert that changed its state, with what its last window showed.
public struct Alert: Sendable {
  /// What it is about, and its new state.
  public let transition: AlertTransition
  /// The window that changed it.
  public let window: Window
  /// The comparison that decided.
  public let evidence: Judgement.Evidence?
  /// The field the evidence is about; nil for one about the stream.
  public let comparison: FieldComparison?
  /// Values of the field in the window, or records accepted.
  public let currentCount: UInt64
  /// Values of the field in the reference; nil for an alert about the stream.
  public let referenceCount: UInt64?
  /// The rule's text with its values put in.
  public let summary: String
  /// Where to read what to do, with its values put in; nil where the rule does not say.
  public let runbook: String?
  /// Where the window's records stand.
  public let covers: [OffsetCover]
  /// The share of the prediction's shift that the field explains; nil where that is not known.
  public internal(set) var explains: Double?
  /// Model versions of the window, which share what a budget leaves each test.
  public internal(set) var versions = 1
  /// What keeps anybody from being woken; nil where nothing does.
  public internal(set) var silence: Silence?
  /// Its place among those that one cause may have brought.
  public internal(set) var group = AlertGroup()

  /// The value that decided: how alerts are ranked.
  var effect: Double { evidence?.observation.measurement.value ?? 0 }

  /// How far that is from its threshold, to whichever side.
  var departure: Double { (effect - (evidence?.comparison.threshold ?? 0)).magnitude }
}

extension Alert {
  /// The end of an alert that no judgement will bring.
  init(
    ending transition: AlertTransition,
    at window: Window,
    summary: String,
    covers: [OffsetCover]
  ) {
    self.init(
      transition: transition,
      window: window,
      evidence: nil,
      comparison: nil,
      currentCount: 0,
      referenceCount: nil,
      summary: summary,
      runbook: nil,
      covers: covers
    )
  }
}

extension Alert {
  /// The same, which wakes nobody; what does not fire never does.
  func silenced(by silence: Silence?) -> Alert {
    guard transition.state == .firing else { return self }
    var alert = self
    alert.silence = silence
    return alert
  }
}
