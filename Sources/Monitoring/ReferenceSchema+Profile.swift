public import Reference
public import Rules
import Drift
import Records

extension ReferenceSchema {
  /// What the checker needs to know of a profile.
  public init(_ profile: ReferenceProfile) {
    self.init(
      fields: profile.fields.map {
        Field(
          name: $0.name,
          kind: $0.kind,
          hasNatural: $0.reference.natural != nil,
          categories: $0.categories,
          distribution: $0.reference
        )
      },
      timeField: profile.time?.path.description,
      timeUnit: profile.time?.unit,
      pace: profile.rhythm?.pace,
      naturalWindow: profile.window?.size,
      correlated: profile.correlatedNames
    )
  }
}

extension Rhythm {
  /// The rows that it expects in each hour of the week.
  fileprivate var pace: StreamPace {
    // 1970-01-05 was a Monday.
    let (monday, hour): (Int64, Int64) = (4 * 86_400_000_000, 3_600_000_000)
    return StreamPace(
      perHour: (0..<Int64(Self.hoursOfWeek)).map { index in
        let start = Timestamp(microseconds: monday + index * hour)
        return expected(in: start..<Timestamp(microseconds: start.microseconds + hour))
      }
    )
  }
}
