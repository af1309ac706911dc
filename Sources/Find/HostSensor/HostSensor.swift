// HostSensor: processes, listeners, units, containers and tunnels of this host, as observations.
//
// Goes in: reading /proc, unit folders and container state through a `FileSystem`. Stays out: merging and judging.
