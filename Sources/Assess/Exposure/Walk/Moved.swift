/// Variables that move a place. Their values are paths, no secrets.
enum Moved {
  static let folders = [
    ("XDG_CONFIG_HOME", "~/.config/"), ("XDG_DATA_HOME", "~/.local/share/"), ("XDG_STATE_HOME", "~/.local/state/"),
    ("XDG_CACHE_HOME", "~/.cache/"), ("CLOUDSDK_CONFIG", "~/.config/gcloud/"), ("CARGO_HOME", "~/.cargo/"),
    ("GNUPGHOME", "~/.gnupg/"), ("DOCKER_CONFIG", "~/.docker/"), ("AZURE_CONFIG_DIR", "~/.azure/"),
    ("CODEX_HOME", "~/.codex/"), ("CLAUDE_CONFIG_DIR", "~/.claude/"), ("OPENCLAW_STATE_DIR", "~/.openclaw/"),
    ("HERMES_HOME", "~/.hermes/"), ("PASSWORD_STORE_DIR", "~/.password-store/"), ("GH_CONFIG_DIR", "~/.config/gh/"),
    ("HF_HOME", "~/.cache/huggingface/"),
  ]
  static let files = [
    ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"), ("AWS_CONFIG_FILE", "~/.aws/config"),
    ("KUBECONFIG", "~/.kube/config"), ("NETRC", "~/.netrc"), ("PGPASSFILE", "~/.pgpass"),
    ("NPM_CONFIG_USERCONFIG", "~/.npmrc"),
    ("GOOGLE_APPLICATION_CREDENTIALS", "~/.config/gcloud/application_default_credentials.json"),
    ("OCI_CLI_CONFIG_FILE", "~/.oci/config"), ("RCLONE_CONFIG", "~/.config/rclone/rclone.conf"),
    ("SOPS_AGE_KEY_FILE", "~/.config/sops/age/keys.txt"),
    ("HISTFILE", "~/.bash_history"), ("TF_CLI_CONFIG_FILE", "~/.terraformrc"),
    ("HF_TOKEN_PATH", "~/.cache/huggingface/token"), ("SSH_AUTH_SOCK", "/tmp/ssh-0/agent.0"),
    ("PIP_CONFIG_FILE", "~/.config/pip/pip.conf"), ("BOTO_CONFIG", "~/.boto"), ("PGSERVICEFILE", "~/.pg_service.conf"),
    ("DATABRICKS_CONFIG_FILE", "~/.databrickscfg"), ("TALOSCONFIG", "~/.talos/config"),
    ("MYSQL_TEST_LOGIN_FILE", "~/.mylogin.cnf"), ("REGISTRY_AUTH_FILE", "~/.config/containers/auth.json"),
  ]
}

extension Exposure.Home {
  /// Names of the variables of which `variables` is worth filling: each holds a path.
  public static let placeVariables: [String] = (Moved.folders + Moved.files).map(\.0)
}
