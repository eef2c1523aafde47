// swift-tools-version: 6.2
// The whole dependency diagram on one page: a room imports only what stands above it.
import PackageDescription

let strict: [SwiftSetting] = [
  .strictMemorySafety(), .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// What counts, and tests that work the same out another way: the suite has millions of records.
let fast = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let real = Target.Dependency.product(name: "RealModule", package: "swift-numerics")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let arguments = Target.Dependency.product(
  name: "ArgumentParser",
  package: "swift-argument-parser"
)
let http = ["NIOCore", "NIOPosix", "NIOHTTP1"].map {
  Target.Dependency.product(name: $0, package: "swift-nio")
}

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: fast)
}

func tests(
  _ name: String,
  _ dependencies: [Target.Dependency],
  settings: [SwiftSetting] = strict
) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: dependencies + ["TestSupport"],
    swiftSettings: settings
  )
}

let fuzzed: [Target.Dependency] =
  [
    "Service", "KafkaClient", "Monitoring", "Records", "Reference", "Rules", "Windowing",
    "Sketches", "TestSupport",
  ]
  + ["NIOCore", "NIOEmbedded", "NIOHTTP1"].map { .product(name: $0, package: "swift-nio") }

/// What reads bytes of others: tests over a corpus, or what `make fuzz` links with libFuzzer.
let isFuzzed = Context.environment["LEEWAY_FUZZ"] != nil
let fuzz: Target =
  isFuzzed
  ? .target(
    name: "Fuzz",
    dependencies: fuzzed,
    path: "Tests/FuzzTests",
    exclude: ["Corpus", "CorpusTests.swift", "run.sh"],
    swiftSettings: strict
  )
  : .testTarget(
    name: "FuzzTests",
    dependencies: fuzzed,
    exclude: ["Corpus", "Driver", "run.sh"],
    swiftSettings: strict
  )

let package = Package(
  name: "leeway",
  products: [.executable(name: "leeway", targets: ["leeway"])]
    + (isFuzzed ? [.library(name: "Fuzz", type: .dynamic, targets: ["Fuzz"])] : []),
  dependencies: [
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
  ],
  targets: [
    // C libraries
    .target(
      name: "CSimdJSON",
      cxxSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]
        + (isFuzzed ? [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])] : []),
      linkerSettings: [.linkedLibrary("simdjson")]
    ),
    .systemLibrary(name: "CRDKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // The core: pure functions and state machines
    room("Sketches", []),
    room("Drift", ["Sketches", real]),
    room("Records", ["CSimdJSON"]),
    room("Reference", ["Records", "Sketches", "Drift", crypto]),
    room("Windowing", ["Records"]),
    room("Rules", ["Records", "Sketches", "Drift", "Windowing", yams]),
    room(
      "Monitoring",
      ["Records", "Sketches", "Drift", "Reference", "Windowing", "Rules", crypto]
    ),

    // The shell: files, brokers, the command
    room("KafkaClient", ["CRDKafka"]),
    .target(name: "Pages", resources: [.embedInCode("Assets")], swiftSettings: strict),
    room(
      "Service",
      [
        "Monitoring", "KafkaClient", "Drift", "Records", "Reference", "Rules", "Windowing", "CZlib",
        "Sketches", "Pages",
      ] + http
    ),
    .executableTarget(
      name: "leeway",
      dependencies: [
        "Service", "KafkaClient", "Rules", "Reference", "Records", "Drift", "Monitoring",
        "Windowing",
        arguments,
      ],
      swiftSettings: strict
    ),

    // How late alerts are: `make bench`
    .executableTarget(
      name: "AlertLatency",
      dependencies: [
        "Service", "KafkaClient", "Reference", "Rules", "TestSupport", "BenchmarkSupport",
      ],
      path: "Tests/Benchmarks/AlertLatency",
      swiftSettings: strict
    ),

    // What statistics cost: `make bench`
    .executableTarget(
      name: "StatisticsCost",
      dependencies: [
        "Monitoring", "Rules", "Windowing", "Reference", "Records", "Drift", "Sketches",
        "TestSupport", "BenchmarkSupport",
      ],
      path: "Tests/Benchmarks/StatisticsCost",
      swiftSettings: strict
    ),

    // The events that benchmarks count, and how they tell what they measured
    .target(
      name: "BenchmarkSupport",
      dependencies: ["TestSupport"],
      path: "Tests/Benchmarks/Support",
      swiftSettings: strict
    ),

    // How fast records are counted in memory: `make bench`, `make bench-smoke`
    .executableTarget(
      name: "HotPath",
      dependencies: [
        "Monitoring", "Rules", "Windowing", "Reference", "Records", "TestSupport",
        "BenchmarkSupport",
      ],
      path: "Tests/Benchmarks/HotPath",
      swiftSettings: strict
    ),

    // A broker full of events, and a monitor that reads them all: `make bench`
    .executableTarget(
      name: "EndToEnd",
      dependencies: ["Service", "KafkaClient", "BenchmarkSupport"],
      path: "Tests/Benchmarks/EndToEnd",
      swiftSettings: strict
    ),

    // How often tests find drift where there is none, and how little they find: `make calibration`
    .executableTarget(
      name: "Calibration",
      dependencies: ["Drift", "Sketches", "TestSupport", real],
      path: "Tests/Benchmarks/Calibration",
      swiftSettings: strict
    ),

    // Tests mirror the rooms
    .target(
      name: "TestSupport",
      dependencies: ["Sketches", "Drift", "Records", "Reference", "KafkaClient", real],
      path: "Tests/TestSupport",
      swiftSettings: fast
    ),
    tests("Sketches", ["Sketches"]),
    tests("Drift", ["Drift", "Sketches", real], settings: fast),
    tests("Records", ["Records"]),
    tests("Reference", ["Reference", "Records", "Sketches", "Drift"], settings: fast),
    tests("Windowing", ["Windowing", "Records"]),
    tests("Rules", ["Rules", "Records", "Reference", "Sketches", "Drift", "Windowing"]),
    tests(
      "Monitoring",
      ["Monitoring", "Records", "Sketches", "Drift", "Reference", "Rules", "Windowing"],
      settings: fast
    ),
    tests(
      "Service",
      [
        "Service", "KafkaClient", "Records", "Reference", "Rules", "Monitoring", "Windowing",
        "Sketches", "Pages", .product(name: "NIOCore", package: "swift-nio"),
      ]
    ),
    tests("KafkaClient", ["KafkaClient"]),
    // The stages over a deterministic log: seed → world
    tests(
      "Simulation",
      [
        "Service", "KafkaClient", "Monitoring", "Records", "Reference", "Rules", "Windowing",
        "CRDKafka",
      ],
      settings: fast
    ),
    tests(
      "Command",
      [
        "leeway", "HotPath", "KafkaClient", "Service", "Rules", "Monitoring", "Reference",
        "Records", "Drift", arguments,
      ]
    ),
    .testTarget(name: "TidyTests", swiftSettings: strict),
    fuzz,
  ],
  cxxLanguageStandard: .cxx17
)
