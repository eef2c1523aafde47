import TestSupport

/// Payments scored for fraud: nested, times in epoch milliseconds, two partitions, windows of 6 h.
///
/// Its natural variation: amounts and countries differ from window to window; a currency is missing
/// now and then. Its dirt: a little disorder across windows, some late, some unreadable records.
struct PaymentStream {
  /// What can go wrong from some window on.
  enum Fault: CaseIterable {
    case amountShifts, currencyMissing, countryMixChanges, merchantIsNew
    case fieldIsUnexpected, scoreDrifts, amountBecomesText
  }

  static let windowLength = 6 * 3_600_000
  /// 2024-01-01T00:00:00Z.
  static let start = 1_704_067_200_000
  static let perWindow = 500

  /// First window of each fault.
  var faults: [Fault: Int] = [:]
  private var generator: SplitMix64
  private var mood = 0.0

  init(seed: UInt64, faults: [Fault: Int] = [:]) {
    generator = SplitMix64(seed: seed)
    self.faults = faults
  }

  /// The instant a window starts, as outputs write it.
  static func text(window: Int) -> String { GeneratedStream.text(start + window * windowLength) }

  /// The events of some windows.
  mutating func events(windows: Range<Int>, partitions: Int, isDirty: Bool) -> GeneratedStream {
    var stream = GeneratedStream(partitions: partitions)
    for window in windows {
      mood = generator.uniform() * 2 - 1
      for index in 0..<Self.perWindow {
        let step = Self.windowLength / Self.perWindow
        var time = Self.start + window * Self.windowLength + index * step
        // up to four minutes of disorder, which lateness of five allows for
        if isDirty { time -= Int(generator.uniform() * 240_000) }
        let partition = Int(generator.next() % UInt64(partitions))
        stream.append(event(time), to: partition, time: time)
        if isDirty { soil(&stream, index, partition, time) }
      }
    }
    return stream
  }

  /// Adds a record that cannot be used after some of the good ones.
  private mutating func soil(
    _ stream: inout GeneratedStream,
    _ index: Int,
    _ partition: Int,
    _ time: Int
  ) {
    switch index {
    case 111, 333: stream.append("{\"created\":", to: partition, time: time, isUsable: false)
    case 222: stream.append("", to: partition, time: time, isUsable: false)
    case 444:
      let late = time - 2 * Self.windowLength
      guard late > Self.start + 57 * Self.windowLength else { return }
      stream.append(event(late), to: partition, time: late, isUsable: false)
    default: break
    }
  }

  private func has(_ fault: Fault, _ time: Int) -> Bool {
    faults[fault].map { time >= Self.start + $0 * Self.windowLength } ?? false
  }

  private mutating func event(_ time: Int) -> String {
    let shift = has(.amountShifts, time) ? 25.0 : 0
    let amount = (100 + mood * 4 + shift + 25 * generator.bell()).logged
    let germany = has(.countryMixChanges, time) ? 0.05 : 0.45 + mood * 0.03
    let country = generator.pick([("DE", germany), ("FR", 0.25), ("IT", 0.2), ("AT", 0.1)])
    let currency = generator.pick([("EUR", 0.8), ("CHF", 0.15), ("USD", 0.05)])
    let isMissing = generator.uniform() < (has(.currencyMissing, time) ? 0.3 : 0.01)
    var trades = (0..<12).map { (name: "trade-\($0)", weight: 1 / Double(12 + $0)) }
    if has(.merchantIsNew, time) {
      trades.append(("trade-new", trades.reduce(0) { $0 + $1.weight } / 4))
    }
    let trade = generator.pick(trades)
    let score = (0.4 + (has(.scoreDrifts, time) ? 0.05 : 0) + 0.05 * generator.bell()).logged
    let amountText = has(.amountBecomesText, time) ? "\"\(amount)\"" : amount
    let isExtended = has(.fieldIsUnexpected, time) && generator.uniform() < 0.2
    let extra = isExtended ? ",\"risk\":{\"v\":1}" : ""
    let present = generator.uniform() < 0.7
    return "{\"event\":\"e\(generator.next())\",\"created\":\(time),\"model\":\"fraud-7\","
      + "\"payload\":{\"amount\":\(amountText),\"country\":\"\(country)\","
      + "\"currency\":\(isMissing ? "null" : "\"\(currency)\""),\"card\":{\"present\":\(present)},"
      + "\"merchant\":{\"trade\":\"\(trade)\"}\(extra)},\"score\":\(score)}"
  }
}
