import Rules
import Testing

/// What ends an alert, and how often it is said.
@Suite struct AlertLifeTests {
  private func script(_ judgements: String, _ change: (inout AlertLife) -> Void) -> [String] {
    var life = AlertLife()
    change(&life)
    return AlertScript.transitions(judgements, life)
  }

  @Test func anAlertEndsOnlyWhereItIsClear() {
    #expect(
      script("FppFppP") { _ in } == ["0 firing since 0", "6 resolved since 0"]
    )
    // what is only pending has nothing to be clear of
    #expect(
      script("PFpp") { $0.hold = .windows(2, of: 2) } == [
        "1 pending since 1", "3 resolved since 1",
      ]
    )
  }

  @Test func itEndsOnlyAfterItWasQuietForAsLongAsIsAsked() {
    #expect(
      script("FPPPF") { $0.keepFiringFor = .seconds(180) } == [
        "0 firing since 0", "3 resolved since 0", "4 firing since 4",
      ]
    )
    // a failure begins the time anew, undecided windows let it pass
    #expect(
      script("FPPFP..P") { $0.keepFiringFor = .seconds(180) } == [
        "0 firing since 0", "7 resolved since 0",
      ]
    )
    #expect(
      script("FFPFFPPP") {
        $0.hold = .windows(2, of: 3)
        $0.keepFiringFor = .seconds(120)
      } == ["0 pending since 0", "1 firing since 0", "6 resolved since 0"]
    )
  }

  @Test func itDoesNotFireAgainBeforeItsCooldownIsOver() {
    #expect(
      script("FPFFFFP") { $0.cooldown = .seconds(240) } == [
        "0 firing since 0", "1 resolved since 0", "2 pending since 2", "5 firing since 2",
        "6 resolved since 2",
      ]
    )
    // one that was pending only has not ended anything
    #expect(
      script("PFPPFF") {
        $0.hold = .windows(2, of: 2)
        $0.cooldown = .seconds(600)
      } == [
        "1 pending since 1", "3 resolved since 1", "4 pending since 4", "5 firing since 4",
      ]
    )
  }

  /// A cooldown that runs out in a window that passes is no reason to fire in it.
  @Test func itNeverBeginsToFireInAWindowThatPasses() {
    #expect(
      script("FFPPPFFPF") {
        $0.hold = .windows(2, of: 3)
        $0.cooldown = .seconds(240)
      } == [
        "0 pending since 0", "1 firing since 0", "3 resolved since 0", "5 pending since 5",
        "8 firing since 5",
      ]
    )
  }

  @Test func itIsSaidAgainWhileItFires() {
    #expect(
      script("FFFFFP") { $0.repeatEvery = .seconds(120) } == [
        "0 firing since 0", "2 firing again 1 since 0", "4 firing again 2 since 0",
        "5 resolved since 0",
      ]
    )
    // what cannot be judged, or is not clear, fires on
    #expect(
      script("F..pF.P...FF") { $0.repeatEvery = .seconds(60) } == [
        "0 firing since 0", "1 firing again 1 since 0", "2 firing again 2 since 0",
        "3 firing again 3 since 0", "4 firing again 4 since 0", "5 firing again 5 since 0",
        "6 resolved since 0", "10 firing since 10", "11 firing again 1 since 10",
      ]
    )
    #expect(script("PFP") { $0.repeatEvery = .seconds(1) }.count == 2)
  }
}
