internal import Records
internal import Rules
internal import Service

/// What `leeway publish --list` prints.
struct PublicationList {
  private let monitor: String
  private let publications: [Publication]
  private let active: Activation?

  /// What a control topic says of a monitor, and of the group that runs it.
  init(_ plan: Plan, group: String?, _ log: ControlLog) {
    monitor = plan.monitor
    publications = log.publications(of: plan.monitor)
    active = log.active(plan.monitor, group: StageTopics(plan, group: group).groupBase)
  }

  /// A table for people.
  var text: String {
    guard !publications.isEmpty else { return "nothing of \(monitor) is published yet" }
    var table = TextTable(header: ["offset", "version", "from", ""])
    for publication in publications {
      table.add([
        "\(publication.offset)", publication.shortVersion,
        publication.from.map { "\($0)" } ?? "-", isActive(publication) ? "active" : "",
      ])
    }
    return table.text
  }

  /// Compact JSON and a newline.
  var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("monitor", monitor)
      json.array("versions") { json in
        for publication in publications {
          json.object {
            $0.member("offset", publication.offset)
            $0.member("version", publication.version)
            $0.member("from", publication.from)
            $0.member("active", isActive(publication))
          }
        }
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  private func isActive(_ publication: Publication) -> Bool {
    publication.offset == active?.publication ?? publications.first?.offset
  }
}
