import Model
import Platform

extension ContainerEngines.Places {
  /// The usual places of Docker and Podman, rootful and rootless, and those that their settings name.
  ///
  /// - Parameters:
  ///   - runtimeDirectory: `$XDG_RUNTIME_DIR` of this user.
  ///   - isImage: only folders, since nobody in a mounted image answers.
  init(files: some FileSystem, homes: [String], runtimeDirectory: String?, isRoot: Bool, isImage: Bool) {
    if !isImage {
      sockets = ["/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock"].map { ($0, nil) }
      for path in ["podman/podman.sock", "docker.sock"] {
        if let runtimeDirectory { sockets.append(("\(runtimeDirectory)/\(path)", nil)) }
        guard isRoot else { continue }
        for name in (try? files.list("/run/user")) ?? [] {
          if let user = UInt32(name) { sockets.append(("/run/user/\(name)/\(path)", user)) }
        }
      }
    }
    dockerFolders = ["/var/lib/docker", "/var/snap/docker/common/var-lib-docker"]
    if let text = try? files.text("/etc/docker/daemon.json", limit: 1 << 20),
      let path = Self.quoted("data-root", in: text)
    {
      dockerFolders.append(path)
    }
    podmanFolders = ["/var/lib/containers/storage"]
    if let text = try? files.text("/etc/containers/storage.conf", limit: 1 << 20),
      let path = Self.quoted("graphroot", in: text)
    {
      podmanFolders.append(path)
    }
    for home in homes {
      dockerFolders.append("\(home)/.local/share/docker")
      podmanFolders.append("\(home)/.local/share/containers/storage")
    }
    dockerFolders = Self.unique(dockerFolders)
    podmanFolders = Self.unique(podmanFolders)
  }

  private static func unique(_ paths: [String]) -> [String] {
    var seen: Set<String> = []
    return paths.filter { seen.insert($0).inserted }
  }

  /// The absolute path after a name, in TOML (`graphroot = "/x"`) and JSON (`"data-root": "/x"`) alike.
  private static func quoted(_ name: String, in text: String) -> String? {
    for line in text.split(separator: "\n").prefix(10_000) {
      let trimmed = line.drop { $0 == " " || $0 == "\t" || $0 == "{" || $0 == "\"" }
      guard trimmed.hasPrefix(name) else { continue }
      let rest = trimmed.dropFirst(name.count).drop { "\" \t:=".contains($0) }
      let path = rest.prefix { $0 != "\"" && $0 != "," }
      if path.hasPrefix("/"), !path.split(separator: "/").contains("..") { return String(path) }
    }
    return nil
  }
}
