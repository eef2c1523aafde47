internal import Records

/// What a field's name says of it.
struct FieldName {
  /// The last part of its path, in words: `createdAt` and `created_at` are `created`, `at`.
  let words: [String]

  init(_ path: FieldPath) {
    guard case .payload(let segments) = path.source else {
      words = []
      return
    }
    var words = [""]
    var wasLower = false
    for character in segments.last ?? "" {
      let isLetter = character.isLetter || character.isNumber
      if !isLetter || wasLower && character.isUppercase { words.append("") }
      if isLetter { words[words.count - 1] += character.lowercased() }
      wasLower = character.isLowercase
    }
    self.words = words.filter { !$0.isEmpty }
  }

  private static let times = [
    "event time", "event timestamp", "timestamp", "time", "ts", "at", "datetime", "created at",
    "occurred at", "date",
  ]
  private static let timeWords: Set<String> = [
    "time", "timestamp", "ts", "at", "datetime", "date", "created", "occurred",
  ]
  private static let predictionWords: Set<String> = [
    "prediction", "predicted", "pred", "score", "probability", "proba", "yhat",
  ]

  /// How much it is called like the event's time: 0 for the most; nil where it is not at all.
  var timeRank: Int? {
    let name = words.joined(separator: " ")
    if let place = Self.times.firstIndex(of: name) { return place }
    return words.last.map(Self.timeWords.contains) == true ? Self.times.count : nil
  }

  var isIdentifier: Bool {
    words.last.map { ["id", "uuid", "guid", "key", "number"].contains($0) } ?? false
  }

  var isPrediction: Bool { words.contains(where: Self.predictionWords.contains) }

  var isModelVersion: Bool {
    ["model version", "modelversion", "model id", "model"].contains(words.joined(separator: " "))
  }
}
