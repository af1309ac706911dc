import Model
import Platform

/// When a credential was used last, by what its tool writes when it uses one, and by the time of the last reading where
/// the system keeps that. Signs, no proofs: that there is none says nothing.
extension Search {
  /// Files and folders of a tool that change when it signs in or works, below the home.
  private static let witnesses: [(kinds: Set<String>, path: String, tool: String)] = [
    (["aws_access_key", "aws_session_key"], "/.aws/cli/cache", "the AWS command line fetched keys"),
    (["aws_sso_cache"], "/.aws/sso/cache", "the AWS command line signed in"),
    (
      ["gcp_adc_user", "gcloud_credential_db", "gcp_service_account_key"], "/.config/gcloud/access_tokens.db",
      "gcloud fetched a token"
    ),
    (
      ["azure_cli_token_cache", "azure_service_principal"], "/.azure/msal_http_cache.bin",
      "the Azure command line called out"
    ),
    (
      ["kubeconfig_client_cert", "kubeconfig_token", "kubeconfig_exec"], "/.kube/cache/discovery",
      "kubectl asked a cluster"
    ),
    (
      ["github_oauth_token", "github_pat_classic", "github_pat_fine"], "/.local/state/gh/state.yml",
      "the GitHub command line ran"
    ),
    (["npm_token", "npm_basic_auth"], "/.npm/_logs", "npm ran"),
    (
      ["ssh_private_key_openssh", "ssh_private_key_pem", "ssh_fido_key", "ssh_certificate"], "/.ssh/known_hosts",
      "SSH met a new host"
    ),
    (["docker_registry_auth", "dockerhub_token"], "/.docker/buildx/activity", "Docker built an image"),
    (["crates_token"], "/.cargo/.global-cache", "Cargo ran"),
    (["terraform_cloud_token"], "/.terraform.d/checkpoint_cache", "Terraform ran"),
    (["gpg_secret_key"], "/.gnupg/random_seed", "GnuPG made something"),
    (["firefox_logins", "firefox_cookies"], "/.mozilla/firefox/profiles.ini", "Firefox started"),
  ]

  /// A day: `relatime` writes a time of reading down no more often.
  private static let day: Double = 86_400

  func lastUse(of jewel: Jewel) -> Jewel.Use {
    if jewel.fingerprint == nil, jewel.facts.contains(Jewel.Fact("form", "socket")) {
      return .now("its socket is open")
    }
    var best: (time: Timestamp, sign: String)?
    for witness in Self.witnesses where witness.kinds.contains(jewel.kind) {
      guard let status = try? files.look(home.path + witness.path), status.file.modified <= judge.now else { continue }
      let time = status.file.modified
      if best.map({ $0.time < time }) ?? true { best = (time, witness.tool) }
    }
    // Read after it was written, and a day later at least: somebody other than the writer read it.
    if let read = jewel.accessed, let written = jewel.modified, read.seconds(since: written) > Self.day,
      read <= judge.now, best.map({ $0.time < read }) ?? true
    {
      best = (read, "its file was read, to the day")
    }
    if let best { return .on(best.time, by: best.sign) }
    guard jewel.accessed != nil, jewel.modified != nil else { return .unknown("the system keeps no time of reading") }
    return .unknown("its file was not read since it was written, or the system does not write that down")
  }
}
