public import ArgumentParser
public import Drift
internal import Reference
internal import Service

extension CompatibleTool: ExpressibleByArgument {}

extension Compare {
  /// Another tool's numbers of two files of rows.
  func compatibleReport(
    of tool: CompatibleTool,
    _ source: RowSource,
    _ currentSource: RowSource
  ) throws -> CompatibilityReport {
    let excluded = rows.excluded
    let fields = try rows.fields(of: source, or: currentSource)
    let blockRows = try tool.referenceBlocks.map { blocks in
      max(1, try source.collect([], known: excluded).collector.rows / UInt64(blocks))
    }
    var (collector, notes) = try source.collect(fields, known: excluded, blockRows: blockRows)
    warn(notes)
    var (current, currentNotes) = try currentSource.collect(fields, known: excluded)
    warn(currentNotes)
    var report = CompatibilityReport(
      tool: tool,
      referenceRows: collector.rows,
      currentRows: current.rows
    )
    try PairedSamples.forEachField(reference: &collector, current: &current) { field, values in
      report.fields.append(.init(schema: field, statistics: tool.judge(values)))
    }
    return report
  }

  /// Prints them.
  func write(_ report: CompatibilityReport) throws {
    switch format {
    case .json: try Talk.output(report.json)
    case .table: try Talk.output((report.text + "\n").utf8)
    }
  }
}
