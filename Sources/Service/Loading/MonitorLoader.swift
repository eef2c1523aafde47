internal import Foundation
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

  /// The diagnostics as text, each with its source line; empty when nothing is wrong.
  public var report: String { diagnostics.rendered(with: sources) }
}

/// Reads a monitor's file, and the rules and the references it names, relative to its own folder.
public enum MonitorLoader {
  /// Reads and checks all files of a monitor.
  ///
  /// - Parameter path: The monitor's file.
  /// - Returns: The monitor; whatever is wrong with any of its files is in the diagnostics, at the
  ///   place where the file is named.
  /// - Throws: `missing` when the monitor's file itself cannot be read.
  public static func load(_ path: String) throws(InputError) -> LoadedMonitor {
    let source = SourceText(file: path, text: try text(of: path))
    let (file, _) = MonitorFile.read(source)
    var problems: [Diagnostic] = []
    var rules: [SourceText] = []
    for rule in file?.rules ?? [] {
      let location = resolve(rule.value, from: path)
      do {
        rules.append(SourceText(file: location, text: try text(of: location)))
      } catch {
        problems.append(diagnostic(error.message, at: rule, in: path))
      }
    }
    let standard = file?.reference.flatMap { profile(at: $0, in: path, &problems) }
    let own = (file?.references ?? []).compactMap { reference in
      profile(at: reference.path, in: path, &problems)
        .map { References.Own(version: reference.version.value, profile: $0) }
    }
    let isComplete = own.count == file?.references.count
    let references = isComplete ? standard.map { References($0, own: own) } : nil
    let result = Checker.check(
      monitor: source,
      rules: rules,
      schema: standard.map(schema),
      own: Dictionary(uniqueKeysWithValues: own.map { ($0.version, schema($0.profile)) })
    )
    if let plan = result.plan, let references, let window = file?.window,
      let problem = StateSize(plan, references).problem
    {
      let hint = "choose sizes of windows nearer together, fewer fields, or fewer points"
      problems.append(
        Diagnostic(
          .error,
          file: path,
          position: window.position,
          length: window.length,
          message: problem,
          hint: hint
        )
      )
    }
    return LoadedMonitor(
      plan: problems.isEmpty ? result.plan : nil,
      references: references,
      diagnostics: problems + result.diagnostics,
      sources: result.sources
    )
  }

  /// Reads and checks a monitor with all its files, or a rule file by itself.
  ///
  /// - Throws: `missing` when the file itself cannot be read.
  public static func check(_ path: String) throws(InputError) -> LoadedMonitor {
    let source = SourceText(file: path, text: try text(of: path))
    guard !MonitorFile.isMeant(by: source) else { return try load(path) }
    return LoadedMonitor(
      plan: nil,
      references: nil,
      diagnostics: RuleFile.read(source).diagnostics,
      sources: [source]
    )
  }

  private static let learnHint = "learn one with `leeway profile INPUT -o reference.json`"

  /// The profile at a place of the monitor's file; nil when it cannot be loaded.
  private static func profile(
    at reference: Located<String>,
    in path: String,
    _ problems: inout [Diagnostic]
  ) -> ReferenceProfile? {
    let location = resolve(reference.value, from: path)
    do {
      return try ReferenceProfile(json: bytes(of: location), name: location)
    } catch let error as InputError {
      problems.append(diagnostic(error.message, at: reference, in: path, hint: learnHint))
    } catch {
      problems.append(diagnostic("\(error)", at: reference, in: path))
    }
    return nil
  }

  private static func diagnostic(
    _ message: String,
    at place: Located<String>,
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

  private static func schema(_ profile: ReferenceProfile) -> ReferenceSchema {
    ReferenceSchema(
      fields: profile.fields.map {
        ReferenceSchema.Field(
          name: $0.name,
          kind: $0.kind,
          hasNatural: $0.reference.natural != nil
        )
      },
      timeField: profile.time?.path.description,
      timeUnit: profile.time?.unit
    )
  }

  private static func resolve(_ path: String, from file: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    let folder = (file as NSString).deletingLastPathComponent
    let joined = folder.isEmpty ? path : folder + "/" + path
    return (joined as NSString).standardizingPath
  }

  private static func bytes(of path: String) throws(InputError) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError(.missing, "\(path): no such file, or it may not be read")
    }
    return [UInt8](data)
  }

  private static func text(of path: String) throws(InputError) -> String {
    guard let text = String(validating: try bytes(of: path), as: UTF8.self) else {
      throw InputError(.damaged, "\(path): is not UTF-8 text")
    }
    return text
  }
}
