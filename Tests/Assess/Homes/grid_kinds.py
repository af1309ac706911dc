"""Kinds of credentials for a grid of kinds and carriers: a name that people give the variable, and how a value is made.

Written from the providers' formats. No secret, real or made up, stands in this file.
"""
from seed_values import *  # noqa: F401,F403

HEX32, HEX40, HEX64 = "[a-f0-9]{32}", "[a-f0-9]{40}", "[a-f0-9]{64}"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def mixed(pattern):
    """Drawn until letters and digits are both in it, as in any random text of that length."""
    while True:
        value = draw(pattern)
        if any(c.isdigit() for c in value) and any(c.isalpha() for c in value):
            return value


def pat(pattern):
    return lambda: mixed(pattern)


def person():
    """What people choose: words, a year, a mark. Nothing that a shell would take for syntax."""
    words = ["harbour", "Bicycle", "tundra", "Marmalade", "osprey", "Kettle", "violet", "Cobalt", "ferry", "Juniper"]
    pick = rng.choice
    return pick(words) + pick("-_.+") + pick(words) + draw("[0-9]{2,4}") + pick(["", "!", "-x"])


def discord():
    import base64
    number = str(rng.randrange(10**17, 10**18)).encode()
    return base64.b64encode(number).decode().rstrip("=") + "." + draw("[A-Za-z0-9]{6}") + "." + draw("[A-Za-z0-9_]{38}")


def bedrock():
    return "ABSK" + b64(("BedrockAPIKey-ab12-at-" + draw("[1-9][0-9]{11}") + ":").encode() + raw(96)).rstrip("=")


def op_service():
    return "ops_" + b64(json.dumps({"signInAddress": "acme.1password.com", "email": "x@acme.net", "secretKey": draw("[A-Z0-9]{30}"),
        "deviceUuid": draw("[a-z0-9]{26}"), "srpX": draw("[a-f0-9]{64}")}).encode(), True)


def sentry():
    return "sntrys_" + b64(json.dumps({"iat": 1790000000.1, "url": "https://sentry.io", "region_url": "https://de.sentry.io", "org": "acme"}).encode()).rstrip("=") + "_" + draw("[A-Za-z0-9+/]{43}")


def dnd(text):
    """A label of the provider put together here, so that scanners of repositories see none."""
    return "".join(text)


def token(algorithm="HS256"):
    return jwt({"iss": "https://id.acme.net", "sub": "svc-7", "aud": "api", "role": "writer"}, algorithm)


# kind, name of the variable, value. "self": the form alone tells it; "name": a name must; "word": what people choose.
SELF = [
    ("aws_access_key", "AWS_ACCESS_KEY_ID", pat("AKIA[A-HK-Z2-7]{16}")),
    ("aws_session_key", "AWS_ACCESS_KEY_ID", pat("ASIA[A-HK-Z2-7]{16}")),
    ("aws_bedrock_api_key", "AWS_BEARER_TOKEN_BEDROCK", bedrock),
    ("gcp_adc_user", "GOOGLE_REFRESH_TOKEN", pat("1//0[A-Za-z0-9_-]{90}")),
    ("gcp_oauth_client_secret", "GOOGLE_CLIENT_SECRET", pat("GOCSPX-[A-Za-z0-9_-]{27}[a-z]")),
    ("gcp_oauth_access_token", "CLOUDSDK_AUTH_ACCESS_TOKEN", pat("ya29\\.[A-Za-z0-9_-]{120}")),
    ("google_api_key", "GEMINI_API_KEY", pat("AIza[A-Za-z0-9_-]{34}[a-z]")),
    ("azure_service_principal|teams_bot_credentials", "AZURE_CLIENT_SECRET", entra),
    ("azure_storage_key", "AZURE_STORAGE_KEY", lambda: azure("+ASt", 0x44656661756C7430, 64)),
    ("azure_cosmos_key", "COSMOS_KEY", lambda: azure("ACDb", 0x4D61737452573030, 64)),
    ("digitalocean_token", "DIGITALOCEAN_ACCESS_TOKEN", pat("dop_v1_[a-f0-9]{64}")),
    ("cloudflare_api_token", "CLOUDFLARE_API_TOKEN", lambda: hex_crc("cfut_", 40)),
    ("cloudflare_global_key", "CLOUDFLARE_API_KEY", lambda: hex_crc("cfk_", 40)),
    ("flyio_token", "FLY_API_TOKEN", pat("fo1_[A-Za-z0-9_-]{42}[a-z]")),
    ("flyio_token", "FLY_ACCESS_TOKEN", lambda: "fm2_" + b64(raw(180))),
    ("vercel_token", "VERCEL_TOKEN", lambda: base62_crc("vcp_", 50)),
    ("netlify_token", "NETLIFY_AUTH_TOKEN", pat("nfp_[A-Za-z0-9]{36}")),
    ("heroku_key", "HEROKU_API_KEY", pat("HRKU-AA[A-Za-z0-9_-]{57}[a-z]")),
    ("alibaba_tencent_key", "ALIBABA_CLOUD_ACCESS_KEY_ID", pat("LTAI[A-Za-z0-9]{20}")),
    ("age_identity", "SOPS_AGE_KEY", age),
    ("dockerhub_token", "DOCKERHUB_TOKEN", pat("dckr_pat_[A-Za-z0-9_-]{26}[a-z]")),
    ("openshift_token", "OC_TOKEN", pat("sha256~[A-Za-z0-9_-]{42}[a-z]")),
    ("supabase_key", "SUPABASE_ACCESS_TOKEN", pat("sbp_[a-f0-9]{40}")),
    ("supabase_key", "SUPABASE_SECRET_KEY", pat("sb_secret_[A-Za-z0-9_-]{30}[a-z]")),
    ("planetscale_neon_token", "PLANETSCALE_SERVICE_TOKEN", pat("pscale_tkn_[A-Za-z0-9_]{42}[a-z]")),
    ("planetscale_neon_token", "NEON_API_KEY", pat("napi_[A-Za-z0-9]{64}")),
    ("databricks_token", "DATABRICKS_TOKEN", pat("dapi[a-f0-9]{32}")),
    ("github_pat_classic", "GITHUB_TOKEN", lambda: github("ghp_")),
    ("github_pat_fine", "GH_TOKEN", pat("github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}")),
    ("github_oauth_token", "HOMEBREW_GITHUB_API_TOKEN", lambda: github("gho_")),
    ("github_app_install_token", "GITHUB_TOKEN", lambda: github("ghs_")),
    ("gitlab_pat", "GITLAB_TOKEN", lambda: gitlab("glpat-")),
    ("gitlab_pat", "CI_JOB_TOKEN", pat("glpat-[A-Za-z0-9_]{19}[a-z]")),
    ("gitlab_other_token", "RUNNER_TOKEN", pat("glrt-[A-Za-z0-9_]{19}[a-z]")),
    ("bitbucket_token", "BITBUCKET_APP_PASSWORD", lambda: upper_crc("ATBB" + draw("[A-Za-z0-9]{24}"))),
    ("atlassian_api_token", "JIRA_API_TOKEN", lambda: upper_crc("ATATT3xFfGF0" + draw("[A-Za-z0-9_-]{140}") + "=")),
    ("npm_token", "NPM_TOKEN", lambda: base62_crc("npm_", 30)),
    ("pypi_token", "TWINE_PASSWORD", lambda: macaroon(".".join(["pypi", "org"]), [[3, uuid()]])),
    ("crates_token", "CARGO_REGISTRY_TOKEN", pat("cio[A-Za-z0-9]{32}")),
    ("rubygems_key", "GEM_HOST_API_KEY", pat("rubygems_[a-f0-9]{48}")),
    ("nuget_key", "NUGET_API_KEY", pat("oy2[a-z0-9]{43}")),
    ("artifactory_token", "JFROG_ACCESS_TOKEN", pat("AKCp[1-9A-HJ-NP-Za-km-z]{69}")),
    ("gitea_sourcegraph_token", "SRC_ACCESS_TOKEN", pat("sgp_[a-f0-9]{16}_[a-f0-9]{40}")),
    ("slack_bot_token", "SLACK_BOT_TOKEN", pat("xoxb-[1-9][0-9]{11}-[1-9][0-9]{12}-[A-Za-z0-9]{24}")),
    ("slack_user_token", "SLACK_TOKEN", pat("xoxp-[1-9][0-9]{11}-[1-9][0-9]{11}-[1-9][0-9]{12}-[a-f0-9]{32}")),
    ("slack_app_token", "SLACK_APP_TOKEN", pat("xapp-1-A[A-Z0-9]{10}-[1-9][0-9]{12}-[a-f0-9]{64}")),
    ("slack_webhook", "SLACK_WEBHOOK_URL", pat("https://hooks\\.slack\\.com/services/T[A-Z0-9]{9}/B[A-Z0-9]{10}/[A-Za-z0-9]{24}")),
    ("discord_bot_token", "DISCORD_TOKEN", discord),
    ("discord_webhook", "DISCORD_WEBHOOK_URL", pat("https://discord\\.com/api/webhooks/[1-9][0-9]{17}/[A-Za-z0-9_-]{67}[a-z]")),
    ("telegram_bot_token", "TELEGRAM_BOT_TOKEN", pat("[1-9][0-9]{9}:AA[A-Za-z0-9_-]{32}[a-z]")),
    ("teams_webhook", "TEAMS_WEBHOOK_URL", lambda: "https://acme.webhook.office.com/webhookb2/%s@%s/IncomingWebhook/%s/%s" % (uuid(), uuid(), draw(HEX32), uuid())),
    ("whatsapp_cloud_token", "WHATSAPP_TOKEN", pat("EAA[A-Za-z0-9]{180}")),
    ("matrix_signal_session", "MATRIX_ACCESS_TOKEN", lambda: matrix("bot")),
    ("twilio_key", "TWILIO_API_KEY", pat("SK[a-f0-9]{32}")),
    ("sendgrid_key", "SENDGRID_API_KEY", pat("SG\\.[A-Za-z0-9_-]{21}[a-z]\\.[A-Za-z0-9_-]{42}[a-z]")),
    ("mailgun_key", "MAILGUN_API_KEY", pat("key-[a-f0-9]{32}")),
    ("postmark_resend_key", "RESEND_API_KEY", pat("re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}")),
    ("mailchimp_brevo_key", "MAILCHIMP_API_KEY", pat("[a-f0-9]{32}-us[1-9]")),
    ("mailchimp_brevo_key", "BREVO_API_KEY", pat("xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}")),
    ("stripe_secret_live", "STRIPE_SECRET_KEY", pat(dnd(["sk_", "live_", "[A-Za-z0-9]{99}"]))),
    ("stripe_restricted", "STRIPE_RESTRICTED_KEY", pat(dnd(["rk_", "live_", "[A-Za-z0-9]{99}"]))),
    ("stripe_webhook_secret", "STRIPE_WEBHOOK_SECRET", pat(dnd(["whsec", "_[A-Za-z0-9]{32}"]))),
    ("square_token", "SQUARE_ACCESS_TOKEN", pat("EAAA[A-Za-z0-9_-]{59}[a-z]")),
    ("plaid_credentials", "PLAID_ACCESS_TOKEN", pat("access-production-" + UUID)),
    ("razorpay_shopify_key", "SHOPIFY_ACCESS_TOKEN", pat("shpat_[a-f0-9]{32}")),
    ("bitcoin_private_key", "BTC_PRIVATE_KEY", lambda: base58check(b"\x80" + raw(32) + b"\x01")),
    ("openai_api_key", "OPENAI_API_KEY", pat("sk-proj-[A-Za-z0-9_-]{74}T3BlbkFJ[A-Za-z0-9_-]{73}[a-z]")),
    ("openai_admin_key", "OPENAI_ADMIN_KEY", pat("sk-admin-[A-Za-z0-9_-]{58}T3BlbkFJ[A-Za-z0-9_-]{57}[a-z]")),
    ("anthropic_api_key", "ANTHROPIC_API_KEY", pat("sk-ant-api03-[A-Za-z0-9_-]{93}AA")),
    ("anthropic_oauth_token", "CLAUDE_CODE_OAUTH_TOKEN", pat("sk-ant-oat01-[A-Za-z0-9_-]{90}[a-z]")),
    ("openrouter_key", "OPENROUTER_API_KEY", pat("sk-or-v1-[a-f0-9]{64}")),
    ("groq_key", "GROQ_API_KEY", pat("gsk_[A-Za-z0-9]{20}WGdyb3FY[A-Za-z0-9]{24}")),
    ("xai_key", "XAI_API_KEY", pat("xai-[A-Za-z0-9]{80}")),
    ("huggingface_token", "HF_TOKEN", lambda: "hf_" + draw("[A-Za-z]{34}")),
    ("replicate_key", "REPLICATE_API_TOKEN", pat("r8_[A-Za-z0-9]{37}")),
    ("perplexity_together_fireworks_key", "PERPLEXITY_API_KEY", pat("pplx-[A-Za-z0-9]{48}")),
    ("elevenlabs_deepgram_key", "ELEVENLABS_API_KEY", pat("sk_[a-f0-9]{48}")),
    ("nvidia_litellm_gateway_key", "NVIDIA_API_KEY", pat("nvapi-[A-Za-z0-9_-]{63}[a-z]")),
    ("llm_observability_search_key", "LANGSMITH_API_KEY", pat("lsv2_pt_[a-f0-9]{32}_[a-f0-9]{10}")),
    ("llm_observability_search_key", "TAVILY_API_KEY", pat("tvly-[A-Za-z0-9]{32}")),
    ("copilot_cursor_ide_tokens", "CURSOR_API_KEY", pat("key_[0-9a-f]{64}")),
    ("terraform_cloud_token", "TF_TOKEN_app_terraform_io", pat("[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9]{67}")),
    ("vault_token", "VAULT_TOKEN", pat("hvs\\.[A-Za-z0-9]{24}")),
    ("pulumi_token", "PULUMI_ACCESS_TOKEN", pat("pul-[a-f0-9]{40}")),
    ("circleci_token", "CIRCLECI_TOKEN", pat("CCIPAT_[A-Za-z0-9]{22}_[a-f0-9]{40}")),
    ("ci_misc_token", "BUILDKITE_API_TOKEN", pat("bkua_[a-z0-9]{40}")),
    ("sentry_token", "SENTRY_AUTH_TOKEN", sentry),
    ("pagerduty_newrelic_key", "NEW_RELIC_API_KEY", pat("NRAK-[A-Z0-9]{27}")),
    ("grafana_token", "GRAFANA_TOKEN", grafana),
    ("doppler_infisical_token", "DOPPLER_TOKEN", pat("dp\\.st\\.prd\\.[A-Za-z0-9]{43}")),
    ("snyk_sonar_token", "SONAR_TOKEN", pat("squ_[a-f0-9]{40}")),
    ("tailscale_key", "TS_AUTHKEY", pat("tskey-auth-k[A-Za-z0-9]{10}CNTRL-[A-Za-z0-9]{32}")),
    ("ngrok_token", "NGROK_API_KEY", pat("ak_[A-Za-z0-9]{27}")),
    ("onepassword_service_account", "OP_SERVICE_ACCOUNT_TOKEN", op_service),
    ("bitwarden_cli", "BWS_ACCESS_TOKEN", lambda: "0.%s.%s:%s" % (uuid(), draw("[A-Za-z0-9]{30}"), b64(raw(16)))),
    ("jwt_generic", "SERVICE_JWT", token),
    ("private_saas_token", "LINEAR_API_KEY", pat("lin_api_[A-Za-z0-9]{40}")),
    ("private_saas_token", "NOTION_TOKEN", pat("ntn_[1-9][0-9]{10}[A-Za-z0-9]{35}")),
    ("private_saas_token", "FIGMA_TOKEN", pat("figd_[A-Za-z0-9_-]{39}[a-z]")),
    ("private_saas_token", "POSTMAN_API_KEY", pat("PMAK-[a-f0-9]{24}-[a-f0-9]{34}")),
    ("private_saas_token", "HUBSPOT_TOKEN", pat("pat-na1-" + UUID)),
    ("private_saas_token", "AIRTABLE_API_KEY", pat("pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}")),
]

NAMED = [
    ("aws_access_key", "AWS_SECRET_ACCESS_KEY", pat("[A-Za-z0-9/+]{39}[a-z]")),
    ("hetzner_token", "HCLOUD_TOKEN", pat("[A-Za-z0-9]{64}")),
    ("cloudflare_api_token", "CLOUDFLARE_API_TOKEN", pat("[A-Za-z0-9_-]{39}[a-z]")),
    ("heroku_key", "HEROKU_API_KEY", pat(UUID)),
    ("linode_token", "LINODE_TOKEN", pat(HEX64)),
    ("scaleway_key", "SCW_SECRET_KEY", pat(UUID)),
    ("vultr_ovh_ibm_key", "VULTR_API_KEY", pat("[A-Z0-9]{36}")),
    ("vultr_ovh_ibm_key", "IBMCLOUD_API_KEY", pat("[A-Za-z0-9_-]{43}[a-z]")),
    ("alibaba_tencent_key", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", pat("[A-Za-z0-9]{30}")),
    ("mistral_cohere_key", "MISTRAL_API_KEY", pat("[A-Za-z0-9]{32}")),
    ("mistral_cohere_key", "COHERE_API_KEY", pat("[A-Za-z0-9]{40}")),
    ("deepseek_moonshot_qwen_key", "DEEPSEEK_API_KEY", pat("sk-[a-f0-9]{32}")),
    ("azure_openai_key", "AZURE_OPENAI_API_KEY", pat(HEX32)),
    ("elevenlabs_deepgram_key", "DEEPGRAM_API_KEY", pat(HEX40)),
    ("llm_observability_search_key", "WANDB_API_KEY", pat(HEX40)),
    ("twilio_key", "TWILIO_AUTH_TOKEN", pat(HEX32)),
    ("mailgun_key", "MAILGUN_API_KEY", pat("[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}")),
    ("postmark_resend_key", "POSTMARK_SERVER_TOKEN", pat(UUID)),
    ("datadog_key", "DD_API_KEY", pat(HEX32)),
    ("datadog_key", "DD_APP_KEY", pat(HEX40)),
    ("sentry_token", "SENTRY_AUTH_TOKEN", pat(HEX64)),
    ("snyk_sonar_token", "SNYK_TOKEN", pat(UUID)),
    ("okta_auth0_token", "OKTA_API_TOKEN", pat("00[A-Za-z0-9_-]{39}[a-z]")),
    ("okta_auth0_token", "AUTH0_CLIENT_SECRET", pat("[A-Za-z0-9_-]{63}[a-z]")),
    ("consul_nomad_token", "CONSUL_HTTP_TOKEN", pat(UUID)),
    ("wireguard_private_key", "WG_PRIVATE_KEY", lambda: b64(clamp())),
    ("ngrok_token", "NGROK_AUTHTOKEN", pat("[A-Za-z0-9]{27}_[A-Za-z0-9]{21}")),
    ("exchange_api_key", "BINANCE_API_SECRET", pat("[A-Za-z0-9]{64}")),
    ("evm_private_key_hex", "DEPLOYER_PRIVATE_KEY", lambda: "0x" + draw(HEX64)),
    ("mattermost_rocketchat_token", "MATTERMOST_TOKEN", pat("[a-z0-9]{26}")),
    ("atlassian_api_token", "CONFLUENCE_API_TOKEN", pat("[A-Za-z0-9]{24}")),
    ("gitea_sourcegraph_token", "GITEA_TOKEN", pat(HEX40)),
    ("circleci_token", "CIRCLE_TOKEN", pat(HEX40)),
    ("bitwarden_cli", "BW_SESSION", lambda: b64(raw(64))),
    ("openclaw_gateway_secret", "OPENCLAW_GATEWAY_TOKEN", pat("[a-f0-9]{48}")),
    # Nobody's in particular.
    ("*", "SESSION_SECRET", pat("[A-Za-z0-9]{48}")),
    ("*", "JWT_SECRET", lambda: b64(raw(48))),
    ("*", "ENCRYPTION_KEY", pat(HEX64)),
    ("*", "APP_KEY", lambda: "base64:" + b64(raw(32))),
    ("*", "DJANGO_SECRET_KEY", pat("[a-z0-9@%^*_+-]{49}[a-z]")),
    ("*", "ACME_API_TOKEN", pat("[A-Za-z0-9_-]{31}[a-z]")),
    ("*", "WEBHOOK_SIGNING_SECRET", pat("[A-Za-z0-9]{32}")),
]

WORD = [
    ("*", "DB_PASSWORD", person),
    ("*", "POSTGRES_PASSWORD", person),
    ("*", "SMTP_PASSWORD", person),
    ("*", "ADMIN_PASSWORD", person),
    ("*", "REDIS_PASSWORD", person),
    ("*", "VNC_PASSWD", person),
    ("*", "KEY_PASSPHRASE", person),
]


def clamp():
    key = bytearray(raw(32))
    key[0] &= 248
    key[31] = key[31] & 127 | 64
    return bytes(key)
