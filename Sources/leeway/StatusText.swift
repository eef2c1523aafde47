internal import Records
internal import Rules
internal import Service

/// What `leeway status` prints for people.
struct StatusText {
  private let status: MonitorStatus

  init(_ status: MonitorStatus) { self.status = status }

  /// What came of the records, how far event time has come, and who is behind by how much.
  var text: String {
    var parts = ["\(status.monitor) at \(status.time.wholeSecond)"]
    if let evaluation = status.evaluation {
      parts += [records(evaluation), progress(evaluation)]
    } else if status.hasRun {
      parts.append("records were read, but not evaluated yet")
    } else {
      parts.append("the monitor has not run yet: nothing was committed")
    }
    parts.append(places)
    if status.versions.count > 1 { parts.append(versions) }
    if !status.requests.isEmpty { parts.append(requests) }
    if let snapshot = status.lastSnapshot { parts.append("last snapshot \(snapshot.wholeSecond)") }
    if !status.unread.isEmpty { parts.append(status.unread.joined(separator: "\n")) }
    return parts.joined(separator: "\n\n")
  }

  /// The versions that have been in force.
  private var versions: String {
    var table = TextTable(header: ["version", "judges windows from", "reference", ""])
    for (index, entry) in status.versions.enumerated() {
      table.add([
        entry.publication.shortVersion, entry.from.map { "\($0)" } ?? "the beginning",
        entry.publication.reference.map(VersionName.short) ?? "",
        index == status.versions.count - 1 ? "active" : "",
      ])
    }
    return table.text
  }

  /// Requests that wait, and the last ones of all.
  private var requests: String {
    let shown = 10
    let recent = status.requests.suffix(shown)
    let open = status.requests.dropLast(shown).filter { $0.state == .waiting }
    let left = status.requests.count - open.count - recent.count
    let more = left > 0 ? "\nand \(left) before: leeway retrain --list" : ""
    return RetrainList.table(of: open + recent) + more
  }

  private func records(_ evaluation: MonitorStatus.Evaluation) -> String {
    RecordsText(evaluation.records).text() + "\n" + integrity(evaluation)
  }

  private func integrity(_ evaluation: MonitorStatus.Evaluation) -> String {
    let violations = evaluation.violations
    var findings: [String] = []
    if !evaluation.isConserved {
      findings.append(
        "read is not accepted + late + rejected + filtered, which is \(evaluation.accountedFor)"
      )
    }
    if violations > 0 {
      findings.append(
        "\(violations) audit violation\(violations == 1 ? "" : "s"): records were lost, counted "
          + "twice or not waited for; the windows' records say in which windows"
      )
    }
    guard findings.isEmpty else { return findings.joined(separator: "\n") }
    return "read = accepted + late + rejected + filtered; no audit violations"
  }

  private func progress(_ evaluation: MonitorStatus.Evaluation) -> String {
    let through = evaluation.closedThrough.map { ", closed through \($0)" } ?? ""
    let windows = evaluation.windows
    let first = "\(windows) window\(windows == 1 ? "" : "s") written\(through)"
    guard let lag = status.eventLag.map(duration) else { return first + "\nno watermark yet" }
    if let time = status.silentSince {
      return first
        + "\nevery partition is silent; event time came to \(time), \(lag) behind the clock"
    }
    let watermark = evaluation.watermark.map { "\($0)" } ?? ""
    return first + "\nwatermark \(watermark), \(lag) behind the clock"
  }

  private var places: String {
    var table = TextTable(
      header: ["partition", "committed", "end", "lag", "watermark", "behind"]
    )
    for source in status.sources {
      table.add([
        "\(source.topic)[\(source.partition)]", source.committed.map { "\($0)" } ?? "-",
        "\(source.end)", "\(source.lag)", source.watermark.map { "\($0)" } ?? "-",
        status.delay(of: source).map(duration) ?? "-",
      ])
    }
    let partials = status.partials
    table.add([
      "\(partials.topic)[0]", partials.committed.map { "\($0)" } ?? "-", "\(partials.end)",
      "\(partials.lag)", "", "",
    ])
    return table.text + "\nlag: \(status.lag) records are not read, "
      + "\(partials.lag) deltas are not evaluated"
  }

  /// Whole seconds, as people write them.
  private func duration(_ seconds: Double) -> String {
    let text = DurationText.text(of: .seconds(seconds.magnitude.rounded(.down)))
    return seconds <= -1 ? "-\(text)" : text
  }
}

extension Timestamp {
  /// An instant of the machine's clock without its fraction.
  var wholeSecond: Self { Self(microseconds: microseconds / 1_000_000 * 1_000_000) }
}
