#!/usr/bin/env python3
"""Makes homes to search: seeded with credentials in their default places, or a developer's without any.

    seed_home.py seeded HOME MANIFEST [SEED]
    seed_home.py clean HOME [SEED]

MANIFEST gets a JSON list of what was planted: kinds (any of them is right), path, value, trap, facts.
"""
import json, os, sys, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from seed_values import *  # noqa: E402,F403

SQLITE = b"SQLite format 3\0" + bytes(84)


# Where a token of this kind says that it is from.
INDEX = ".".join(["pypi", "org"])

def later(days):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400 * days))


def cloud(h):
    key, other = draw("[A-Za-z0-9/+]{40}"), draw("[A-Za-z0-9/+]{40}")
    text = "[default]\naws_access_key_id = AKIA%s\naws_secret_access_key = %s\n" % (draw("[A-HK-Z2-7]{16}"), key)
    text += "[work]\naws_access_key_id = AKIA%s\naws_secret_access_key = %s\n" % (draw("[A-HK-Z2-7]{16}"), other)
    h.plant("aws_access_key", ".aws/credentials", text, key, facts={"profile": "default"})
    h.note("aws_access_key", ".aws/credentials", other, facts={"profile": "work"})
    token = draw("[A-Za-z0-9/+]{300}")
    h.plant("aws_session_key", ".aws/cli/cache/a1.json", json.dumps({"Credentials": {
        "AccessKeyId": "ASIA" + draw("[A-HK-Z2-7]{16}"), "SecretAccessKey": draw("[A-Za-z0-9/+]{40}"),
        "SessionToken": token, "Expiration": later(0.2)}}), token)
    value = draw("[A-Za-z0-9_-]{200}")
    h.plant("aws_sso_cache", ".aws/sso/cache/d0.json", json.dumps({"startUrl": "https://acme.awsapps.com/start",
        "region": "eu-west-1", "accessToken": value, "expiresAt": later(0.3), "refreshToken": draw("[A-Za-z0-9]{150}")}), value,
        facts={"startUrl": "https://acme.awsapps.com/start"})
    value = draw("[A-Za-z0-9]{180}")
    h.plant("aws_login_cache", ".aws/login/cache/x.json", json.dumps({"refreshToken": value, "accessToken": {"accessKeyId": "x"}}), value)
    service = pem("PRIVATE KEY", der_key())
    h.plant("gcp_service_account_key|pkcs8_private_key", "proj/deploy-sa.json", json.dumps({"type": "service_account",
        "project_id": "acme-prod", "private_key_id": draw("[0-9a-f]{40}"), "private_key": service,
        "client_email": "deploy@acme-prod.iam.gserviceaccount.com"}, indent=1), service, facts={"project_id": "acme-prod"})
    value = "1//0" + draw("[A-Za-z0-9_-]{90}")
    h.plant("gcp_adc_user", ".config/gcloud/application_default_credentials.json", json.dumps({"client_id": "x.apps",
        "client_secret": draw("[A-Za-z0-9]{24}"), "refresh_token": value, "type": "authorized_user"}), value)
    h.plant("gcloud_credential_db", ".config/gcloud/credentials.db", SQLITE)
    h.plant("gcp_oauth_client_secret", "proj/client_secret_1.json", json.dumps({"web": {"client_secret": "GOCSPX-" + draw("[A-Za-z0-9_-]{28}")}}))
    h.plant("gcp_hmac_key", ".boto", "[Credentials]\ngs_access_key_id = GOOG1E%s\ngs_secret_access_key = %s\n" % (draw("[A-Z0-9]{55}"), draw("[A-Za-z0-9/+]{40}")))
    h.plant("firebase_cli|gcp_adc_user", ".config/configstore/firebase-tools.json", json.dumps({"user": {"email": "me@example.com"}, "tokens": {"refresh_token": "1//0" + draw("[A-Za-z0-9_-]{90}")}}))
    h.plant("azure_cli_token_cache", ".azure/msal_token_cache.json", json.dumps({"RefreshToken": {"a-b": {"secret": draw("[A-Za-z0-9_-]{900}"), "client_id": "x"}}}))
    h.plant("azure_service_principal", ".azure/service_principal_entries.json", json.dumps([{"client_id": uuid(), "tenant": uuid(), "client_secret": entra()}]))
    storage = azure("+ASt", 0x44656661756C7430, 64)
    h.plant("azure_storage_key", "proj/local.settings.json", json.dumps({"Values": {"AzureWebJobsStorage":
        "DefaultEndpointsProtocol=https;AccountName=acmedata;AccountKey=%s;EndpointSuffix=core.windows.net" % storage}}), storage)
    h.plant("azure_cosmos_key", "proj/appsettings.Production.json", json.dumps({"Cosmos": "AccountEndpoint=https://acme.documents.azure.com:443/;AccountKey=" + azure("ACDb", 0x4D617374525F3030 if False else 0x4D61737452573030, 64)}),
        facts={"rights": "read-write"})
    h.plant("azure_messaging_key", "svc/appsettings.json", json.dumps({"Bus": "Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=Send;SharedAccessKey=" + azure("+ASb", 0x53656E6430303030, 32)}), facts={"rights": "send"})
    h.plant("oci_api_key", ".oci/config", "[DEFAULT]\nuser=ocid1.user.oc1..aaa\nfingerprint=aa:bb\ntenancy=ocid1.tenancy.oc1..bbb\nregion=eu-frankfurt-1\nkey_file=~/.oci/oci_api_key.pem\n")
    h.plant("oci_api_key|pkcs8_private_key", ".oci/oci_api_key.pem", pem("PRIVATE KEY", der_key()))
    h.plant("digitalocean_token", ".config/doctl/config.yaml", "access-token: dop_v1_%s\ncontext: default\n" % draw("[a-f0-9]{64}"))
    h.plant("hetzner_token", ".config/hcloud/cli.toml", 'active_context = "prod"\n\n[[contexts]]\nname = "prod"\ntoken = "%s"\n' % draw("[A-Za-z0-9]{64}"))
    h.plant("cloudflare_wrangler_oauth", ".config/.wrangler/config/default.toml", 'oauth_token = "%s"\nexpiration_time = "%s"\nrefresh_token = "%s"\nscopes = ["account:read"]\n' % (draw("[A-Za-z0-9_-]{87}"), later(0.04), draw("[A-Za-z0-9_-]{87}")))
    h.plant("flyio_token", ".fly/config.yml", "access_token: fo1_%s\n" % draw("[A-Za-z0-9_-]{43}"))
    h.plant("vercel_token", ".local/share/com.vercel.cli/auth.json", json.dumps({"token": draw("[A-Za-z0-9]{24}")}))
    h.plant("netlify_token", ".config/netlify/config.json", json.dumps({"users": {"u": {"auth": {"token": "nfp_" + draw("[A-Za-z0-9]{36}")}, "email": "me@example.com"}}}))
    h.plant("linode_token", ".config/linode-cli", "[DEFAULT]\ndefault-user = me\n\n[me]\ntoken = %s\n" % draw("[a-f0-9]{64}"))
    h.plant("scaleway_key", ".config/scw/config.yaml", "access_key: SCW%s\nsecret_key: %s\n" % (draw("[A-Z0-9]{17}"), uuid()))
    h.plant("vultr_ovh_ibm_key", ".ovh.conf", "[default]\nendpoint=ovh-eu\n[ovh-eu]\napplication_key=%s\napplication_secret=%s\nconsumer_key=%s\n" % (draw("[A-Za-z0-9]{16}"), draw("[A-Za-z0-9]{32}"), draw("[A-Za-z0-9]{32}")))
    h.plant("alibaba_tencent_key", ".aliyun/config.json", json.dumps({"profiles": [{"mode": "AK", "access_key_id": "LTAI" + draw("[A-Za-z0-9]{20}"), "access_key_secret": draw("[A-Za-z0-9]{30}")}]}))
    h.plant("railway_render_token", ".railway/config.json", json.dumps({"user": {"token": draw("[A-Za-z0-9_-]{40}")}}))
    h.plant("rclone_config", ".config/rclone/rclone.conf", '[drive]\ntype = drive\nscope = drive\ntoken = {"access_token":"ya29.%s","refresh_token":"1//0%s","expiry":"%s"}\n[box]\ntype = sftp\nuser = me\npass = %s\n' % (draw("[A-Za-z0-9_-]{60}"), draw("[A-Za-z0-9_-]{90}"), later(0.01), draw("[A-Za-z0-9_-]{38}")))


def keys(h):
    h.plant("ssh_private_key_openssh", ".ssh/id_ed25519", openssh())
    h.plant("ssh_private_key_pem", ".ssh/id_rsa", pem("RSA PRIVATE KEY", rsa_key()))
    h.plant("ssh_private_key_pem", "Downloads/acme-prod.pem", pem("RSA PRIVATE KEY", rsa_key()))
    h.plant("pkcs8_private_key", "Documents/AuthKey_ABC123DEF4.p8", pem("PRIVATE KEY", b"\x30\x81\x93\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01" + raw(132)))
    h.plant("ssh_fido_key", ".ssh/id_ed25519_sk", openssh(algorithm=b"sk-ssh-ed25519@openssh.com"))
    h.plant("ssh_certificate", ".ssh/id_ed25519-cert.pub", certificate(), facts={"principals": "deploy", "type": "user", "key id": "me@example.com", "serial": "7"})
    h.plant("putty_ppk", "Documents/server.ppk", "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: me\nPublic-Lines: 6\n%s\nPrivate-Lines: 8\n%s\nPrivate-MAC: %s\n" % (b64(raw(280)), b64(raw(400)), draw("[0-9a-f]{40}")))
    h.plant("gpg_secret_key", ".gnupg/private-keys-v1.d/%s.key" % draw("[0-9A-F]{40}"), "Created: 20260101T000000\nKey: (private-key (ecc (curve Ed25519)(flags eddsa)\n (q #40AB#)(d #%s#)))\n" % draw("[0-9A-F]{64}"))
    h.plant("gpg_secret_key", "Documents/export.asc", pem("PGP PRIVATE KEY BLOCK", raw(700)).replace("-----\n", "-----\n\n", 1))
    h.plant("pkcs12_keystore", "proj/android/release.jks", b"\xfe\xed\xfe\xed" + raw(900))
    h.plant("pkcs12_keystore", "Documents/client.p12", b"\x30\x82\x09\x00\x02\x01\x03" + raw(900))
    h.plant("age_identity", ".config/sops/age/keys.txt", "# created: 2026\n# public key: age1x\n%s\n" % age())
    h.plant("signing_key_cosign_minisign", "proj/cosign.key", pem("ENCRYPTED SIGSTORE PRIVATE KEY", raw(500)))
    h.plant("signing_key_cosign_minisign", ".minisign/minisign.key", "untrusted comment: minisign encrypted secret key\n%s\n" % b64(raw(158)))
    h.plant("tls_server_key|pkcs8_private_key", ".local/share/mkcert/rootCA-key.pem", pem("PRIVATE KEY", der_key()))


def containers(h):
    data, token = b64(pem("EC PRIVATE KEY", raw(121)).encode()), jwt({"iss": "kubernetes/serviceaccount", "sub": "system:serviceaccount:prod:ci"})
    h.plant("kubeconfig_client_cert", ".kube/config", """apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority-data: %s
    server: https://10.1.2.3:6443
  name: prod
contexts:
- context:
    cluster: prod
    user: admin
  name: prod-admin
current-context: prod-admin
users:
- name: admin
  user:
    client-certificate-data: %s
    client-key-data: %s
- name: ci
  user:
    token: %s
- name: eks
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
""" % (b64(raw(600)), b64(raw(700)), data, token), data, facts={"context": "prod-admin", "server": "https://10.1.2.3:6443"})
    h.note("kubeconfig_token", ".kube/config", token, facts={"sub": "system:serviceaccount:prod:ci"})
    h.note("kubeconfig_exec", ".kube/config")
    h.plant("k8s_secret_manifest", "proj/k8s/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\n  namespace: prod\ntype: Opaque\ndata:\n  password: %s\n" % b64(password().encode()), facts={"namespace": "prod"} and {})
    h.plant("docker_registry_auth", ".docker/config.json", json.dumps({"auths": {"registry.example.net": {"auth": b64(("me:" + password()).encode())}}}), facts={"user": "me"})
    h.plant("dockerhub_token", ".config/containers/auth.json", json.dumps({"auths": {"docker.io": {"auth": b64(("me:dckr_pat_" + draw("[A-Za-z0-9_-]{26}[A-Za-z0-9]")).encode())}}}))
    h.plant("rancher_token", ".rancher/cli2.json", json.dumps({"Servers": {"x": {"tokenKey": "token-" + draw("[a-z0-9]{5}:[a-z0-9]{54}")}}}))
    h.plant("openshift_token", ".kube/openshift.yaml", "users:\n- name: me/api-example:6443\n  user:\n    token: sha256~%s\n" % draw("[A-Za-z0-9_-]{42}[A-Za-z0-9]"))
    h.plant("docker_swarm_token", "notes/swarm.sh", "docker swarm join --token SWMTKN-1-%s-%s 10.0.0.1:2377\n" % (draw("[a-z0-9]{50}"), draw("[a-z0-9]{25}")))
    h.plant("k8s_admin_file|kubeconfig_client_cert", ".talos/config", "context: c\ncontexts:\n  c:\n    key: %s\n" % b64(pem("ED25519 PRIVATE KEY", raw(60)).encode())) if False else None


def databases(h):
    value = password()
    h.plant("pgpass", ".pgpass", "# host:port:db:user:password\ndb.acme.net:5432:orders:app:%s\n" % value, value, facts={"host": "db.acme.net", "user": "app", "database": "orders"})
    value = password()
    h.plant("mysql_option_file", ".my.cnf", "[client]\nuser=root\npassword=%s\nhost=db\n" % value, value, facts={"user": "root"})
    h.plant("mysql_option_file", ".mylogin.cnf", raw(136))
    h.plant("mongodb_atlas_key", ".config/atlascli/config.toml", '[default]\npublic_api_key = "%s"\nprivate_api_key = "%s"\norg_id = "x"\n' % (draw("[a-z]{8}"), uuid()))
    h.plant("redis_password", "srv/redis.conf", "bind 127.0.0.1\nrequirepass %s\n" % password())
    h.plant("supabase_key", ".supabase/access-token", "sbp_%s" % draw("[a-f0-9]{40}"))
    h.plant("planetscale_neon_token", ".config/planetscale/access-token", "pscale_oauth_%s" % draw("[A-Za-z0-9_]{43}"))
    h.plant("databricks_token", ".databrickscfg", "[DEFAULT]\nhost = https://adb-1.azuredatabricks.net\ntoken = dapi%s\n" % draw("[a-f0-9]{32}"), facts={"host": "https://adb-1.azuredatabricks.net"})
    h.plant("snowflake_credentials", ".snowflake/connections.toml", '[prod]\naccount = "acme"\nuser = "me"\npassword = "%s"\nrole = "ACCOUNTADMIN"\n' % password(), facts={"role": "ACCOUNTADMIN"})
    h.plant("dbt_profiles", ".dbt/profiles.yml", "acme:\n  target: prod\n  outputs:\n    prod:\n      type: postgres\n      host: wh.acme.net\n      user: dbt\n      password: %s\n" % password(), facts={"host": "wh.acme.net"})
    h.plant("jdbc_odbc_connection", "svc/application.properties", "spring.datasource.url=jdbc:postgresql://db/app\nspring.datasource.password=%s\n" % password())
    h.plant("jdbc_odbc_connection", "svc/web.config", '<configuration><connectionStrings><add name="d" connectionString="Server=db;User Id=sa;Password=%s;" /></connectionStrings></configuration>' % password())
    h.plant("gui_db_client_store", ".local/share/DBeaverData/workspace6/General/.dbeaver/credentials-config.json", raw(300))
    h.plant("gui_db_client_store", ".config/filezilla/sitemanager.xml", "<FileZilla3><Servers><Server><Host>ftp.acme.net</Host><Pass encoding=\"base64\">%s</Pass></Server></Servers></FileZilla3>" % b64(password().encode()))
    h.plant("elastic_influx_clickhouse_key", ".influxdbv2/configs", '[default]\n  url = "https://influx.acme.net"\n  token = "%s=="\n  active = true\n' % draw("[A-Za-z0-9_-]{86}"))


def registries(h):
    h.plant("github_oauth_token", ".config/gh/hosts.yml", "github.com:\n    user: me\n    oauth_token: %s\n    git_protocol: https\n" % github("gho_"), facts={"user": "me"})
    h.plant("github_app_user_token", ".config/github-copilot/apps.json", json.dumps({"github.com:Iv1": {"user": "me", "oauth_token": github("ghu_")}}))
    h.plant("github_app_private_key|ssh_private_key_pem", "Downloads/my-app.2026-03-01.private-key.pem", pem("RSA PRIVATE KEY", rsa_key()))
    h.plant("gha_runner_credentials", "actions-runner/.credentials_rsaparams", json.dumps({"d": b64(raw(256)), "modulus": b64(raw(256))}))
    h.plant("gitlab_pat", ".config/glab-cli/config.yml", "hosts:\n  gitlab.com:\n    token: %s\n    user: me\n" % gitlab("glpat-"), facts={"user": "me"} and {})
    h.plant("gitlab_other_token", ".gitlab-runner/config.toml", '[[runners]]\n  url = "https://gitlab.com"\n  token = "glrt-%s"\n' % draw("[A-Za-z0-9]{20}"))
    value = password()
    h.plant("git_credentials_file", ".git-credentials", "https://me:%s@git.acme.net\n" % value, value, facts={"user": "me", "host": "git.acme.net"})
    h.plant("git_remote_credentials|git_credentials_file|url_basic_auth", "proj/.git/config", '[remote "origin"]\n\turl = https://bot:%s@git.acme.net/acme/app.git\n' % password())
    h.plant("netrc", ".netrc", "machine git.acme.net\n  login me\n  password %s\nmachine api.acme.net login me password %s\n" % (password(), password()))
    h.plant("npm_token", ".npmrc", "//registry.npmjs.org/:_authToken=%s\n" % base62_crc("npm_", 30))
    h.plant("npm_basic_auth", "work/.npmrc", "//npm.acme.net/:_password=%s\n//npm.acme.net/:username=me\n" % b64(password().encode()))
    h.plant("pypi_token", ".pypirc", "[pypi]\nusername = __token__\npassword = %s\n" % macaroon(INDEX, [[1, ["acme-lib"]], [3, "00000000-0000-0000-0000-000000000001"]]), facts={"projects": "acme-lib"})
    h.plant("pypirc_password", ".config/pip/pip.conf", "[global]\nindex-url = https://me:%s@pypi.acme.net/simple\n" % password())
    h.plant("crates_token", ".cargo/credentials.toml", '[registry]\ntoken = "cio%s"\n' % draw("[A-Za-z0-9]{32}"))
    h.plant("rubygems_key", ".gem/credentials", "---\n:rubygems_api_key: rubygems_%s\n" % draw("[a-f0-9]{48}"))
    h.plant("nuget_key", ".nuget/NuGet/NuGet.Config", '<configuration><packageSourceCredentials><acme><add key="Username" value="me" /><add key="ClearTextPassword" value="%s" /></acme></packageSourceCredentials></configuration>' % password())
    h.plant("maven_gradle_credentials", ".m2/settings.xml", "<settings><servers><server><id>ossrh</id><username>me</username><password>%s</password></server></servers></settings>" % password())
    h.plant("maven_gradle_credentials", ".gradle/gradle.properties", "org.gradle.daemon=true\nmavenCentralPassword=%s\n" % password())
    h.plant("composer_auth", ".config/composer/auth.json", json.dumps({"http-basic": {"repo.acme.net": {"username": "me", "password": password()}}}))
    h.plant("pub_hex_cocoapods_token", ".config/dart/pub-credentials.json", json.dumps({"accessToken": draw("[A-Za-z0-9_-]{120}"), "refreshToken": draw("[A-Za-z0-9_-]{90}")}))
    h.plant("artifactory_token", ".jfrog/jfrog-cli.conf.v6", json.dumps({"servers": [{"url": "https://acme.jfrog.io", "accessToken": "cmVmdGtuO" + draw("[A-Za-z0-9]{55}")}]}))
    h.plant("gitea_sourcegraph_token", ".config/tea/config.yml", "logins:\n- name: codeberg\n  url: https://codeberg.org\n  gitea_token: %s\n" % draw("[a-f0-9]{40}"))


def chats(h):
    h.plant("slack_config_token", ".slack/credentials.json", json.dumps({"T1": {"token": "xoxe.xoxp-1-" + draw("[A-Za-z0-9]{146}"), "refresh_token": "xoxe-1-" + draw("[A-Za-z0-9]{147}"), "team_id": "T1"}}))
    h.plant("telegram_session", ".local/share/TelegramDesktop/tdata/key_datas", raw(388))
    h.plant("telegram_session", "bots/me.session", SQLITE)
    h.plant("whatsapp_session", ".openclaw/credentials/whatsapp/default/creds.json", json.dumps({"noiseKey": {"private": {"type": "Buffer", "data": b64(raw(32))}}, "me": {"id": "490000:1"}}))
    h.plant("matrix_signal_session", ".config/Signal/config.json", json.dumps({"key": draw("[a-f0-9]{64}")}))
    h.plant("mattermost_rocketchat_token", ".config/mmctl/config", json.dumps({"acme": {"authToken": draw("[a-z0-9]{26}"), "instanceUrl": "https://mm.acme.net"}}))
    h.plant("twilio_key", ".twilio-cli/config.json", json.dumps({"profiles": {"me": {"apiKeySid": "SK" + draw("[a-f0-9]{32}")}}}))
    h.plant("smtp_credentials", ".msmtprc", "account default\nhost smtp.acme.net\nuser me\npassword %s\n" % password())
    h.plant("smtp_credentials", ".mbsyncrc", "IMAPAccount a\nHost imap.acme.net\nUser me\nPass %s\n" % password())
    h.plant("mail_client_profile|firefox_logins", ".thunderbird/ab.default/logins.json", json.dumps({"logins": [{"hostname": "imap://x"}]}))
    h.plant("gog_google_cli", ".config/gogcli/token.json", json.dumps({"refresh_token": draw("[A-Za-z0-9_-]{100}")}))


def payments(h):
    h.plant("stripe_restricted", ".config/stripe/config.toml", "[default]\nlive_mode_api_key = 'rk_live_%s'\n" % draw("[A-Za-z0-9]{99}"), facts={"mode": "live"})
    h.plant("coinbase_key", "Downloads/cdp_api_key.json", json.dumps({"name": "organizations/%s/apiKeys/%s" % (uuid(), uuid()), "privateKey": b64(raw(64))}))
    h.plant("bip39_seed_phrase", "Documents/wallet.txt", "Recovery phrase, keep safe!\n" + phrase(12) + "\n")
    h.plant("bitcoin_private_key", "Documents/btc.txt", "paper: " + base58check(b"\x80" + raw(32) + b"\x01") + "\n", facts={"network": "main"})
    h.plant("bitcoin_core_wallet", ".bitcoin/wallets/main/wallet.dat", SQLITE)
    h.plant("ethereum_keystore", ".ethereum/keystore/UTC--2026-01-01--ab", json.dumps({"address": "ab", "crypto": {"ciphertext": draw("[0-9a-f]{64}"), "kdf": "scrypt", "kdfparams": {"n": 262144}}}))
    h.plant("solana_keypair", ".config/solana/id.json", json.dumps(list(raw(64))))
    h.plant("exchange_api_key", "freqtrade/user_data/config.json", json.dumps({"dry_run": False, "exchange": {"name": "binance", "key": draw("[A-Za-z0-9]{64}"), "secret": draw("[A-Za-z0-9]{64}")}}))
    h.plant("browser_wallet_extension", ".config/google-chrome/Default/Local Extension Settings/%s/000003.log" % draw("[a-p]{32}"), raw(200))


def agents(h):
    token = draw("[a-f0-9]{48}")
    h.plant("openclaw_gateway_secret", ".openclaw/openclaw.json", '{ // the gateway\n  gateway: { bind: "lan", auth: { mode: "token", token: "%s" } },\n  channels: { telegram: { botToken: "%s" }, discord: { token: "%s" } },\n  skills: { entries: { search: { apiKey: "%s" } } },\n}\n'
        % (token, draw("[0-9]{9}") + ":AA" + draw("[A-Za-z0-9_-]{32}[A-Za-z0-9]"), "M" + draw("[A-Za-z0-9]{23}") + "." + draw("[A-Za-z0-9]{6}") + "." + draw("[A-Za-z0-9_-]{37}[A-Za-z0-9]"), draw("[A-Za-z0-9]{32}")), token)
    h.note("telegram_bot_token|openclaw_channel_credentials", ".openclaw/openclaw.json")
    h.note("discord_bot_token|openclaw_channel_credentials", ".openclaw/openclaw.json")
    h.note("openclaw_channel_credentials", ".openclaw/openclaw.json")
    h.plant("anthropic_api_key|openclaw_auth_profiles", ".openclaw/agents/main/agent/auth-profiles.json", json.dumps({"version": 1, "profiles": {"anthropic:default": {"type": "api_key", "provider": "anthropic", "key": "sk-ant-api03-" + draw("[A-Za-z0-9_-]{93}") + "AA"}, "x:me": {"type": "oauth", "access": draw("[A-Za-z0-9]{60}"), "refresh": draw("[A-Za-z0-9]{60}"), "expires": int(time.time() * 1000) + 86400000}}}))
    h.note("openclaw_auth_profiles", ".openclaw/agents/main/agent/auth-profiles.json")
    h.plant("openclaw_state_secrets", ".openclaw/state/openclaw.sqlite", SQLITE)
    h.plant("openclaw_state_secrets|pkcs8_private_key", ".openclaw/identity/device.json", json.dumps({"deviceId": "d", "privateKeyPem": pem("PRIVATE KEY", b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70" + raw(36))}))
    h.plant("clawhub_token", ".config/clawhub/config.json", json.dumps({"token": draw("[A-Za-z0-9_]{40}")}))
    h.plant("codex_auth", ".codex/auth.json", json.dumps({"OPENAI_API_KEY": None, "tokens": {"access_token": jwt({"iss": "https://auth.openai.com", "sub": "user-1", "exp": int(time.time()) + 864000}), "refresh_token": draw("[A-Za-z0-9_-]{60}"), "account_id": uuid()}}))
    h.plant("claude_code_config", ".claude.json", json.dumps({"mcpServers": {"db": {"command": "npx", "env": {"DB_PASSWORD": password()}}}}))
    h.plant("anthropic_oauth_token", ".claude/.credentials.json", json.dumps({"claudeAiOauth": {"accessToken": "sk-ant-oat01-" + draw("[A-Za-z0-9_-]{80}A"), "refreshToken": "sk-ant-ort01-" + draw("[A-Za-z0-9_-]{80}A"), "expiresAt": int(time.time() * 1000) + 3600000 * 5, "scopes": ["user:inference"], "subscriptionType": "max"}}), facts={"subscriptionType": "max"})
    h.plant("gemini_cli_oauth|gcp_oauth_access_token|gcp_adc_user", ".gemini/oauth_creds.json", json.dumps({"access_token": "ya29." + draw("[A-Za-z0-9_-]{180}A"), "refresh_token": "1//0" + draw("[A-Za-z0-9_-]{90}A"), "scope": "https://www.googleapis.com/auth/cloud-platform", "expiry_date": int(time.time() * 1000) + 3000000}))
    h.plant("copilot_cursor_ide_tokens", ".config/Cursor/User/globalStorage/state.vscdb", SQLITE)
    h.plant("opencode_goose_hermes_auth", ".local/share/opencode/auth.json", json.dumps({"zen": {"type": "api", "key": draw("[A-Za-z0-9]{64}")}}))
    h.plant("kin_agent_configs", ".nanobot/config.json", json.dumps({"providers": {"zhipu": {"apiKey": draw("[A-Za-z0-9]{40}")}}}))
    h.plant("mcp_remote_tokens", ".mcp-auth/mcp-remote-0.1/ab_tokens.json", json.dumps({"access_token": draw("[A-Za-z0-9]{60}"), "refresh_token": draw("[A-Za-z0-9]{60}"), "scope": "read"}))
    h.plant("mcp_config_inline_secret", "proj/.mcp.json", json.dumps({"mcpServers": {"tickets": {"command": "npx", "env": {"TICKETS_TOKEN": draw("[A-Za-z0-9]{40}")}}}}), facts={"service": "tickets"})
    h.plant("groq_key", ".claude/projects/-home-me/a.jsonl", json.dumps({"type": "user", "message": "use gsk_" + draw("[A-Za-z0-9]{52}") + " please"}) + "\n")
    h.plant("huggingface_token", ".cache/huggingface/token", "hf_" + draw("[A-Za-z]{34}"))


def infrastructure(h):
    h.plant("terraform_cloud_token", ".terraform.d/credentials.tfrc.json", json.dumps({"credentials": {"app.terraform.io": {"token": draw("[A-Za-z0-9]{14}") + ".atlasv1." + draw("[A-Za-z0-9]{67}")}}}))
    h.plant("terraform_state", "infra/terraform.tfstate", json.dumps({"version": 4, "resources": [{"type": "random_password", "instances": [{"attributes": {"password": password(), "length": 16}}]}]}))
    h.plant("terraform_vars", "infra/prod.auto.tfvars", 'db_password = "%s"\nregion = "eu-west-1"\n' % password())
    h.plant("vault_token", ".vault-token", "hvs." + draw("[A-Za-z0-9]{24}"))
    h.plant("vault_approle_unseal", "infra/vault-init.json", json.dumps({"unseal_keys_b64": [b64(raw(33)) for _ in range(5)], "root_token": "hvs." + draw("[A-Za-z0-9]{24}")}))
    h.plant("ansible_vault", "infra/group_vars/all/vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n%s\n" % draw("[0-9a-f]{80}"))
    h.plant("ansible_vault", "infra/inventory/hosts.ini", "[web]\nweb1 ansible_host=10.0.0.2 ansible_become_pass=%s\n" % password())
    h.plant("pulumi_token", ".pulumi/credentials.json", json.dumps({"accessTokens": {"https://api.pulumi.com": "pul-" + draw("[a-f0-9]{40}")}}))
    h.plant("circleci_token", ".circleci/cli.yml", "host: https://circleci.com\ntoken: %s\n" % ("CCIPAT_" + draw("[A-Za-z0-9]{22}") + "_" + draw("[a-f0-9]{40}")))
    h.plant("jenkins_credentials", ".jenkins/secrets/master.key", draw("[0-9a-f]{256}"))
    h.plant("sentry_token", ".sentryclirc", "[auth]\ntoken=sntryu_%s\n" % draw("[a-f0-9]{64}"))
    h.plant("datadog_key", ".dogrc", "[Connection]\napikey = %s\nappkey = %s\n" % (draw("[a-f0-9]{32}"), draw("[a-f0-9]{40}")))
    h.plant("pagerduty_newrelic_key", ".newrelic/credentials.json", json.dumps({"default": {"apiKey": "NRAK-" + draw("[A-Z0-9]{27}")}}))
    h.plant("grafana_token", ".config/grafanactl/config.yaml", "contexts:\n  default:\n    grafana:\n      token: %s\n" % grafana())
    h.plant("doppler_infisical_token", ".doppler/.doppler.yaml", "scoped:\n  /:\n    token: dp.ct.%s\n" % draw("[A-Za-z0-9]{43}"))
    h.plant("snyk_sonar_token", ".config/configstore/snyk.json", json.dumps({"api": uuid()}))
    h.plant("okta_auth0_token", ".okta/okta.yaml", "okta:\n  client:\n    orgUrl: https://acme.okta.com\n    token: 00%s\n" % draw("[A-Za-z0-9_-]{39}[A-Za-z0-9]"))
    h.plant("consul_nomad_token", ".consul-token", uuid())
    h.plant("tailscaled_state", ".local/share/tailscale/tailscaled.state", json.dumps({"_machinekey": b64(("privkey:" + draw("[0-9a-f]{64}")).encode()), "profile-ab": b64(raw(200))}))
    h.plant("wireguard_private_key", "Downloads/wg0.conf", "[Interface]\nPrivateKey = %s\nAddress = 10.9.0.2/32\n[Peer]\nPublicKey = %s\nEndpoint = vpn.acme.net:51820\n" % (b64(clamped()), b64(raw(32))))
    h.plant("openvpn_ipsec_profile|pkcs8_private_key", "Documents/acme.ovpn", "client\nremote vpn.acme.net\n<key>\n%s</key>\n" % pem("PRIVATE KEY", der_key()))
    h.plant("ngrok_token", ".config/ngrok/ngrok.yml", 'version: "3"\nagent:\n  authtoken: %s\n' % (draw("[A-Za-z0-9]{27}") + "_" + draw("[A-Za-z0-9]{21}")))
    h.plant("cloudflared_tunnel", ".cloudflared/%s.json" % uuid(), json.dumps({"AccountTag": draw("[0-9a-f]{32}"), "TunnelSecret": b64(raw(32)), "TunnelID": uuid()}))
    h.plant("zerotier_netbird_identity", ".zeroTierOneAuthToken", draw("[a-z0-9]{24}"))
    h.plant("teleport_boundary_session|ssh_private_key_pem|pkcs8_private_key", ".tsh/keys/acme/me", pem("RSA PRIVATE KEY", rsa_key()))


def clamped():
    data = bytearray(raw(32))
    data[0] &= 248
    data[31] = data[31] & 63 | 64
    return bytes(data)


def stores(h):
    h.plant("pass_store", ".password-store/bank/acme.gpg", raw(400))
    h.plant("keepass_database", "Documents/passwords.kdbx", bytes.fromhex("03d9a29a67fb4bb5") + raw(600))
    h.plant("gnome_keyring_file", ".local/share/keyrings/login.keyring", b"GnomeKeyring\n\r\0\n" + raw(300))
    h.plant("macos_keychain", "Library/Keychains/login.keychain-db", raw(300))
    h.plant("kerberos_credentials", "Documents/svc.keytab", b"\x05\x02" + raw(90))
    h.plant("systemd_creds_and_units", ".config/systemd/user/bot.service", "[Service]\nExecStart=/usr/bin/bot\nEnvironment=BOT_SECRET=%s LOG=info\n" % draw("[A-Za-z0-9]{32}"))
    h.plant("chromium_cookies", ".config/google-chrome/Default/Cookies", SQLITE)
    h.plant("chromium_cookies", "Library/Application Support/Google/Chrome/Default/Cookies", SQLITE)
    h.plant("chromium_logins", ".config/chromium/Default/Login Data", SQLITE)
    h.plant("firefox_logins", ".mozilla/firefox/ab.default/logins.json", json.dumps({"logins": [{"hostname": "https://x"}]}))
    h.plant("firefox_cookies", ".mozilla/firefox/ab.default/cookies.sqlite", SQLITE)
    h.plant("safari_cookies", "Library/Cookies/Cookies.binarycookies", b"cook" + raw(100))
    h.plant("electron_app_sessions", ".config/Slack/Local Storage/leveldb/000005.ldb", raw(400))
    h.plant("agent_browser_profile|chromium_cookies", ".openclaw/browser/main/user-data/Default/Cookies", SQLITE)
    h.plant("agent_browser_profile", "proj/storageState.json", json.dumps({"cookies": [{"name": "sid", "value": draw("[A-Za-z0-9]{40}"), "domain": "acme.net"}]}))
    h.plant("shell_history", ".bash_history", "ls\nexport OTHER_TOKEN=%s\ncurl -u me:%s https://api.acme.net/v1\ngit status\n" % (draw("[A-Za-z0-9]{32}"), password()))
    h.plant("shell_history", ".local/share/fish/fish_history", "- cmd: sshpass -p %s ssh web1\n  when: 1750000000\n" % password())
    h.plant("db_repl_history", ".psql_history", "alter user app password '%s';\nselect 1;\n" % password())
    h.plant("authorization_header", "proj/api.http", "GET https://api.acme.net/v1\nAuthorization: Bearer %s\n" % draw("[A-Za-z0-9]{40}"))
    h.plant("jwt_generic", "proj/notes.json", json.dumps({"session": jwt({"iss": "https://id.acme.net", "sub": "me", "aud": "api", "exp": int(time.time()) + 86400})}), facts={"sub": "me", "iss": "https://id.acme.net", "aud": "api"})
    h.plant("url_basic_auth", "proj/scripts/sync.sh", "curl https://sync:%s@files.acme.net/x\n" % password())
    h.plant("backup_tool_password", ".config/borgmatic/config.yaml", "repositories:\n  - path: ssh://b@backup/./r\nencryption_passphrase: %s\n" % password())
    h.plant("cloud_init_userdata", "infra/user-data", "#cloud-config\npassword: %s\nchpasswd: {expire: false}\n" % password())
    h.plant("database_url", "proj/docker-compose.yml", "services:\n  app:\n    environment:\n      DATABASE_URL: postgres://app:%s@db.acme.net:5432/orders\n      SECRET_KEY: %s\n" % (password(), draw("[A-Za-z0-9]{40}")), facts={"user": "app", "host": "db.acme.net:5432", "database": "orders"})
    h.plant("k8s_admin_file", "infra/k3s/server-token.txt", "K10%s::server:%s\n" % (draw("[a-f0-9]{64}"), draw("[a-f0-9]{32}")))


def variables(h):
    A = "[A-Za-z0-9]"
    h.each("app1/.env", [
        ("aws_bedrock_api_key", "AWS_BEARER_TOKEN_BEDROCK", "ABSK" + b64(b"BedrockAPIKey-ab12-at-123456789012:" + raw(60))),
        ("google_api_key", "GEMINI_API_KEY", "AIza" + draw(A + "{35}")),
        ("cloudflare_api_token", "CLOUDFLARE_API_TOKEN", hex_crc("cfut_", 40)),
        ("cloudflare_global_key", "CLOUDFLARE_API_KEY", draw("[a-f0-9]{37}")),
        ("heroku_key", "HEROKU_API_KEY", "HRKU-AA" + draw(A + "{58}")),
        ("digitalocean_spaces_key", "SPACES_ACCESS_KEY_ID", "DO00" + draw("[A-Z0-9]{16}")),
        ("azure_function_key", "AZURE_FUNCTION_KEY", draw(A + "{44}") + "AzFu" + draw(A + "{5}") + "A==") if False else ("vercel_token", "VERCEL_TOKEN", base62_crc("vcp_", 50)),
        ("azure_sas_url", "AZURE_STORAGE_SAS_TOKEN", "sv=2024-01-01&ss=b&srt=o&sp=r&se=2030-01-01T00:00:00Z&spr=https&sig=" + draw(A + "{43}") + "%3D"),
        ("azure_devops_pat_legacy", "AZURE_DEVOPS_EXT_PAT", draw("[a-z2-7]{52}")),
        ("dockerhub_token", "DOCKERHUB_TOKEN", "dckr_pat_" + draw(A + "{27}")),
    ])
    h.each("app2/.env.production", [
        ("github_pat_classic", "GITHUB_TOKEN", github("ghp_")),
        ("github_pat_fine", "GH_TOKEN", "github_pat_" + draw(A + "{22}") + "_" + draw(A + "{59}")),
        ("github_app_install_token", "ACTIONS_TOKEN", github("ghs_")),
        ("bitbucket_token", "BITBUCKET_TOKEN", upper_crc("ATBB" + draw(A + "{24}"))),
        ("atlassian_api_token", "JIRA_API_TOKEN", upper_crc("ATATT3xFfGF0" + draw(A + "{170}") + "=")),
        ("slack_bot_token", "SLACK_BOT_TOKEN", "xoxb-" + draw("[0-9]{12}-[0-9]{12}-[A-Za-z0-9]{24}")),
        ("slack_user_token", "SLACK_TOKEN", "xoxp-" + draw("[0-9]{12}-[0-9]{12}-[0-9]{12}-[a-f0-9]{32}")),
        ("slack_app_token", "SLACK_APP_TOKEN", "xapp-1-A" + draw("[A-Z0-9]{10}-[0-9]{13}-[a-f0-9]{64}")),
        ("slack_session", "SLACK_MCP_XOXC_TOKEN", "xoxc-" + draw("[0-9]{12}-[0-9]{12}-[0-9]{12}-[a-f0-9]{64}")),
        ("slack_webhook", "SLACK_WEBHOOK_URL", "https://hooks.slack.com/services/T" + draw("[A-Z0-9]{9}") + "/B" + draw("[A-Z0-9]{10}") + "/" + draw(A + "{24}")),
        ("discord_bot_token", "DISCORD_TOKEN", b64(b"912345678901234567", True) + "." + draw(A + "{6}") + "." + draw(A + "{38}")),
        ("discord_webhook", "DISCORD_WEBHOOK_URL", "https://discord.com/api/webhooks/" + draw("[0-9]{18}/[A-Za-z0-9]{68}")),
        ("telegram_bot_token", "TELEGRAM_BOT_TOKEN", draw("[0-9]{10}") + ":AA" + draw(A + "{33}")),
        ("teams_webhook", "TEAMS_WEBHOOK_URL", "https://acme.webhook.office.com/webhookb2/%s@%s/IncomingWebhook/%s/%s" % (uuid(), uuid(), draw("[a-z0-9]{32}"), uuid())),
        ("azure_service_principal|teams_bot_credentials", "MSTEAMS_APP_PASSWORD", entra()),
        ("whatsapp_cloud_token", "WHATSAPP_TOKEN", "EAA" + draw(A + "{180}")),
        ("matrix_signal_session", "MATRIX_ACCESS_TOKEN", matrix("bot")),
    ])
    h.each("app3/.env", [
        ("smtp_credentials", "SMTP_PASSWORD", password()),
        ("gmail_app_password|smtp_credentials", "GMAIL_APP_PASSWORD", draw("[a-z]{16}")),
        ("sendgrid_key", "SENDGRID_API_KEY", "SG." + draw(A + "{22}") + "." + draw(A + "{43}")),
        ("mailgun_key", "MAILGUN_API_KEY", "key-" + draw("[a-f0-9]{32}")),
        ("postmark_resend_key", "RESEND_API_KEY", "re_" + draw(A + "{8}") + "_" + draw(A + "{24}")),
        ("mailchimp_brevo_key", "MAILCHIMP_API_KEY", draw("[a-f0-9]{32}") + "-us14"),
        ("ses_smtp", "SES_SMTP_PASSWORD", "B" + draw("[A-Za-z0-9/+]{43}")),
        ("stripe_secret_live", "STRIPE_SECRET_KEY", "sk_live_" + draw(A + "{99}")),
        ("stripe_webhook_secret", "STRIPE_WEBHOOK_SECRET", "whsec_" + draw(A + "{32}")),
        ("paypal_credentials", "PAYPAL_CLIENT_SECRET", "E" + draw(A + "{79}")),
        ("square_token", "SQUARE_ACCESS_TOKEN", "EAAA" + draw(A + "{60}")),
        ("adyen_key", "ADYEN_API_KEY", "AQE" + draw(A + "{100}")),
        ("plaid_credentials", "PLAID_ACCESS_TOKEN", "access-production-" + uuid()),
        ("razorpay_shopify_key", "SHOPIFY_ACCESS_TOKEN", "shpat_" + draw("[a-f0-9]{32}")),
        ("evm_private_key_hex", "DEPLOYER_PRIVATE_KEY", "0x" + draw("[a-f0-9]{64}")),
        ("exchange_api_key", "BINANCE_API_SECRET", draw(A + "{64}")),
    ])
    h.each("app4/.env.local", [
        ("openai_api_key", "OPENAI_API_KEY", "sk-proj-" + draw(A + "{74}") + "T3BlbkFJ" + draw(A + "{74}")),
        ("openai_admin_key", "OPENAI_ADMIN_KEY", "sk-admin-" + draw(A + "{58}") + "T3BlbkFJ" + draw(A + "{58}")),
        ("anthropic_api_key", "ANTHROPIC_API_KEY", "sk-ant-api03-" + draw(A + "{93}") + "AA"),
        ("anthropic_admin_key", "ANTHROPIC_ADMIN_KEY", "sk-ant-admin01-" + draw(A + "{93}") + "AA"),
        ("openrouter_key", "OPENROUTER_API_KEY", "sk-or-v1-" + draw("[a-f0-9]{64}")),
        ("groq_key", "GROQ_API_KEY", "gsk_" + draw(A + "{20}") + "WGdyb3FY" + draw(A + "{24}")),
        ("mistral_cohere_key", "MISTRAL_API_KEY", draw(A + "{32}")),
        ("xai_key", "XAI_API_KEY", "xai-" + draw(A + "{80}")),
        ("deepseek_moonshot_qwen_key", "DEEPSEEK_API_KEY", "sk-" + draw("[a-f0-9]{32}")),
        ("huggingface_token", "HF_TOKEN", "hf_" + draw("[A-Za-z]{34}")),
        ("replicate_key", "REPLICATE_API_TOKEN", "r8_" + draw(A + "{37}")),
        ("azure_openai_key", "AZURE_OPENAI_API_KEY", draw("[a-f0-9]{32}")),
        ("perplexity_together_fireworks_key", "PERPLEXITY_API_KEY", "pplx-" + draw(A + "{48}")),
        ("elevenlabs_deepgram_key", "ELEVENLABS_API_KEY", "sk_" + draw("[a-f0-9]{48}")),
        ("nvidia_litellm_gateway_key", "NVIDIA_API_KEY", "nvapi-" + draw(A + "{64}")),
        ("llm_observability_search_key", "LANGSMITH_API_KEY", "lsv2_pt_" + draw("[a-f0-9]{32}_[a-f0-9]{10}")),
    ])
    h.each("app5/.envrc", [
        ("ci_misc_token", "BUILDKITE_API_TOKEN", "bkua_" + draw("[a-z0-9]{40}")),
        ("pulumi_token", "PULUMI_ACCESS_TOKEN", "pul-" + draw("[a-f0-9]{40}")),
        ("tailscale_key", "TS_AUTHKEY", "tskey-auth-" + draw(A + "{12}") + "CNTRL-" + draw(A + "{32}")),
        ("onepassword_service_account", "OP_SERVICE_ACCOUNT_TOKEN", "ops_" + b64(json.dumps({"signInAddress": "acme.1password.com", "email": "a@b", "pad": draw(A + "{200}")}).encode(), True)),
        ("onepassword_cli_session", "OP_SESSION_acme", draw(A + "{43}")),
        ("bitwarden_cli", "BW_SESSION", b64(raw(64))),
        ("consul_nomad_token", "CONSUL_HTTP_TOKEN", uuid()),
        ("private_saas_token", "LINEAR_API_KEY", "lin_api_" + draw(A + "{40}")),
        ("private_saas_token", "FIGMA_TOKEN", "figd_" + draw(A + "{40}")),
        ("backup_tool_password", "RESTIC_PASSWORD", password()),
        ("planetscale_neon_token", "NEON_API_KEY", "napi_" + draw("[a-z0-9]{64}")),
        ("supabase_key", "SUPABASE_SERVICE_ROLE_KEY", jwt({"iss": "supabase", "ref": "abcd", "role": "service_role", "exp": int(time.time()) + 10**8})),
        ("database_url", "DATABASE_URL", "mysql://root:%s@10.0.0.9/shop" % password()),
        ("dotenv_family", "SESSION_SECRET", draw(A + "{40}")),
        ("snyk_sonar_token", "SONAR_TOKEN", "squ_" + draw("[a-f0-9]{40}")),
        ("bip39_seed_phrase", "MNEMONIC", '"' + phrase(12) + '"'),
    ], 'export {}={}\n')


def traps(h):
    """Five each of: expired, test mode, passphrase, reference, template."""
    past = int(time.time()) - 86400 * 40
    h.plant("aws_session_key", ".aws/cli/cache/old.json", json.dumps({"Credentials": {"SessionToken": draw("[A-Za-z0-9/+]{300}"), "Expiration": later(-9)}}), trap="expired")
    h.plant("jwt_generic", "trap/old.json", json.dumps({"t": jwt({"iss": "x", "sub": "y", "exp": past})}), trap="expired")
    h.plant("aws_sso_cache", ".aws/sso/cache/e1.json", json.dumps({"accessToken": draw("[A-Za-z0-9_-]{200}"), "expiresAt": later(-3)}), trap="expired")
    h.plant("azure_sas_url", "trap/sas/.env", "SAS='sv=2020-01-01&sp=r&se=2021-01-01T00:00:00Z&sig=%s%%3D'\n" % draw("[A-Za-z0-9]{43}"), trap="expired")
    h.plant("pypi_token", "trap/pypi/.env", "TWINE_PASSWORD=%s\n" % macaroon(INDEX, [[0, past, past - 9]]), trap="expired")
    h.plant("stripe_secret_test", "trap/stripe/.env", "STRIPE_SECRET_KEY=sk_test_%s\n" % draw("[A-Za-z0-9]{99}"), trap="test")
    h.plant("pypi_token", "trap/testpypi/.env", "TWINE_PASSWORD=%s\n" % macaroon("test." + INDEX, []), trap="test")
    h.plant("plaid_credentials", "trap/plaid/.env", "PLAID_ACCESS_TOKEN=access-sandbox-%s\n" % uuid(), trap="test")
    h.plant("razorpay_shopify_key", "trap/rzp/.env", "RAZORPAY_KEY_ID=rzp_test_%s\n" % draw("[A-Za-z0-9]{14}"), trap="test")
    h.plant("kubeconfig_token", ".kube/kind.yaml", "clusters:\n- cluster:\n    server: https://127.0.0.1:41234\n  name: kind-x\nusers:\n- name: kind-x\n  user:\n    token: %s\n" % draw("[A-Za-z0-9]{40}"), trap="test")
    h.plant("ssh_private_key_openssh", ".ssh/id_locked", openssh(True), trap="passphrase")
    h.plant("ssh_private_key_pem", ".ssh/old_rsa", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n%s\n-----END RSA PRIVATE KEY-----\n" % b64(raw(1192)), trap="passphrase")
    h.plant("pkcs8_private_key", "trap/locked.pem", pem("ENCRYPTED PRIVATE KEY", b"\x30\x82\x05\x2d\x30\x57\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d\x30\x4a\x30\x29\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c\x30\x1c\x04\x08" + raw(8) + b"\x02\x02\x08\x00" + raw(1200)), trap="passphrase")
    h.plant("putty_ppk", "trap/locked.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: aes256-cbc\nComment: me\nPublic-Lines: 2\n%s\n" % b64(raw(60)), trap="passphrase")
    h.plant("gpg_secret_key", ".gnupg/private-keys-v1.d/%s.key" % draw("[0-9A-F]{40}"), "Key: (protected-private-key (ecc (curve Ed25519)))\n", trap="passphrase")
    h.note("none", "trap/refs/.env", trap="reference")
    h.write("trap/refs/.env", "A_TOKEN=${REAL_TOKEN}\nB_SECRET=op://vault/item/field\nC_PASSWORD=$(pass show x)\nD_API_KEY=<your-key>\nDATABASE_URL=postgres://u:${DB_PASSWORD}@db/x\n")
    h.write("trap/refs/.npmrc", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n")
    h.note("none", "trap/refs/.npmrc", trap="reference")
    h.write("trap/refs/openclaw.json", '{gateway:{auth:{token:"${OPENCLAW_GATEWAY_TOKEN}"}},channels:{slack:{botToken:{source:"env",id:"SLACK"}}}}')
    h.note("none", "trap/refs/openclaw.json", trap="reference")
    h.write("trap/refs/profiles.yml", "a:\n  outputs:\n    p:\n      password: \"{{ env_var('DB') }}\"\n")
    h.note("none", "trap/refs/profiles.yml", trap="reference")
    h.write("trap/refs/prod.tfvars", 'db_password = "vault:secret/db"\n')
    h.note("none", "trap/refs/prod.tfvars", trap="reference")
    for name in (".env.example", ".env.sample", ".env.template", ".env.dist", "config.yaml.j2"):
        h.write("trap/templates/" + name, "API_KEY=%s\nDB_PASSWORD=%s\nSTRIPE=sk_live_%s\n" % (draw("[A-Za-z0-9]{32}"), password(), draw("[A-Za-z0-9]{30}")))
        h.note("none", "trap/templates/" + name, trap="template")


def seed(h):
    for part in (cloud, keys, containers, databases, registries, chats, payments, agents, infrastructure, stores, variables, traps):
        part(h)


def clean(h):
    """A developer's home: clones with lock files and test keys, templates, settings, a history; no secret."""
    hexes = lambda n: draw("[a-f0-9]{%d}" % n)
    for number in range(12):
        base = "src/project%d/" % number
        h.write(base + "package.json", json.dumps({"name": "p%d" % number, "version": "1.2.%d" % number, "scripts": {"test": "vitest", "token": "node make-token.js"}, "dependencies": {"express": "^5.0.0"}}, indent=2))
        h.write(base + "package-lock.json", json.dumps({"packages": {"node_modules/a%d" % n: {"version": "1.0.%d" % n, "integrity": "sha512-" + b64(raw(64)), "resolved": "https://registry.npmjs.org/a/-/a-1.tgz"} for n in range(60)}}, indent=1))
        h.write(base + "Cargo.lock", "".join('[[package]]\nname = "c%d"\nversion = "1.0.0"\nchecksum = "%s"\n' % (n, hexes(64)) for n in range(40)))
        h.write(base + "go.sum", "".join("example.com/m%d v1.0.0 h1:%s\n" % (n, b64(raw(32))) for n in range(40)))
        h.write(base + ".env.example", "# copy to .env\nAPI_KEY=your-api-key-here\nDATABASE_URL=postgres://user:password@localhost:5432/app\nSTRIPE_SECRET_KEY=sk_test_xxxxxxxxxxxxxxxxxxxxxxxx\nJWT_SECRET=change-me-please\nOPENAI_API_KEY=sk-...\n")
        h.write(base + ".env", "PORT=3000\nNODE_ENV=development\nLOG_LEVEL=debug\nAPI_URL=https://api.example.com/v1\nTOKEN_TTL_SECONDS=3600\nKEY_PREFIX=app\nAUTH_PROVIDER=oidc\nPUBLIC_KEY_PATH=./certs/pub.pem\nDB_PASSWORD=${DB_PASSWORD}\nPASSWORD_MIN_LENGTH=12\nREDIS_URL=redis://localhost:6379/0\nNEXT_PUBLIC_SENTRY_DSN=https://%s@o1.ingest.sentry.io/2\n" % hexes(32))
        h.write(base + "docker-compose.yml", "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: postgres\n      POSTGRES_PASSWORD: postgres\n      POSTGRES_DB: app\n  app:\n    image: app@sha256:%s\n    environment:\n      - DATABASE_URL=postgres://postgres:postgres@db:5432/app\n      - SECRET_KEY_BASE=${SECRET_KEY_BASE}\n" % hexes(64))
        h.write(base + "config/settings.yaml", "server:\n  host: 0.0.0.0\n  port: 8080\nauth:\n  token_header: X-Auth-Token\n  secret_name: app/prod/session\n  key_id: %s\n  jwks_url: https://id.example.com/jwks.json\ncache:\n  etag: %s\n  version: %s\nbuild:\n  commit: %s\n  digest: sha256:%s\n" % (uuid(), hexes(32), hexes(40), hexes(40), hexes(64)))
        h.write(base + "tests/fixtures/key.pem", pem("RSA PRIVATE KEY", rsa_key()))
        h.write(base + "tests/test_auth.py", "import os\n\nTOKEN = 'test-token'\nPASSWORD = \"hunter2\"\n\ndef test_login(client):\n    url = 'https://user:pass@example.com/'\n    headers = {'Authorization': 'Bearer test-token-1234567890'}\n    assert client.get(url, headers=headers)\n    monkey = 'postgresql://test:test@localhost/test'\n")
        h.write(base + "src/auth.py", "import os\n\nAPI_KEY = os.environ['API_KEY']\nSECRET = os.getenv('SECRET', '')\n\ndef make_token(user, password_hash_algorithm='argon2id'):\n    token_payload = {'sub': user.id}\n    access_token_expires_delta = 3600\n    return create_access_token_with_expiry(token_payload)\n")
        h.write(base + "src/auth.ts", "const apiKey = process.env.API_KEY;\nexport const authorizationHeaderName = 'x-authorization-token';\nconst passwordResetTokenExpirationMinutes = 15;\nconst url = `https://${user}:${password}@host/`;\nexport const publicKey = 'pk_live_" + draw("[A-Za-z0-9]{24}") + "';\n")
        h.write(base + "README.md", "# Project\n\n    export API_KEY=your-api-key\n    curl -H 'Authorization: Bearer <token>' https://api.example.com\n    psql postgres://user:password@localhost:5432/db\n")
        h.write(base + ".git/config", '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@github.com:acme/p%d.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n[user]\n\tsigningkey = %s\n' % (number, draw("[0-9A-F]{40}")))
        h.write(base + ".github/workflows/ci.yml", "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n    - uses: actions/checkout@%s\n    - run: make\n      env:\n        GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}\n        NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n" % hexes(40))
        h.write(base + "terraform/main.tf", 'variable "db_password" {\n  type = string\n  sensitive = true\n}\nresource "x" "y" {\n  password = var.db_password\n  secret_id = data.aws_secretsmanager_secret.s.id\n}\n')
        h.write(base + "terraform/prod.tfvars", 'region = "eu-west-1"\nkms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/%s"\ninstance = "t3.small"\n' % uuid())
        h.write(base + "k8s/app.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n        image: acme/app@sha256:%s\n        env:\n        - name: DB_PASSWORD\n          valueFrom:\n            secretKeyRef:\n              name: db\n              key: password\n" % hexes(64))
        h.write(base + "notebook.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": ["key = os.environ['KEY']\n", "print(hashlib.sha256(b'x').hexdigest())"], "outputs": [{"data": {"image/png": b64(raw(9000))}}], "id": hexes(8)}]}))
        h.write(base + "node_modules/a/index.js", "const t = 'ghp_" + draw("[A-Za-z0-9]{36}") + "';\n")
        h.write(base + "swagger.json", json.dumps({"components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}, "apiKey": {"type": "apiKey", "name": "X-API-Key", "in": "header"}}}, "paths": {"/token": {"post": {"operationId": "createAccessTokenForServiceAccountUser", "example": {"token": "string", "password": "string"}}}}}, indent=1))
        h.write(base + "appsettings.json", json.dumps({"ConnectionStrings": {"Default": "Server=localhost;Database=app;User Id=sa;Password=${SA_PASSWORD};"}, "Jwt": {"Key": "REPLACE_WITH_YOUR_SECRET_KEY", "Issuer": "app"}}))
        h.write(base + "gradle.properties", "org.gradle.jvmargs=-Xmx2g\nandroid.useAndroidX=true\nsigningPassword=${SIGNING_PASSWORD}\n")
        h.write(base + "CHANGELOG.md", "".join("- %s fix token refresh (%s)\n" % (hexes(7), hexes(40)) for _ in range(30)))
        h.write(base + "schema.graphql", "type Query { accessToken: String }\n")
    h.write(".bash_history", "ls\ncd src\ngit push origin main\nmkdir -p a/b\nssh -p 2222 web1\nexport TOKEN=$(gh auth token)\ncurl -u $USER:$PASS https://x\ndocker run -p 80:80 nginx\nmysql -u root -p\nredis-cli -h localhost\ntar -xzf a.tgz\npython -m venv env\nexport PASSWORD=$PASS\nnpm publish --token=$NPM_TOKEN\n")
    h.write(".gitconfig", "[user]\n\tname = Me\n\temail = me@example.com\n\tsigningkey = ~/.ssh/id_ed25519.pub\n[credential]\n\thelper = libsecret\n")
    h.write(".ssh/config", "Host web\n  HostName 10.0.0.2\n  User deploy\n  IdentityFile ~/.ssh/id_ed25519\n")
    h.write(".ssh/known_hosts", "10.0.0.2 ssh-ed25519 %s\n" % b64(raw(51)))
    h.write(".ssh/id_ed25519.pub", "ssh-ed25519 %s me\n" % b64(raw(51)))
    h.write(".npmrc", "registry=https://registry.npmjs.org/\n//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n")
    h.write(".docker/config.json", json.dumps({"auths": {"https://index.docker.io/v1/": {}}, "credsStore": "desktop"}))
    h.write(".kube/config", "apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n")
    h.write(".config/gh/hosts.yml", "github.com:\n    user: me\n    git_protocol: https\n")
    h.write(".aws/config", "[default]\nregion = eu-west-1\n[profile dev]\nsso_start_url = https://acme.awsapps.com/start\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n")
    h.write(".claude/settings.json", json.dumps({"permissions": {"allow": ["Bash(ls:*)"]}, "env": {"DISABLE_TELEMETRY": "1"}}))
    h.write(".config/Code/User/settings.json", json.dumps({"editor.tokenColorCustomizations": {}, "github.copilot.enable": {"*": True}, "workbench.colorTheme": "Default Dark+"}))
    h.write(".zshrc", "export PATH=$HOME/bin:$PATH\nexport EDITOR=vim\nexport GITHUB_TOKEN=$(pass show github)\nalias k=kubectl\n")
    h.write("Documents/notes.md", "# Meeting\nThe recovery of the wallet project is a long story about how we met the team and began to work on it.\nPassword rules: at least twelve characters.\n")
    h.write(".local/lib/python3.12/site-packages/botocore/data/x.json", json.dumps({"k": "AKIA" + draw("[A-Z2-7]{16}")}))
    h.write("venv/pyvenv.cfg", "home = /usr/bin\n")
    h.write("venv/lib/x.env", "SECRET_KEY=%s\n" % draw("[A-Za-z0-9]{40}"))


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    what, root = sys.argv[1:3]
    rest = sys.argv[3:]
    home = Home(root)
    if what == "seeded":
        rng.seed(int(rest[1]) if len(rest) > 1 else 1)
        seed(home)
        with open(rest[0], "w") as file:
            json.dump(home.planted, file)
    else:
        rng.seed(int(rest[0]) if rest else 1)
        clean(home)
