import Testing

@testable import Rules

/// Numbers with units, durations, and numbers as alerts show them.
@Suite struct QuantityTests {
  @Test(arguments: [
    ("0.2", 0.2, Quantity.Kind.number),
    ("-5", -5, .number),
    ("1e-3", 0.001, .number),
    (".5", 0.5, .number),
    ("1%", 0.01, .percentage),
    ("0.1%", 0.001, .percentage),
    ("30%", 0.3, .percentage),
    ("-50%", -0.5, .percentage),
    ("+7.5%", 0.075, .percentage),
    ("99.9%", 0.999, .percentage),
    ("0.07%", 0.0007, .percentage),
    ("90s", 90, .duration),
    ("1h30m", 5400, .duration),
    ("7d", 604_800, .duration),
    ("250ms", 0.25, .duration),
    ("10/s", 10, .rate),
    ("0.5/s", 0.5, .rate),
  ])
  func converts(text: String, value: Double, kind: Quantity.Kind) throws {
    let quantity = try #require(Quantity(text))
    #expect(quantity.value == value)
    #expect(quantity.kind == kind)
  }

  @Test(arguments: [
    "", "x", "5x", "%", "1%%", "1 %", "--1", "+-1", "1.", "1e", "1e999", "nan", "inf", "0x10",
    "1/m", "5mb", "1h1h", "1m1h", "h", "1_000", "1,5", "٣",
  ])
  func refuses(text: String) {
    #expect(Quantity(text) == nil)
  }

  @Test(arguments: ["0s", "1ms", "90s", "5m", "1h30m", "7d", "1d2h3m4s5ms", "36500d"])
  func durationsReadBack(text: String) throws {
    let duration = try #require(DurationText.parse(text))
    let again = DurationText.text(of: duration)
    #expect(DurationText.parse(again) == duration)
  }

  @Test func durationsAreWrittenInTheirLargestUnits() {
    #expect(DurationText.text(of: .seconds(90)) == "1m30s")
    #expect(DurationText.text(of: .seconds(3600)) == "1h")
    #expect(DurationText.text(of: .seconds(86_400 * 7)) == "7d")
    #expect(DurationText.text(of: .zero) == "0s")
  }

  @Test(arguments: ["5", "-5m", "1.5h", "36501d", "99999999999999999999d", "5 m", "m5", "1w"])
  func refusesDurations(text: String) {
    #expect(DurationText.parse(text) == nil)
    #expect((DurationText.read(text) == .tooLong) == text.hasSuffix("d"))
  }

  @Test(
    arguments: [
      (0, "0"), (0.26144, "0.2614"), (0.26145, "0.2615"), (1, "1"), (12.5, "12.5"),
      (1234.5, "1235"), (99_999.0, "100000"), (0.99999, "1"), (0.00012345, "0.0001235"),
      (0.000012345, "1.235e-05"), (1e-80, "1e-80"), (-3.14159, "-3.142"), (6105, "6105"),
      (1e14, "100000000000000"), (1e15, "1e+15"), (1.23456e100, "1.235e+100"),
      (9.9995e-10, "1e-09"), (.infinity, "n/a"), (.nan, "n/a"),
    ] as [(Double, String)]
  )
  func showsFourDigits(value: Double, text: String) {
    #expect(NumberText.readable(value) == text)
  }

  @Test func showsSharesInPercent() {
    #expect(NumberText.percentage(0.01234) == "1.234%")
    #expect(NumberText.percentage(1) == "100%")
    #expect(NumberText.percentage(.nan) == "n/a")
  }
}
