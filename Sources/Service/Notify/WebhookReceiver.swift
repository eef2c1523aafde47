internal import Foundation
internal import Records

/// A program that takes alerts by HTTP: each group is one batch of CloudEvents.
struct WebhookReceiver: AlertReceiver {
  private let sender: HTTPSender

  /// A receiver at an address.
  init(_ address: URL, tokenFile: String?) {
    sender = HTTPSender(address, tokenFile: tokenFile)
  }

  var forgets: Bool { false }

  func deliver(_ notices: [AlertNotice]) -> DeliveryResult {
    let headers = [
      ("Content-Type", "application/cloudevents-batch+json; charset=UTF-8"),
      ("Ce-Id", notices[0].id),
    ]
    return sender.post(notices.events, headers: headers)
  }
}

extension [AlertNotice] {
  /// The records as they stand in the topic, in one JSON array.
  var events: [UInt8] {
    var json = JSONText()
    json.array { json in
      for notice in self { json.raw(notice.json) }
    }
    return json.bytes
  }
}
