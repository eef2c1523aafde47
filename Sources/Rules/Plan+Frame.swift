internal import Records
internal import Windowing

/// What a monitor that runs is committed to: the same in all its versions.
///
/// Its offsets, deltas and watermarks are those of the frame; a version may change what is judged
/// within it and by what, not the stream that is read and the slices that it is kept in.
extension Plan {
  /// One setting of the frame, in the words of the monitor's file.
  struct FrameSetting: Equatable {
    var name: String
    var value: String
  }

  /// The settings that no version may change; the grid of panes is judged apart from them.
  var frame: [FrameSetting] {
    let conditions = source.conditions.map { "\($0.path): \($0.value.debugDescription)" }
    return [
      FrameSetting(name: "monitor", value: monitor),
      FrameSetting(name: "source.topics", value: "[\(source.topics.joined(separator: ", "))]"),
      FrameSetting(name: "source.format", value: source.format.rawValue),
      FrameSetting(name: "source.where", value: "{ \(conditions.joined(separator: ", ")) }"),
      FrameSetting(name: "fields.time", value: roles.time.description),
      FrameSetting(name: "the time's unit", value: roles.timeUnit?.rawValue ?? "to be found out"),
      FrameSetting(name: "fields.model_version", value: roles.modelVersion?.description ?? "none"),
      FrameSetting(name: "lateness", value: DurationText.text(of: lateness)),
      FrameSetting(name: "max_future", value: DurationText.text(of: maxFuture)),
      FrameSetting(name: "idle_after", value: idleAfter.map(DurationText.text) ?? "off"),
      FrameSetting(name: "output.prefix", value: outputPrefix),
      FrameSetting(name: "delivery", value: delivery.rawValue),
      FrameSetting(name: "reading of headers", value: readsHeaders ? "on" : "off"),
    ]
  }

  /// Whether a field stands in a record's headers.
  ///
  /// Headers cost time: who begins without them is not given them.
  public var readsHeaders: Bool {
    let paths =
      fields.map(\.path) + [roles.time, roles.modelVersion].compactMap(\.self)
      + source.conditions.map(\.path) + segmentFields.map(\.path)
    return paths.contains { if case .header = $0.source { true } else { false } }
  }

  /// Why this plan cannot be the next version of a monitor; nil when it can.
  ///
  /// - Parameter earlier: The version before.
  /// - Returns: The first setting that differs, both values, and what to do instead.
  public func obstacle(toFollow earlier: Plan) -> String? {
    let wayOut = "give the monitor another name"
    for (old, new) in zip(earlier.frame, frame) where old != new {
      return "\(new.name) is \(new.value), and \(old.value) in the version before; all versions of "
        + "a monitor have the same: \(wayOut)"
    }
    let pane = earlier.panes.width
    for window in windows {
      let lengths = [("size", window.size), ("every", window.every), ("align", window.align)]
      for (name, length) in lengths where !length.microseconds.isMultiple(of: pane) {
        let grid = DurationText.text(of: .microseconds(pane))
        return "a window's \(name) is \(DurationText.text(of: length)), and the version before "
          + "counts in steps of \(grid), which it is no multiple of: \(wayOut)"
      }
    }
    return nil
  }
}
