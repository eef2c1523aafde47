import Records
import Testing
import Windowing

/// Which windows close, and in which order.
@Suite struct WindowScheduleTests {
  private func hour(_ hour: Int64) -> Timestamp {
    Timestamp(microseconds: hour * 3_600_000_000)
  }

  private func closings(
    _ schedule: inout WindowSchedule,
    _ horizon: WindowSchedule.Horizon
  ) -> [[Int64]] {
    var closed: [[Int64]] = []
    while let window = schedule.next(horizon) {
      let hours = [window.start, window.end].map { $0.microseconds / 3_600_000_000 }
      closed.append([Int64(window.specification)] + hours)
      schedule.close(window)
    }
    return closed
  }

  @Test func paneIsTheGreatestCommonDivisor() {
    let windows = [
      WindowSpecification(size: .seconds(6 * 3600), every: .seconds(3600), align: .seconds(1800)),
      WindowSpecification(size: .seconds(900)),
    ]
    #expect(PaneGrid(windows).width == 900_000_000)
  }

  @Test func alignmentIsReducedToOneHop() {
    let aligned = WindowSpecification(size: .seconds(60), align: .seconds(-10))
    #expect(aligned.align == .seconds(50))
  }

  @Test func windowsCloseByTheirEndWhateverTheirSize() {
    var schedule = WindowSchedule(
      [
        WindowSpecification(size: .seconds(3 * 3600)),
        WindowSpecification(size: .seconds(3600)),
        WindowSpecification(size: .seconds(2 * 3600), every: .seconds(3600)),
      ],
      lateness: .seconds(3600)
    )
    #expect(!schedule.hasBegun)
    schedule.begin(at: hour(3))
    let closed = closings(&schedule, .watermark(hour(7)))
    #expect(
      closed == [
        [1, 3, 4], [2, 2, 4], [1, 4, 5], [2, 3, 5], [0, 3, 6], [1, 5, 6], [2, 4, 6],
      ]
    )
    #expect(schedule.earliestStart == hour(5))
  }

  @Test func oneHorizonAfterTheOtherClosesTheSameWindows() {
    let specifications = [
      WindowSpecification(size: .seconds(7200)), WindowSpecification(size: .seconds(3600)),
    ]
    var atOnce = WindowSchedule(specifications, lateness: .zero)
    atOnce.begin(at: hour(-5))
    var inSteps = atOnce
    var steps: [[Int64]] = []
    for now in Int64(-6)...9 { steps += closings(&inSteps, .watermark(hour(now))) }
    #expect(steps == closings(&atOnce, .watermark(hour(9))))
    #expect(steps.prefix(2) == [[0, -6, -4], [1, -5, -4]])
  }

  @Test func endOfInputClosesWhatHoldsAnything() {
    var schedule = WindowSchedule([WindowSpecification(size: .seconds(7200))], lateness: .zero)
    schedule.begin(at: hour(1))
    #expect(closings(&schedule, .endOfInput(hour(5))) == [[0, 0, 2], [0, 2, 4], [0, 4, 6]])
  }

  @Test func skippingLeavesOutOnlyWindowsThatMayClose() {
    var schedule = WindowSchedule([WindowSpecification(size: .seconds(3600))], lateness: .zero)
    schedule.begin(at: hour(0))
    schedule.skip(0, to: hour(10), .watermark(hour(8)))
    #expect(closings(&schedule, .watermark(hour(11))) == [[0, 8, 9], [0, 9, 10], [0, 10, 11]])
  }
}
