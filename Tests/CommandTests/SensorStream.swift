import TestSupport

/// Machines in the field: flat, times as of RFC 3339 in local time, one partition, days that begin
/// at six in the morning.
///
/// Its natural variation is large: the temperature has weather, and half of its range from day to
/// day. Vibration goes up and down a little with the shift; every site is quiet now and then.
struct SensorStream {
  /// What can go wrong on some days.
  enum Fault: CaseIterable {
    case vibrationShifts, siteMissing, firmwareIsNew, batteryBecomesText, fieldIsUnexpected
    case riskDrifts
  }

  static let windowLength = 86_400_000
  /// 2024-03-01T06:00:00Z.
  static let start = 1_709_272_800_000
  static let perWindow = 1500

  private let faults: [Fault: [Range<Int>]]
  private var generator: SplitMix64
  private var weather = 0.0

  /// A stream of a seed, with the days of each fault.
  init(seed: UInt64, faults: [Fault: [Range<Int>]] = [:]) {
    generator = SplitMix64(seed: seed)
    self.faults = faults
  }

  /// The instant a day starts, as outputs write it.
  static func text(window: Int) -> String { GeneratedStream.text(start + window * windowLength) }

  /// The events of some days.
  mutating func events(windows: Range<Int>) -> GeneratedStream {
    var stream = GeneratedStream(partitions: 1)
    for window in windows {
      weather = generator.uniform() * 2 - 1
      for index in 0..<Self.perWindow {
        let time =
          Self.start + window * Self.windowLength + index * Self.windowLength / Self.perWindow
        stream.append(event(time, day: window), to: 0, time: time)
      }
    }
    return stream
  }

  private func has(_ fault: Fault, _ day: Int) -> Bool {
    faults[fault]?.contains { $0.contains(day) } ?? false
  }

  private mutating func event(_ time: Int, day: Int) -> String {
    let temperature = (15 + weather * 4 + 6 * generator.bell()).logged
    let shift = has(.vibrationShifts, day) ? 0.8 : 0
    let vibration = (5 + weather * 0.04 + shift + 0.8 * generator.bell()).logged
    var versions = [(name: "4.1", weight: 0.5), ("4.2", 0.3), ("3.9", 0.2)]
    if has(.firmwareIsNew, day) { versions.append(("5.0", 0.25)) }
    let firmware = generator.pick(versions)
    let site = generator.pick([("north", 0.4 + weather * 0.05), ("south", 0.4), ("west", 0.2)])
    let isMissing = generator.uniform() < (has(.siteMissing, day) ? 0.3 : 0.02)
    let battery = Int(generator.uniform() * 101)
    let batteryText = has(.batteryBecomesText, day) ? "\"\(battery)%\"" : "\(battery)"
    let risk = (0.1 + (has(.riskDrifts, day) ? 0.01 : 0) + 0.01 * generator.bell()).logged
    let extra = has(.fieldIsUnexpected, day) ? ",\"humidity\":0.4" : ""
    let local = GeneratedStream.text(time + 7_200_000).dropLast() + "+02:00"
    return "{\"device\":\"d\(generator.next() % 400)\",\"at\":\"\(local)\","
      + "\"temperature\":\(temperature),\"vibration\":\(vibration),\"firmware\":\"\(firmware)\","
      + (isMissing ? "" : "\"site\":\"\(site)\",")
      + "\"battery\":\(batteryText),\"failure_risk\":\(risk)\(extra)}"
  }
}
