import Foundation

/// Where libFuzzer hands over what it has made up.
///
/// `LEEWAY_FUZZ` names the target, or is `list`. With `LEEWAY_FUZZ_SEEDS` the seeds are written
/// into that folder, and nothing else is done.
private let target: FuzzTarget = {
  let environment = ProcessInfo.processInfo.environment
  let name = environment["LEEWAY_FUZZ"] ?? ""
  if name == "list" {
    print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
    end()
  }
  guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    stop("there is no target \(name)")
  }
  guard let folder = environment["LEEWAY_FUZZ_SEEDS"] else { return target }
  do {
    for (index, bytes) in try target.seeds().enumerated() {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/seed-\(index)"))
    }
  } catch { stop("\(error)") }
  end()
}()

/// Ends well, which libFuzzer takes for a crash unless it is not asked.
private func end() -> Never {
  fflush(nil)
  _exit(0)
}

/// Ends as a crash does: libFuzzer keeps the bytes.
private func stop(_ reason: String) -> Never {
  try? FileHandle.standardError.write(contentsOf: Data("fuzz: \(reason)\n".utf8))
  abort()
}

/// Takes one input: libFuzzer calls it so.
@_cdecl("LLVMFuzzerTestOneInput")
public func takeOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  do { _ = try target.take(bytes) } catch { stop("\(target.name): \(error)") }
  return 0
}
