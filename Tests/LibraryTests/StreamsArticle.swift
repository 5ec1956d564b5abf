import MisfitStreams

// Article: Streams
func alarms(in rows: [[Double]], state: String) throws -> [String] {
  let watcher = Watcher(columns: ["cpu", "load"])
  var alarms: [String] = []
  for row in rows {
    let observation = try watcher.observe(StreamRow(row))
    if observation.event == .new { alarms.append("\(observation.reasons)") }
  }
  try watcher.save(to: state)
  return alarms
}
