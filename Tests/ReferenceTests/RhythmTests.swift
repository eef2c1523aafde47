import Records
import TestSupport
import Testing

@testable import Reference

@Suite("The rhythm of a reference")
struct RhythmTests {
  private static let hour: Int64 = 3600
  private static let day = 24 * hour
  /// Monday 2013-03-04T00:00:00Z, in seconds.
  private static let monday: Int64 = 1_362_355_200

  private static func time(_ seconds: Int64) -> Timestamp {
    Timestamp(microseconds: seconds * 1_000_000)
  }

  private static func window(_ start: Int64, _ length: Int64) -> Range<Timestamp> {
    time(start)..<time(start + length)
  }

  /// The rhythm of rows at these seconds.
  private static func rhythm(_ seconds: some Sequence<Int64>) -> Rhythm? {
    var learning = RhythmLearning()
    for second in seconds { learning.record(time(second)) }
    return learning.rhythm
  }

  /// So many rows in each hour of a span, all at its beginning, and the first of the next hour.
  private static func rows(
    from start: Int64,
    hours: Int64,
    _ count: (Int64) -> Int64
  ) -> [Int64] {
    (0...hours).flatMap { number in
      Array(repeating: start + number * hour, count: Int(count(number)))
    }
  }

  @Test(
    arguments: [
      (0, 72), (-1, 71), (3600, 73), (-72 * 3600, 0), (-72 * 3600 - 1, 167), (monday, 0),
      (monday + 7 * 86_400 - 1, 167), (monday + 86_400 * 4 + 3600 * 13 + 1799, 109),
    ] as [(Int64, Int)]
  )
  func hoursBeginOnMondayInUTC(second: Int64, hour: Int) {
    #expect(Rhythm.hour(of: Self.time(second)) == hour)
    #expect(Rhythm.hour(of: Timestamp(microseconds: second * 1_000_000 + 999_999)) == hour)
  }

  @Test func rowsAtEvenDistancesGiveTheirExactRateInAnyOrder() throws {
    let seconds = stride(from: Int64(1234), through: 1234 + Self.day, by: 600)
    let rhythm = try #require(Self.rhythm(seconds))
    #expect(rhythm == Self.rhythm(seconds.reversed()))
    #expect(rhythm == Self.rhythm(seconds.sorted { $0 % 7919 < $1 % 7919 }))
    #expect(rhythm.first == Self.time(1234) && rhythm.last == Self.time(1234 + Self.day))
    #expect(rhythm.counts.reduce(0, +) == 144)
    #expect(rhythm.covered.reduce(0, +) == 86_400_000_000)
    #expect(rhythm.expected(in: Self.window(0, Self.hour)) == 6)
    #expect(rhythm.expected(in: Self.window(99, 3 * Self.day + 1)) == 432 + 1.0 / 600)
    #expect(rhythm.expected(in: Self.window(5, 0)) == 0)
  }

  @Test func belowTwoDaysThereIsOneRate() throws {
    // 24 rows in the first hour of each day
    let daily = { (hours: Int64) in Self.rows(from: 0, hours: hours) { $0 % 24 == 0 ? 24 : 0 } }
    let flat = try #require(Self.rhythm(daily(47) + [48 * Self.hour - 1]))
    #expect(flat.counts.reduce(0, +) == 48)
    #expect(flat.expected(in: Self.window(0, Self.hour)) == 172_800.0 / 172_799)
    let byHour = try #require(Self.rhythm(daily(48)))
    #expect(byHour.counts.reduce(0, +) == 48)
    #expect(byHour.expected(in: Self.window(0, Self.hour)) == 24)
    #expect(byHour.expected(in: Self.window(Self.hour, 23 * Self.hour)) == 0)
  }

  @Test func belowTwoWeeksHoursOfTheDayAreTold() throws {
    // Thursday to Tuesday: the weekday's number at noon, 5 at 13 h.
    let rhythm = try #require(
      Self.rhythm(
        Self.rows(from: 0, hours: 6 * 24) { number in
          number % 24 == 12 ? 1 + number / 24 : number % 24 == 13 ? 5 : 0
        } + [6 * Self.day]
      )
    )
    #expect(rhythm.expected(in: Self.window(Self.monday + 12 * Self.hour, Self.hour)) == 3.5)
    #expect(rhythm.expected(in: Self.window(Self.monday, 7 * Self.day)) == 7 * 8.5)
    #expect(rhythm.expected(in: Self.window(Self.monday + 13 * Self.hour - 900, 1800)) == 2.125)
  }

  @Test func fromTwoWeeksOnHoursOfTheWeekAreTold() throws {
    let count = { (number: Int64) in 1 + (number % 168) % 5 }
    let start = Self.monday + 30 * Self.hour
    for (weeks, last) in [(2, 0), (3, 11)] as [(Int64, Int64)] {
      let hours = weeks * 168 + last
      let rows = Self.rows(from: start, hours: hours - 1, count) + [start + hours * Self.hour]
      let rhythm = try #require(Self.rhythm(rows))
      #expect(rhythm.covered.reduce(0, +) == hours * 3_600_000_000)
      #expect(rhythm.covered[30] == (weeks + (last > 0 ? 1 : 0)) * 3_600_000_000)
      for number in 0..<168 as Range<Int64> {
        let begin = start + number * Self.hour
        #expect(rhythm.expected(in: Self.window(begin, Self.hour)) == Double(count(number)))
        #expect(
          rhythm.expected(in: Self.window(begin - 520 * 7 * Self.day, Self.hour))
            == Double(count(number)),
          "ten years before"
        )
        let both = Double(count(number) + count(number + 1)) / 2
        #expect(rhythm.expected(in: Self.window(begin + 1800, Self.hour)) == both)
      }
      let week = Double((0..<168).map(count).reduce(0, +))
      #expect(rhythm.expected(in: Self.window(start + 77, 7 * Self.day)) == week)
      let weeks = rhythm.expected(in: Self.window(start, 5 * 7 * Self.day + 2 * Self.hour))
      #expect(weeks == 5 * week + 3)
    }
  }

  @Test func oneSecondBelowTheBordersLessIsTold() throws {
    // One row an hour but on Mondays.
    let rows = Self.rows(from: Self.monday, hours: 14 * 24) { $0 % 168 < 24 ? 0 : 1 }
    let week = try #require(Self.rhythm([Self.monday] + rows + [Self.monday + 14 * Self.day]))
    #expect(week.expected(in: Self.window(Self.monday + Self.hour, Self.hour)) == 0)
    let less = try #require(Self.rhythm([Self.monday + 1] + rows + [Self.monday + 14 * Self.day]))
    #expect(less.expected(in: Self.window(Self.monday + Self.hour, Self.hour)) == 12.0 / 14)
  }

  @Test func theFirstAndTheLastHourCountByTheirParts() throws {
    // From 00:45 to 02:15: a row each minute.
    let rhythm = try #require(Self.rhythm((45...135).map { Self.monday + 60 * $0 }))
    #expect(rhythm.counts.prefix(4) == [15, 60, 15, 0])
    #expect(rhythm.covered.prefix(4) == [900_000_000, 3_600_000_000, 900_000_000, 0])
    #expect(rhythm.counts.dropFirst(4).allSatisfy { $0 == 0 })
    #expect(rhythm.expected(in: Self.window(0, 90)) == 1.5)
  }

  @Test func timesBefore1970AreLikeAnyOther() throws {
    let rows = stride(from: -3 * Self.day - 1, through: -1, by: 3600)
    let rhythm = try #require(Self.rhythm(rows))
    #expect(rhythm.counts.reduce(0, +) == 72)
    #expect(rhythm.counts[167] == 1 && rhythm.counts[0] == 1 && rhythm.counts[71] == 0)
    #expect(rhythm.covered[167] == 1_000_000 && rhythm.covered[71] == 3_599_000_000)
    #expect(rhythm.expected(in: Self.window(-3 * Self.day, 3 * Self.day)) == 72)
  }

  @Test func withoutTimeBetweenRowsThereIsNoRhythm() {
    #expect(Self.rhythm([]) == nil)
    #expect(Self.rhythm([5]) == nil)
    #expect(Self.rhythm([5, 5, 5]) == nil)
    #expect(Self.rhythm([5, 5, 6, 6, 6])?.counts.reduce(0, +) == 2)
    #expect(Self.rhythm([6, 5, 6, 5, 6]) == Self.rhythm([5, 5, 6, 6, 6]))
  }

  @Test func aProfileHasItWithATimeAndOtherwiseNot() throws {
    let lines =
      (0...48).map { "{\"t\":\($0 * 3600),\"x\":1}" } + ["{\"x\":1}", "{\"t\":[],\"x\":1}"]
    let rhythm = try #require(try Rows(lines).learn(time: "t").profile.rhythm)
    #expect(rhythm.counts.reduce(0, +) == 48)
    #expect(rhythm.expected(in: Self.window(0, Self.day)) == 24)
    let window = Duration.seconds(3600)
    #expect(try Rows(lines).learn(time: "t", window: window).profile.rhythm == rhythm)
    #expect(try Rows(lines).learn().profile.rhythm == nil)
    #expect(try Rows([lines[0]]).learn(time: "t").profile.rhythm == nil)
  }

  @Test func aProfileIsSavedWithItAndIsAnotherWithoutIt() throws {
    let lines = (0...2).map { "{\"t\":\($0 * 5400 - 1800),\"x\":1}" }
    var profile = try Rows(lines).learn(time: "t").profile
    let text = String(decoding: profile.json, as: UTF8.self)
    let zeros = (String(repeating: "0,", count: 71), String(repeating: ",0", count: 94))
    #expect(
      text.contains(
        """
          "rhythm": {
            "first_microseconds": -1800000000,
            "last_microseconds": 9000000000,
            "hours_of_week": [\(zeros.0)1,0,1\(zeros.1)]
          },
          "fields": [
        """
      ),
      "\(text)"
    )
    #expect(try ReferenceProfile(json: profile.json, name: "r.json") == profile)
    let digest = profile.digest
    profile.rhythm = nil
    #expect(profile.digest != digest)
    #expect(try ReferenceProfile(json: profile.json, name: "r.json") == profile)
  }

  @Test(arguments: [
    ("\"first_microseconds\": 0", "\"first_microseconds\": 7200000000", "is not possible"),
    ("\"first_microseconds\": 0", "\"first_microseconds\": -2000000000000000000", "not possible"),
    ("_microseconds\": 7200000000", "_microseconds\": 2000000000000000000", "not possible"),
    ("_microseconds\": 7200000000", "_microseconds\": 7.5", "number that cannot be"),
    ("\"hours_of_week\": [0", "\"hours_of_week\": [[]", "wrong type"),
    ("\"first_microseconds\": 0,", "", "`first_microseconds` is missing"),
    ("[0,0,", "[0,", "167 hours of a week, not 168"),
    ("[0,0,", "[0,0,0,", "169 hours of a week, not 168"),
    ("[0,0,", "[0,1,", "more than 3 rows"),
    ("[0,0,", "[18446744073709551615,0,", "more than 3 rows"),
    ("[0,0,", "[-1,0,", "number that cannot be"),
    ("\"time\": {\"field\":\"t\",\"unit\":\"s\"},", "", "it has a rhythm but no time"),
  ])
  func wrongContentIsRefusedWithAReason(old: String, new: String, reason: String) throws {
    let lines = (0...2).map { "{\"t\":\($0 * 3600),\"x\":1}" }
    let text = String(decoding: try Rows(lines).learn(time: "t").profile.json, as: UTF8.self)
    let edited = text.replacing(old, with: new, maxReplacements: 1)
    #expect(edited != text, "\(old) is not in \(text)")
    let error = try #require(throws: ReferenceError.self) {
      try ReferenceProfile(json: Array(edited.utf8), name: "r.json")
    }
    #expect(error.code == .badProfile && error.message.contains(reason), "\(error.message)")
  }
}
