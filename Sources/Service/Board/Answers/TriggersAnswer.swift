internal import Monitoring
internal import Records

extension BoardContents {
  /// `/api/v1/triggers`: how far each is from asking, and what was asked lately, as it stands in
  /// the topic.
  func triggers(_ query: BoardQuery) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.array("triggers") { json in
        for trigger in standing.triggers {
          json.object { json in
            json.member("trigger", trigger.trigger)
            json.member("windows_held", trigger.windowsHeld)
            json.member("windows_needed", trigger.windowsNeeded)
            json.member("last_asked", trigger.lastAsked)
            json.member("quiet_until", trigger.quietUntil)
            json.member("was_silenced", trigger.wasSilenced)
          }
        }
      }
      json.array("requests") { json in
        let chosen = requests.things.filter { request in
          query.covers(request.time) && query.name.map { $0 == request.trigger } ?? true
        }
        for request in chosen.suffix(query.limit ?? Self.requestLimit) { json.raw(request.json) }
      }
    }
    return json.bytes
  }

  /// Requests of an answer, unless more are asked for.
  private static let requestLimit = 50
}
