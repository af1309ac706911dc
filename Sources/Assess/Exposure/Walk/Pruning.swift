import Platform

/// Which folders are not walked, and which files are read, by their names.
enum Pruning {
  /// Installed packages, caches, object stores: nobody keeps the only copy of a secret there.
  static let folders: Set<String> = [
    "node_modules", "bower_components", ".hg", ".svn", "__pycache__", "site-packages", "dist-packages", ".build",
    "DerivedData", "Pods",
    ".rustup", ".cache", "Caches", "Cache", "Code Cache", "GPUCache", "Service Worker", "CacheStorage", "DawnCache",
    "ShaderCache", "GrShaderCache", "overlay2", ".steam", "Photos Library.photoslibrary", ".gem-cache", ".tox", ".nox",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".pnpm-store", ".yarn-cache", ".nvm", ".pyenv", ".rbenv", ".sdkman",
    ".asdf", "miniconda3",
    "anaconda3", ".npm", ".bun", ".deno", ".gradle-cache", ".vscode-server", ".next", ".nuxt", "__snapshots__",
    "blob_storage",
    "IndexedDB", "WebStorage", "Crashpad", "component_crx_cache", "extensions_crx_cache", "locales",
  ]
  /// The same, by the end of the path.
  static let tails = [
    "/.git/objects", "/.git/lfs", "/.git/refs", "/.git/logs", "/.git/modules", "/.git/hooks", "/.git/info",
    "/.gradle/caches", "/.m2/repository", "/.cargo/registry", "/.cargo/git",
    "/go/pkg", "/.local/share/containers", "/.local/share/Steam", "/.local/lib", "/.docker/overlay2",
    "/.terraform/providers", "/.local/share/virtualenvs",
    "/.local/share/pnpm", "/.local/share/uv", "/.local/share/pipx", "/.vscode/extensions", "/.cursor/extensions",
    "/.rustup/toolchains", "/usr/share",
  ]
  /// Folders that are packages where one of these files lies in them.
  static let markers: [(folder: String, file: String)] = [
    ("target", "CACHEDIR.TAG"), ("venv", "pyvenv.cfg"), (".venv", "pyvenv.cfg"), ("env", "pyvenv.cfg"),
  ]

  static func isPruned(_ path: String, _ name: String) -> Bool {
    folders.contains(name) || tails.contains { path.hasSuffix($0) }
  }

  private static let lockFiles: Set = [
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "cargo.lock", "poetry.lock", "uv.lock",
    "go.sum",
    "package.resolved", "gemfile.lock", "composer.lock", "flake.lock", "pipfile.lock", "bun.lockb", "pubspec.lock",
    "mix.lock", "podfile.lock",
    "cargo.toml.orig", "record", "metadata", "deno.lock", "packages.lock.json", "gradle.lockfile", "go.work.sum",
  ]
  private static let configurations: Set = [
    "env", "ini", "cfg", "conf", "toml", "yaml", "yml", "json", "json5", "jsonc", "xml", "properties", "tfvars",
    "tfstate",
    "ovpn", "nmconnection", "netrc", "pem", "key", "p8", "ppk", "asc", "p12", "pfx", "jks", "keystore", "bks", "kdbx",
    "kdb", "der", "plist",
    "service", "netdev", "keytab", "tfrc", "cnf", "pgpass", "kubeconfig", "agekey", "secret", "token", "creds",
    "credentials", "sec", "session",
    "http", "rest", "hcl", "config", "vault", "npmrc", "pypirc", "gpg", "keyring", "kwl", "bak", "old", "orig", "save",
    "swp", "tf",
  ]
  private static let scripts: Set = [
    "sh", "bash", "zsh", "fish", "py", "js", "mjs", "cjs", "ts", "rb", "php", "ps1", "ipynb", "go", "sql", "gradle",
    "groovy", "kts", "r", "pl", "lua", "ex", "exs", "cs", "java", "rs",
  ]
  private static let notes: Set = ["txt", "md", "rtf", "org", "csv"]
  private static let media: Set = [
    "png", "jpg", "jpeg", "gif", "svg", "ico", "webp", "mp4", "mov", "mp3", "wav", "flac", "zip", "gz", "xz", "zst",
    "bz2", "tar", "tgz", "7z", "rar", "jar", "war",
    "so", "dylib", "dll", "exe", "o", "a", "class", "pyc", "wasm", "ttf", "otf", "woff", "woff2", "pdf", "map", "css",
    "scss", "html", "htm", "min.js", "lock", "idx", "pack",
    "iso", "img", "deb", "rpm", "apk", "psd", "blend", "parquet", "npy", "bin", "gguf", "safetensors", "onnx", "po",
    "mo", "snap", "log",
  ]
  private static let words = LiteralIndex(
    [
      "token", "secret", "credential", "passw", "passphrase", "apikey", "api_key", "api-key", "private_key",
      "privatekey", "id_rsa", "id_ed25519", "auth", "vault", "seed", "wallet", "mnemonic",
    ].map { Array($0.utf8) })

  private static func speaks(_ lower: String) -> Bool {
    var found = false
    words.scan(Array(lower.utf8).span) { _, _ in found = true }
    return found
  }

  /// Whether a file that is no known place is read. `depth` counts folders below the home.
  static func isInteresting(_ path: String, _ name: String, depth: Int) -> Bool {
    let lower = name.lowercased()
    if isLock(lower) { return false }
    let ending = lower.lastIndex(of: ".").map { String(lower[lower.index(after: $0)...]) }
    if let ending {
      if configurations.contains(ending) { return true }
      if lower.hasPrefix(".env") { return true }
      if media.contains(ending) { return false }
      if scripts.contains(ending) { return depth <= 5 && !lower.hasSuffix(".min.js") }
      if notes.contains(ending) {
        return path.hasPrefix("~/Desktop/") || path.hasPrefix("~/Documents/") || path.hasPrefix("~/Downloads/")
          || depth == 0 || speaks(lower)
      }
    }
    // `.foorc` at home; `~/.tool/credentials`.
    if lower.hasSuffix("rc") && lower.hasPrefix(".") { return true }
    if lower.hasSuffix("_history") || lower == "dockerfile" || lower == "makefile" || lower == "vagrantfile"
      || lower == "jenkinsfile"
    {
      return true
    }
    if speaks(lower) { return true }
    let isHidden = path.hasPrefix("~/.")
    return isHidden && depth <= 3 && (ending == nil || lower.hasPrefix("."))
  }

  /// Lists of hashes, which look like keys by nature.
  static func isLock(_ lower: String) -> Bool {
    lockFiles.contains(lower) || lower.hasSuffix(".min.js") || lower.hasSuffix(".js.map") || lower.hasSuffix(".css.map")
      || lower.hasPrefix("sha256sums") || lower.hasPrefix("sha512sums") || lower.hasSuffix(".sha256")
      || lower.hasSuffix(".cdx.json") || lower.hasSuffix(".spdx.json") || lower.hasSuffix(".lock")
  }

  /// Files of which the end says more than the beginning.
  static func isHistory(_ path: String) -> Bool {
    path.hasSuffix("_history") || path.hasSuffix(".jsonl") || path.hasSuffix(".log") || path.hasSuffix("history")
      || path.hasSuffix(".history.md") || path.contains("/.zsh_sessions/")
  }
}
