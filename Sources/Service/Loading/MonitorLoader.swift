public import Reference
public import Rules
internal import Drift
internal import Monitoring
internal import Records

/// A monitor as its files say it, checked.
public struct LoadedMonitor: Sendable {
  /// What to run; nil when there are errors.
  public var plan: Plan?
  /// What to compare with; nil when one of the references cannot be loaded.
  public var references: References?
  /// All that is wrong with the files, in their order.
  public var diagnostics: [Diagnostic]
  /// The files' texts.
  public var sources: [SourceText]
  /// The files themselves; nil when it was a rule file alone that was checked.
  public var bundle: MonitorBundle?

  /// What the files mean, as a name: `sha256:` and a digest; nil when there are errors.
  ///
  /// Files that judge alike have the same version, whatever their comments and layout.
  public var version: String? {
    guard let plan, let references else { return nil }
    return MonitorVersion.name(of: plan, references)
  }

  /// The diagnostics as text, each with its source line; empty when nothing is wrong.
  public var report: String { diagnostics.rendered(with: sources) }
}

extension LoadedMonitor {
  /// What is left of files that cannot be read as they stand.
  fileprivate init(problems: [Diagnostic], _ bundle: MonitorBundle? = nil) {
    self.init(plan: nil, references: nil, diagnostics: problems, sources: [], bundle: bundle)
  }
}

/// Reads a monitor's file, and the rules and the references it names, relative to its own folder.
public enum MonitorLoader {
  /// Reads and checks all files of a monitor.
  ///
  /// - Parameter path: The monitor's file.
  /// - Returns: The monitor; whatever is wrong with any of its files is in the diagnostics, at the
  ///   place where the file is named.
  /// - Throws: `InputError` when the monitor's file itself cannot be read.
  public static func load(_ path: String) throws(InputError) -> LoadedMonitor {
    load(try MonitorBundle.read(path), path: path)
  }

  /// Reads and checks a monitor with other rule files than it names.
  ///
  /// - Parameters:
  ///   - path: The monitor's file.
  ///   - others: The rule files.
  /// - Returns: The monitor; whatever is wrong with any of its files is in the diagnostics.
  /// - Throws: `InputError` when one of these files cannot be read.
  public static func load(
    _ path: String,
    rules others: [String]
  ) throws(InputError) -> LoadedMonitor {
    var (rules, problems): ([SourceText], [Diagnostic]) = ([], [])
    for other in others {
      let bytes = try MonitorBundle.content(of: other)
      if let text = SourceText.read(bytes, file: other, &problems) { rules.append(text) }
    }
    guard problems.isEmpty else { return LoadedMonitor(problems: problems) }
    return load(try MonitorBundle.read(path), path: path, rules: rules)
  }

  /// Checks all files of a monitor, without a disk.
  ///
  /// - Parameter bundle: The files.
  /// - Returns: The monitor; whatever is wrong with any of its files is in the diagnostics.
  public static func load(_ bundle: MonitorBundle) -> LoadedMonitor {
    load(MonitorBundle.Reading(bundle: bundle), path: bundle.monitor.name)
  }

  private static func load(
    _ reading: MonitorBundle.Reading,
    path: String,
    rules others: [SourceText]? = nil
  ) -> LoadedMonitor {
    var problems: [Diagnostic] = []
    let bytes = reading.bundle.monitor.bytes
    guard let source = SourceText.read(bytes, file: path, &problems) else {
      return LoadedMonitor(problems: problems, reading.bundle)
    }
    let (file, _) = MonitorFile.read(source)
    var rules = others ?? []
    for rule in others == nil ? file?.rules ?? [] : [] {
      do throws(InputError) {
        let (location, bytes) = try reading.file(rule.value, from: path)
        if let text = SourceText.read(bytes, file: location, &problems) { rules.append(text) }
      } catch {
        let hint = RulePacks.hint(for: rule.value)
        problems.append(diagnostic(error.message, at: rule, in: path, hint: hint))
      }
    }
    let standard = file?.reference.flatMap { profile(at: $0, in: path, reading, &problems) }
    let own = (file?.references ?? []).compactMap { reference in
      profile(at: reference.path, in: path, reading, &problems)
        .map { References.Own(version: reference.version.value, profile: $0) }
    }
    let isComplete = own.count == file?.references.count
    let references = isComplete ? standard.map { References($0, own: own) } : nil
    let result = Checker.check(
      monitor: source,
      rules: rules,
      schema: standard.map { ReferenceSchema($0) },
      own: Dictionary(uniqueKeysWithValues: own.map { ($0.version, ReferenceSchema($0.profile)) })
    )
    if let plan = result.plan, let file {
      problems += ownTopics(plan, file, path)
      if let references, let window = file.window, let size = StateSize(plan, references).problem {
        let hint = "choose sizes of windows nearer together, fewer fields, or fewer points"
        problems.append(diagnostic(size, at: window, in: path, hint: hint))
      }
    }
    return LoadedMonitor(
      plan: problems.isEmpty ? result.plan : nil,
      references: references,
      diagnostics: problems + result.diagnostics,
      sources: result.sources,
      bundle: reading.bundle
    )
  }

  /// Topics that the monitor would read and write: it would judge what it says itself.
  private static func ownTopics(_ plan: Plan, _ file: MonitorFile, _ path: String) -> [Diagnostic] {
    let own = StageTopics(plan).all
    return file.topics.filter { own.contains($0.value) }.map {
      let message = "the monitor writes \($0.value) itself"
      return diagnostic(message, at: $0, in: path, hint: "name the topics of the events")
    }
  }

  /// Reads and checks a monitor with all its files, a file of tests with all its own, or a rule
  /// file by itself.
  ///
  /// - Throws: `InputError` when the file itself cannot be read.
  public static func check(_ path: String) throws(InputError) -> LoadedMonitor {
    guard !path.hasSuffix(TestFiles.suffix) else {
      let tests = try TestLoader.load(path)
      return LoadedMonitor(
        plan: tests.plan,
        references: tests.references,
        diagnostics: tests.diagnostics,
        sources: tests.sources
      )
    }
    var problems: [Diagnostic] = []
    let bytes = try MonitorBundle.content(of: path)
    guard let source = SourceText.read(bytes, file: path, &problems) else {
      return LoadedMonitor(problems: problems)
    }
    guard !MonitorFile.isMeant(by: source) else { return try load(path) }
    return LoadedMonitor(
      plan: nil,
      references: nil,
      diagnostics: RuleFile.read(source).diagnostics,
      sources: [source]
    )
  }

  static let learnHint = "learn one with `leeway profile INPUT -o reference.json`"

  /// The profile at a place of the monitor's file; nil when it cannot be loaded.
  private static func profile(
    at reference: Located<String>,
    in path: String,
    _ reading: MonitorBundle.Reading,
    _ problems: inout [Diagnostic]
  ) -> ReferenceProfile? {
    do {
      let (location, bytes) = try reading.file(reference.value, from: path)
      let profile = try ReferenceProfile(json: bytes, name: location)
      if profile.rows > 0 { return profile }
      let message = "was learned from no rows, so nothing can be compared with it"
      let problem = "\(reference.value): \(message)"
      problems.append(diagnostic(problem, at: reference, in: path, hint: learnHint))
    } catch let error as InputError {
      problems.append(diagnostic(error.message, at: reference, in: path, hint: learnHint))
    } catch {
      problems.append(diagnostic("\(error)", at: reference, in: path))
    }
    return nil
  }

  static func diagnostic<Value>(
    _ message: String,
    at place: Located<Value>,
    in file: String,
    hint: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      .error,
      file: file,
      position: place.position,
      length: place.length,
      message: message,
      hint: hint
    )
  }
}

extension MonitorBundle.Reading {
  /// Where a file is, and its content.
  ///
  /// - Throws: `InputError` when it is not in the bundle.
  fileprivate func file(
    _ name: String,
    from path: String
  ) throws(InputError) -> (location: String, bytes: [UInt8]) {
    let location = MonitorBundle.resolve(name, from: path)
    if let bytes = bundle.bytes(of: name) { return (location, bytes) }
    throw problems[name] ?? InputError("\(location): was not published with the monitor")
  }
}
