internal import Monitoring
internal import Rules

/// Which alerts fire, and which of them anybody was told of: a pure function of the records.
///
/// What wakes nobody is left out here: what is pending or silenced, the end of what never was told,
/// what is not bad enough, and what was there before.
struct AlertLedger {
  /// How an alert stands with those who are told.
  private enum Standing {
    /// It waits, or is silenced, and nobody was told.
    case untold
    /// They were told that it fires.
    case told(AlertNotice)
    /// They were told, and since then it is silenced, or no longer bad enough.
    case held
  }

  private let lowest: Severity?
  private var standings: [String: Standing] = [:]
  private var seen = RecentNames(limit: 65_536)

  /// Nothing is known yet.
  ///
  /// - Parameter lowest: What is less bad is told to nobody; nil for all.
  init(lowest: Severity?) { self.lowest = lowest }

  /// Takes the next record of a partition.
  ///
  /// - Returns: Whether it is to be told.
  mutating func take(_ notice: AlertNotice) -> Bool {
    guard seen.insert(notice.id) else { return false }
    let name = notice.content.alert
    let isBad = lowest.map { notice.severity >= $0 } ?? true
    // Who was told hears the end, also where a rule that was edited thinks less of it by then.
    guard isBad || wasTold(name) else { return false }
    let isSilenced = notice.content.silencedBy != nil
    switch notice.state {
    case .pending:
      standings[name] = .untold
      return false
    case .firing where isSilenced || !isBad:
      standings[name] = wasTold(name) ? .held : .untold
      return false
    case .firing:
      standings[name] = .told(notice.withoutRecord)
      return true
    case .resolved:
      // What began in records that are gone may well have been told; its end wakes nobody.
      let isDue = standings[name] == nil ? !isSilenced : wasTold(name)
      standings[name] = nil
      return isDue
    }
  }

  /// Forgets an alert that its receiver refused.
  mutating func forget(_ notice: AlertNotice) { standings[notice.content.alert] = nil }

  /// Whether an alert fires, and is not silenced.
  func isFiring(_ name: String) -> Bool {
    if case .told = standings[name] { true } else { false }
  }

  /// The alerts that fire and are not silenced, in the order of their names.
  var firing: [AlertNotice] {
    standings.sorted { $0.key < $1.key }.compactMap {
      if case .told(let notice) = $0.value { notice } else { nil }
    }
  }

  private func wasTold(_ name: String) -> Bool {
    switch standings[name] {
    case .told, .held: true
    case .untold, nil: false
    }
  }
}

/// The last names that came, up to a number of them.
struct RecentNames {
  private let limit: Int
  private var names: Set<String> = []
  private var order: [String] = []
  /// The oldest in `order`, once that is full.
  private var oldest = 0

  init(limit: Int) { self.limit = limit }

  /// Remembers a name, in the place of the oldest where there is no room.
  ///
  /// - Returns: Whether it is new.
  mutating func insert(_ name: String) -> Bool {
    guard names.insert(name).inserted else { return false }
    guard order.count == limit else {
      order.append(name)
      return true
    }
    names.remove(order[oldest])
    order[oldest] = name
    oldest = (oldest + 1) % limit
    return true
  }
}
