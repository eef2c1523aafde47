import Records
import Rules
import Windowing

@testable import Monitoring

/// What a book makes of a row of judgements, a minute apart.
enum AlertScript {
  static let subject = AlertSubject(rule: 0, field: 2, version: ModelVersion("1"))

  static func window(_ number: Int64) -> Window {
    Window(
      specification: 0,
      start: Timestamp(microseconds: number * 60_000_000),
      end: Timestamp(microseconds: (number + 1) * 60_000_000)
    )
  }

  /// One letter per window: F fails, P passes, p passes but not what ends an alert, a dot is
  /// undecided.
  static func transitions(_ judgements: String, _ life: AlertLife) -> [String] {
    var book = AlertBook(limits: Limits())
    return judgements.enumerated().compactMap { number, letter in
      let window = window(Int64(number))
      let transition =
        letter == "."
        ? book.sayAgain(subject, at: window.end, life)
        : book.judge(
          subject,
          failed: letter == "F",
          isClear: letter == "P",
          window: window,
          life: life
        )
      return transition.map { transition in
        let first = transition.first.start.microseconds / 60_000_000
        let again = transition.repetition > 0 ? " again \(transition.repetition)" : ""
        return "\(number) \(transition.state)\(again) since \(first)"
      }
    }
  }
}
