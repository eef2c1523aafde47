import Rules
import Testing

/// Wrong monitor files, and what is said of each.
@Suite struct MonitorDiagnosticsTests {
  @Test(arguments: wrong)
  func says(_ wrong: Wrong) {
    #expect(Fixtures.report(monitor: wrong.source) == wrong.report)
  }

  @Test(arguments: ["a b", ".", "..", "ä", String(repeating: "x", count: 250)])
  func topicsHaveNamesThatKafkaTakes(topic: String) {
    let text = Fixtures.monitor.replacing("shop.orders", with: "'\(topic)'")
    let report = Fixtures.report(monitor: text)
    #expect(report.hasPrefix("monitor.yaml:4:12: error: no topic can have the name '"))
    #expect(report.contains("Kafka's have up to 249 letters, digits, '.', '_' and '-'"))
  }

  static let wrong: [Wrong] = [
    Wrong(
      "version: 1",
      #"""
      monitor.yaml:1:1: error: a monitor's file lacks the key 'monitor'
      version: 1
      ^
      monitor.yaml:1:1: error: a monitor's file lacks the key 'source'
      version: 1
      ^
      monitor.yaml:1:1: error: a monitor's file lacks the key 'fields'
      version: 1
      ^
      monitor.yaml:1:1: error: a monitor's file lacks the key 'reference'
      version: 1
      ^
      monitor.yaml:1:1: error: a monitor's file lacks the key 'window'
      version: 1
      ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      foo: 1
      latness: 5m
      """#,
      #"""
      monitor.yaml:11:1: error: unknown key 'foo' in a monitor's file; its keys are version, \#
      monitor, source, fields, segments, reference, references, window, lateness, idle_after, \#
      max_future, rules, output, delivery
      foo: 1
      ^~~
      monitor.yaml:12:1: error: unknown key 'latness' in a monitor's file; did you mean \#
      'lateness'?
      latness: 5m
      ^~~~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: my orders
      source:
        topics: [shop.orders]
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:2:10: error: 'monitor' becomes part of topic names, which 'my orders' \#
      cannot; use up to 100 letters, digits, '.', '_' and '-'
      monitor: my orders
               ^~~~~~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
        topic: x
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:5:3: error: unknown key 'topic' in 'source'; did you mean 'topics'?
        topic: x
        ^~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: []
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:4:11: error: 'topics' needs at least one topic name, but has a list
        topics: []
                ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: shop.orders
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:4:11: error: 'topics' needs a list of topic names, but has 'shop.orders'
        topics: shop.orders
                ^~~~~~~~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [a, a]
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:4:15: error: 'a' stands twice in 'topics'
        topics: [a, a]
                    ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        format: json
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:4:3: error: 'source' lacks the key 'topics'
        format: json
        ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [a]
        format: avro
        start: ealiest
        where: [kind]
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:5:11: error: 'format' needs 'json', but has 'avro'
        format: avro
                ^~~~
      monitor.yaml:6:10: error: 'start' needs earliest, latest or a time as of RFC 3339, but \#
      has 'ealiest'; did you mean 'earliest'?
        start: ealiest
               ^~~~~~~
      monitor.yaml:7:10: error: 'where' needs fields and their values, such as { kind: scored \#
      }, but has a list
        where: [kind]
               ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [a]
        start: 2013-01-01
        where: { kind: [a], $kye: b, $header.x: y, z: }
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:5:10: error: 'start' needs earliest, latest or a time as of RFC 3339, but \#
      has '2013-01-01'; such as 2013-03-01T00:00:00Z
        start: 2013-01-01
               ^~~~~~~~~~
      monitor.yaml:6:18: error: 'kind' needs a single value, but has a list
        where: { kind: [a], $kye: b, $header.x: y, z: }
                       ^
      monitor.yaml:6:23: error: unknown path '$kye'; did you mean '$key'?
        where: { kind: [a], $kye: b, $header.x: y, z: }
                            ^~~~
      monitor.yaml:6:49: error: 'z' needs a single value, but has nothing
        where: { kind: [a], $kye: b, $header.x: y, z: }
                                                      ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: { field: t, unit: sec }
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:6:27: error: 'unit' needs one of s, ms, us, ns, rfc3339, but has 'sec'
        time: { field: t, unit: sec }
                                ^~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: { unit: s }
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:6:9: error: 'time' lacks the key 'field'
        time: { unit: s }
              ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        id: $foo
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:6:3: error: 'fields' lacks the key 'time'
        id: $foo
        ^
      monitor.yaml:6:7: error: unknown path '$foo'; write $timestamp, $key or $header.NAME; \#
      '\$' starts a field of the event
        id: $foo
            ^~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: $timestmap
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:6:9: error: unknown path '$timestmap'; did you mean '$timestamp'?
        time: $timestmap
              ^~~~~~~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: [a]
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:6:9: error: 'time' needs the path of a field, but has a list
        time: [a]
              ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: created_at
        prediction: scoer
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:7:15: error: the reference has no field 'scoer'; did you mean 'score'?
        prediction: scoer
                    ^~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: created_at
        prediction: debug
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:7:15: error: field 'debug' is ignored by the monitor
        prediction: debug
                    ^~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: created_at
        prediction: created_at
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:7:15: error: field 'created_at' is the event's time and not judged
        prediction: created_at
                    ^~~~~~~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: created_at
        prediction: { a: b }
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:7:15: error: 'prediction' needs a path or a list of paths, but has a mapping
        prediction: { a: b }
                    ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: created_at
        prediction: score
        ignore: [debgu]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:8:12: warning: the reference has no field 'debgu' to ignore; did you mean \#
      'debug'?
        ignore: [debgu]
                 ^~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      lateness: 5
      idle_after: never
      max_future: 1w
      rules: a.yaml
      output: { prefix: a/b, topic: x }
      """#,
      #"""
      monitor.yaml:11:11: error: 'lateness' needs a duration such as 90s, 5m, 1h30m or 7d, but \#
      has '5'; a number needs a unit; did you mean 5s?
      lateness: 5
                ^
      monitor.yaml:12:13: error: 'idle_after' needs a duration such as 90s, 5m, 1h30m or 7d, or \#
      off, but has 'never'
      idle_after: never
                  ^~~~~
      monitor.yaml:13:13: error: 'max_future' needs a duration such as 90s, 5m, 1h30m or 7d, \#
      but has '1w'
      max_future: 1w
                  ^~
      monitor.yaml:14:8: error: 'rules' needs a list of paths of rule files, but has 'a.yaml'
      rules: a.yaml
             ^~~~~~
      monitor.yaml:15:19: error: 'prefix' becomes part of topic names, which 'a/b' cannot; use \#
      up to 100 letters, digits, '.', '_' and '-'
      output: { prefix: a/b, topic: x }
                        ^~~
      monitor.yaml:15:24: error: unknown key 'topic' in 'output'; its keys are prefix
      output: { prefix: a/b, topic: x }
                             ^~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      output: x
      """#,
      #"""
      monitor.yaml:11:9: error: 'output' is a mapping, but has 'x'
      output: x
              ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      rules: [a.yaml, a.yaml]
      """#,
      #"""
      monitor.yaml:11:17: error: 'a.yaml' stands twice in 'rules'
      rules: [a.yaml, a.yaml]
                      ^~~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference:
      window: 1h
      """#,
      #"""
      monitor.yaml:9:1: error: 'reference' is empty
      reference:
      ^~~~~~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: orders
      source:
        topics: [shop.orders]
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h30
      """#,
      #"""
      monitor.yaml:10:9: error: 'window' needs a duration such as 90s, 5m, 1h30m or 7d, but has \#
      '1h30'
      window: 1h30
              ^~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: ~
      source:
        topics: [shop.orders]
      fields:
        time: created_at
        prediction: score
        ignore: [debug]
      reference: reference.json
      window: 1h
      """#,
      #"""
      monitor.yaml:2:1: error: 'monitor' is empty
      monitor: ~
      ^~~~~~~
      """#
    ),
  ]
}
