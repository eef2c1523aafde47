import Records
import Testing

/// Goal: instants agree with golden values (GNU date, Python datetime) in both directions.
@Suite struct TimestampTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59Z", -1_000_000),
      ("1969-12-31T23:59:59.999999Z", -1), ("2000-02-29T12:00:00Z", 951_825_600_000_000),
      ("2013-03-07T00:00:00Z", 1_362_614_400_000_000),
      ("2013-03-07T00:00:00.5Z", 1_362_614_400_500_000),
      ("2013-03-07T00:00:00.000001Z", 1_362_614_400_000_001),
      ("0000-01-01T00:00:00Z", -62_167_219_200_000_000),
      ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
      ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
      ("1900-03-01T00:00:00Z", -2_203_891_200_000_000),
      ("2100-02-28T23:59:59Z", 4_107_542_399_000_000),
    ] as [(String, Int64)]
  )
  func goldenInstants(text: String, microseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
    #expect(Timestamp(microseconds: microseconds).description == text)
  }

  @Test(
    arguments: [
      ("2013-03-07t01:02:03z", "2013-03-07T01:02:03Z"),
      ("2013-03-07 01:02:03Z", "2013-03-07T01:02:03Z"),
      ("2013-03-07T01:02:03+01:30", "2013-03-06T23:32:03Z"),
      ("2013-03-07T23:30:00-00:45", "2013-03-08T00:15:00Z"),
      ("2013-03-07T01:02:03-00:00", "2013-03-07T01:02:03Z"),
      ("2013-03-07T01:02:03.1234567899Z", "2013-03-07T01:02:03.123456Z"),
      ("2013-03-07T01:02:03.000000900Z", "2013-03-07T01:02:03Z"),
      ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
      ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"),
      ("2016-12-31T23:59:60.5Z", "2016-12-31T23:59:59.999999Z"),
      ("2017-01-01T00:59:60+01:00", "2016-12-31T23:59:59.999999Z"),
    ]
  )
  func formsOfRFC3339(text: String, expected: String) {
    #expect(Timestamp(rfc3339: text)?.description == expected)
  }

  @Test(
    arguments: [
      "", "2013-03-07", "2013-03-07T00:00:00", "2013-03-07T00:00Z", "2013-03-07T00:00:00.Z",
      "2013-03-07T00:00:00 Z",
      "2013-03-07T00:00:00+0100", "2013-03-07T00:00:00+01", "2013-03-07T00:00:00+24:00",
      "2013-03-07T00:00:00+01:60",
      "1900-02-29T00:00:00Z", "2013-02-29T00:00:00Z", "2013-04-31T00:00:00Z",
      "2013-00-01T00:00:00Z", "2013-13-01T00:00:00Z",
      "2013-01-00T00:00:00Z", "2013-01-32T00:00:00Z", "2013-03-07T24:00:00Z",
      "2013-03-07T00:60:00Z", "2013-03-07T00:00:61Z",
      "2013-03-07T12:00:60Z", "2016-12-30T23:59:60Z", "13-03-07T00:00:00Z", "+2013-03-07T00:00:00Z",
      "2013-3-07T00:00:00Z",
      "2013-03-07T00:00:00Zx", " 2013-03-07T00:00:00Z", "2013-03-07T00:00:00,5Z",
      "2013/03/07T00:00:00Z", "2013-03-07_00:00:00Z",
      "2013-03-07T00:00:00.5", "20x3-03-07T00:00:00Z", "2013-03-07T00:00:00+01:00Z",
    ]
  )
  func whatIsNotRFC3339(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test func everyDayOfEightCenturiesRoundTrips() {
    for day in stride(from: Int64(-146_097), through: 146_097, by: 1) {
      let timestamp = Timestamp(microseconds: day * 86_400_000_000 + 1)
      #expect(Timestamp(rfc3339: timestamp.description) == timestamp)
    }
  }

  @Test func yearsBeyondRFC3339StillHaveADescription() {
    #expect(Timestamp(microseconds: .max).description == "+294247-01-10T04:00:54.775807Z")
    #expect(Timestamp(microseconds: .min).description == "-290308-12-21T19:59:05.224192Z")
    #expect(
      Timestamp(microseconds: 253_402_300_800_000_000).description == "+10000-01-01T00:00:00Z"
    )
  }

  @Test func timestampsAreOrdered() {
    #expect(Timestamp(microseconds: -1) < Timestamp(microseconds: 0))
  }
}

/// Goal: numbers become instants by unit and magnitude.
@Suite struct TimeUnitTests {
  @Test(
    arguments: [
      (0, .seconds), (99_999_999_999, .seconds), (-99_999_999_999, .seconds), (1e11, .milliseconds),
      (1_362_614_400_123, .milliseconds), (1e14, .microseconds), (-1e14, .microseconds),
      (1e17, .nanoseconds),
      (9.2e18, .nanoseconds), (0x1p63, nil), (-0x1p63, nil), (.nan, nil), (.infinity, nil),
    ] as [(Double, TimeUnit?)]
  )
  func magnitudes(number: Double, expected: TimeUnit?) {
    #expect(TimeUnit.detect(number: number) == expected)
  }

  @Test(
    arguments: [
      (.seconds, 1_362_614_400, .ok(Timestamp(microseconds: 1_362_614_400_000_000))),
      (.seconds, 1_362_614_399.5, .ok(Timestamp(microseconds: 1_362_614_399_500_000))),
      // The largest double below: times a million it would round up into the next second.
      (.seconds, (1_362_614_400.0).nextDown, .ok(Timestamp(microseconds: 1_362_614_399_999_999))),
      (.seconds, -0.5, .ok(Timestamp(microseconds: -500_000))),
      (.seconds, -1e-7, .ok(Timestamp(microseconds: -1))),
      (.milliseconds, 1_362_614_400_123.5, .ok(Timestamp(microseconds: 1_362_614_400_123_500))),
      (.microseconds, 1_362_614_400_000_001, .ok(Timestamp(microseconds: 1_362_614_400_000_001))),
      (
        .nanoseconds, 1_362_614_400_000_000_000, .ok(Timestamp(microseconds: 1_362_614_400_000_000))
      ),
      (.nanoseconds, 0, .ok(Timestamp(microseconds: 0))),
      (.milliseconds, 1_362_614_400, .wrongUnit),
      (.seconds, 1_362_614_400_123, .wrongUnit), (.rfc3339, 1, .wrongUnit),
      (.rfc3339, 0, .wrongUnit),
      (.seconds, .nan, .invalid), (.nanoseconds, 1e19, .invalid),
    ] as [(TimeUnit, Double, TimeUnit.Reading)]
  )
  func instants(unit: TimeUnit, number: Double, expected: TimeUnit.Reading) {
    #expect(unit.timestamp(number: number) == expected)
  }

  @Test func namesAreThoseOfTheMonitorFile() {
    #expect(TimeUnit.allCases.map(\.rawValue) == ["s", "ms", "us", "ns", "rfc3339"])
  }
}
