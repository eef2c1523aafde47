import Records
import Rules
import Windowing

// What comes of requests: who answers them, and what people ask beside them.

extension RetrainGovernor {
  /// How many asks of a trigger wait for its first window; more are not heard.
  static let askLimit = 16

  /// Takes what was said by the control topic.
  ///
  /// A completion of a request that is not known, was answered already or has expired says nothing,
  /// nor does an ask of a trigger that there is not.
  mutating func hear(_ message: RetrainMessage) {
    switch message.content {
    case .asked(let ask):
      guard let index = plan.triggers.firstIndex(where: { $0.name == ask.trigger }),
        states[index].asks.count < Self.askLimit
      else { return }
      states[index].asks.append(ask)
    case .completed(let completion):
      for index in states.indices {
        let place = states[index].requests.firstIndex {
          $0.id == completion.request && $0.completion == nil
        }
        guard let place else { continue }
        if completion.hasSucceeded {
          states[index].requests[place].completion = completion
        } else {
          states[index].requests.remove(at: place)
        }
      }
    }
  }

  /// A window that somebody who asked can be answered with; nil where nobody waits for one.
  var windowOfAsks: Window? {
    states.lazy.filter { !$0.asks.isEmpty }.compactMap(\.lastWindow).first
  }

  /// Answers what somebody asked, with the last window that was judged; before the first it waits.
  mutating func answers(_ scene: RetrainScene) -> [Outcome] {
    var outcomes: [Outcome] = []
    for index in states.indices where !states[index].asks.isEmpty {
      guard let window = states[index].lastWindow else { continue }
      var scene = scene
      scene.window = window
      let asks = states[index].asks
      states[index].asks = []
      for next in asks { outcomes += ask(index, .asked(next), scene) }
    }
    return outcomes
  }

  /// Gives up requests that nobody answers.
  mutating func expire(_ index: Int, _ window: Window) -> [RetrainExpiry] {
    guard let limit = plan.triggers[index].answerWithin else { return [] }
    let isOver = { (open: OpenRequest) in
      open.completion == nil && window.end.hasPassed(limit, since: open.made)
    }
    let expired = states[index].requests.filter(isOver)
    states[index].requests.removeAll(where: isOver)
    return expired.map {
      RetrainExpiry(trigger: index, request: $0.id, made: $0.made, window: window)
    }
  }

  /// Ends the requests of triggers that are gone: nobody can answer these any more.
  ///
  /// - Parameter remains: Whether there is a trigger of that name from now on.
  /// - Returns: What is said of each.
  mutating func endRequests(unless remains: (String) -> Bool) -> [Outcome] {
    var outcomes: [Outcome] = []
    for index in states.indices where !remains(plan.triggers[index].name) {
      for open in states[index].requests {
        let made = Window(specification: 0, start: open.made, end: open.made)
        outcomes.append(open.end(index, states[index].lastWindow ?? made))
      }
      states[index].requests = []
    }
    return outcomes
  }

  /// What a window says of the requests whose trainings are over.
  mutating func verdicts(_ index: Int, _ scene: RetrainScene) -> [RetrainVerdict] {
    var verdicts: [RetrainVerdict] = []
    for place in states[index].requests.indices.reversed() {
      guard let verdict = states[index].requests[place].judge(index, scene) else { continue }
      verdicts.insert(verdict, at: 0)
      states[index].requests.remove(at: place)
    }
    return verdicts
  }
}
