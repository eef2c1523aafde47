import Records
import Rules
import Testing
import Windowing

@testable import Monitoring

/// The life of an alert, as a script: judgements in, transitions out.
@Suite struct AlertBookTests {
  private let subject = AlertScript.subject

  private func window(_ number: Int64) -> Window { AlertScript.window(number) }

  private func script(_ judgements: String, hold: Hold) -> [String] {
    var life = AlertLife()
    life.hold = hold
    return AlertScript.transitions(judgements, life)
  }

  @Test func withoutForTheFirstFailureFires() {
    #expect(
      script("PFFPF", hold: .immediately) == [
        "1 firing since 1", "3 resolved since 1", "4 firing since 4",
      ]
    )
  }

  @Test func forADurationEveryWindowMustFail() {
    #expect(
      script("PFFFP", hold: .duration(.seconds(180))) == [
        "1 pending since 1", "3 firing since 1", "4 resolved since 1",
      ]
    )
    #expect(
      script("PFPF", hold: .duration(.seconds(120))) == [
        "1 pending since 1", "2 resolved since 1", "3 pending since 3",
      ]
    )
  }

  /// A segment that is new, or the first window of all: nobody knows what was before.
  @Test func whereNothingWasBeforeADurationBeginsWithTheFirstFailure() {
    #expect(
      script("FFFP", hold: .duration(.seconds(180))) == [
        "0 pending since 0", "2 firing since 0", "3 resolved since 0",
      ]
    )
    #expect(
      script("..F.FF", hold: .duration(.seconds(180))) == ["2 pending since 2", "4 firing since 2"]
    )
    #expect(
      script("FP", hold: .duration(.seconds(60))) == ["0 firing since 0", "1 resolved since 0"]
    )
  }

  @Test func undecidedWindowsNeitherFireNorResolve() {
    #expect(
      script("PF..FFF", hold: .duration(.seconds(180))) == [
        "1 pending since 1", "4 firing since 1",
      ]
    )
    #expect(script("F....P", hold: .immediately) == ["0 firing since 0", "5 resolved since 0"])
  }

  @Test func someOfTheLastWindows() {
    #expect(
      script("FPFPPP", hold: .windows(2, of: 3)) == [
        "0 pending since 0", "2 firing since 0", "3 resolved since 0",
      ]
    )
    #expect(
      script("FPPPF", hold: .windows(2, of: 3)) == [
        "0 pending since 0", "3 resolved since 0", "4 pending since 4",
      ]
    )
    #expect(script("FF.F", hold: .windows(3, of: 3)) == ["0 pending since 0", "3 firing since 0"])
  }

  @Test func aPassOutsideTheDurationIsForgotten() {
    #expect(
      script("PF.F.F", hold: .duration(.seconds(240))) == [
        "1 pending since 1", "5 firing since 1",
      ]
    )
  }

  @Test func aRetiredVersionsAlertIsResolvedAndForgotten() {
    var book = AlertBook(limits: Limits())
    _ = book.judge(subject, failed: true, window: window(0), life: AlertLife())
    let others: [ModelVersion?] = [ModelVersion("2"), nil]
    #expect(retire(&book, unless: others).isEmpty)
    #expect(retire(&book, unless: [ModelVersion("1")]).isEmpty)
    #expect(retire(&book, rule: 1, unless: others).isEmpty)
    #expect(retire(&book, unless: others).isEmpty)
    #expect(retire(&book, unless: others).isEmpty)
    let resolved = retire(&book, unless: others)
    #expect(resolved.map(\.state) == [.resolved] && resolved.first?.first == window(0))
    #expect(book.entries.isEmpty)
  }

  /// What comes and goes would else fire each time, whatever its cooldown.
  @Test func aRetiredAlertIsRememberedForItsCooldown() {
    var life = AlertLife()
    life.cooldown = .seconds(600)
    var book = AlertBook(limits: Limits())
    _ = book.judge(subject, failed: true, window: window(0), life: life)
    for number in 1...2 { #expect(retire(&book, at: number, life, unless: [nil]).isEmpty) }
    #expect(retire(&book, at: 3, life, unless: [nil]).map(\.state) == [.resolved])
    #expect(retire(&book, at: 4, life, unless: [nil]).isEmpty)
    let again = book.judge(subject, failed: true, window: window(5), life: life)
    #expect(again?.state == .pending)
    #expect(book.judge(subject, failed: true, window: window(13), life: life)?.state == .firing)
  }

  private func retire(
    _ book: inout AlertBook,
    rule: Int = 0,
    at number: Int = 1,
    _ life: AlertLife = AlertLife(),
    unless versions: [ModelVersion?]
  ) -> [AlertTransition] {
    book.retire(rule: rule, at: window(Int64(number)).end, life) { versions.contains($0.version) }
  }

  @Test func onlyTheLastFailuresAreKept() {
    var limits = Limits()
    limits.rememberedPanes = 3
    var books = [AlertBook(limits: limits, remembering: [0]), AlertBook(limits: limits)]
    for number in 0..<10 {
      for index in books.indices {
        _ = books[index].judge(
          subject,
          failed: true,
          window: window(Int64(number)),
          life: AlertLife()
        )
      }
    }
    #expect(books[0].entries[subject]?.failures == [window(7), window(8), window(9)])
    // Nobody asks to train on them.
    #expect(books[1].entries[subject]?.failures == [window(9)])
    for book in books { #expect(book.entries[subject]?.first == window(0)) }
  }

  /// All alerts together keep no more than fits, those that have most forget.
  @Test func failuresOfAllAlertsAreBounded() {
    var limits = Limits()
    limits.rememberedPanes = 16
    limits.rememberedBytes = 20 * 2 * MemoryLayout<Window>.stride
    var book = AlertBook(limits: limits, remembering: [0])
    let subjects = (0..<3).map { AlertSubject(rule: 0, field: $0, version: nil) }
    func fail(_ index: Int, _ windows: Range<Int64>) {
      for number in windows {
        _ = book.judge(subjects[index], failed: true, window: window(number), life: AlertLife())
      }
      book.boundFailures()
    }
    var counts: [Int?] { subjects.map { book.entries[$0]?.failures.count } }
    fail(0, 0..<11)
    fail(1, 0..<6)
    fail(2, 0..<3)
    #expect(counts == [11, 6, 3])
    fail(2, 3..<4)
    // At most ten are left: two of each, after eight and four of each were too many.
    #expect(counts == [2, 2, 2])
    #expect(book.entries[subjects[0]]?.failures == [window(9), window(10)])
    #expect(book.entries[subjects[0]]?.first == window(0))
  }

  @Test func subjectsAreApartAndFiringOnesInOrder() {
    var book = AlertBook(limits: Limits())
    let others = [
      AlertSubject(rule: 1, field: nil, version: nil),
      AlertSubject(rule: 0, field: 2, version: ModelVersion("2")),
      AlertSubject(rule: 0, field: 1, version: ModelVersion("9")),
    ]
    for other in others + [subject] {
      _ = book.judge(other, failed: true, window: window(0), life: AlertLife())
    }
    #expect(book.firing == [others[2], subject, others[1], others[0]])
    #expect(book.entries[subject]?.failures == [window(0)])
  }
}
