"""A developer's home without a secret, full of what looks like one."""
import base64, json

from seed_values import *  # noqa: F401,F403
from grid_kinds import dnd, mixed

WORDS = "alpha billing carrier delivery engine fabric gateway handler inventory journal kernel ledger merchant notify".split()


def hexes(n):
    return draw("[a-f0-9]{%d}" % n)


def image():
    return b64(b"\x89PNG\r\n\x1a\n" + raw(3000))


def write(h):
    for number in range(14):
        project(h, "src/%s%d/" % (WORDS[number % len(WORDS)], number))
    home(h)
    installed(h)
    agents(h)


def project(h, base):
    put = lambda path, text: h.write(base + path, text)
    put("package.json", json.dumps({"name": "x", "scripts": {"auth:token": "node t.js"}, "dependencies": {"jsonwebtoken": "^9", "passport": "^1"}}))
    put("pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages:\n" + "".join("  a%d@1.0.0:\n    resolution: {integrity: sha512-%s}\n" % (i, b64(raw(64))) for i in range(60)))
    put("yarn.lock", "".join('a%d@^1.0.0:\n  version "1.0.0"\n  resolved "https://registry.yarnpkg.com/a/-/a-1.tgz#%s"\n  integrity sha512-%s\n\n' % (i, hexes(40), b64(raw(64))) for i in range(40)))
    put("uv.lock", "".join('[[package]]\nname = "p%d"\nsdist = { url = "https://files.acme.net/%s/%s/x.tar.gz", hash = "sha256:%s" }\n' % (i, hexes(2), hexes(60), hexes(64)) for i in range(40)))
    put("requirements.txt", "".join("p%d==1.0 --hash=sha256:%s\n" % (i, hexes(64)) for i in range(30)))
    put("Gemfile.lock", "GIT\n  revision: " + hexes(40) + "\nCHECKSUMS\n" + "".join("  g%d (1.0) sha256=%s\n" % (i, hexes(64)) for i in range(30)))
    put("SHASUMS256.txt", "".join("%s  file%d.tar.gz\n" % (hexes(64), i) for i in range(40)))
    put("checksums.json", json.dumps({"file%d" % i: hexes(64) for i in range(40)}))
    put("manifest.json", json.dumps({"key": b64(raw(294)), "name": "ext", "version": "1", "content_security_policy": "script-src 'sha256-%s'" % b64(raw(32))}))
    put("index.html", '<script src="a.js" integrity="sha384-%s" crossorigin="anonymous"></script><img src="data:image/png;base64,%s">' % (b64(raw(48)), image()))
    put("dist/app.min.js", "var a=" + ",".join("t%d='%s'" % (i, draw("[A-Za-z0-9]{24}")) for i in range(100)))
    put("src/bundle.js", "!function(e){" + "".join("e.m%d=function(){return'%s'};" % (i, hexes(20)) for i in range(200)) + "}({});")
    put("public/config.js", "window.ENV = { apiKey: '', publishableKey: 'pk_test_" + draw("[A-Za-z0-9]{24}") + "', sentryDsn: 'https://" + hexes(32) + "@o1.ingest.sentry.io/1' };\n")
    put(".env", "\n".join([
        "NODE_ENV=development", "API_KEY=", "SECRET_KEY=changeme", "JWT_SECRET=change-me-in-production", "STRIPE_SECRET_KEY=" + dnd(["sk_", "test_", "xxxxxxxxxxxxxxxxxxxxxxxx"]),
        "OPENAI_API_KEY=your-api-key-here", "ANTHROPIC_API_KEY=sk-ant-xxxxxxxx", "GITHUB_TOKEN=<token>", "DB_PASSWORD=${DB_PASSWORD}", "PASSWORD=password",
        "POSTGRES_PASSWORD=postgres", "REDIS_PASSWORD=", "TOKEN=op://Private/GitHub/token", "VAULT_SECRET=vault:secret/data/app#key", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "KEY_FILE=/etc/ssl/private/app.key", "SECRET_NAME=prod/app/db", "TOKEN_URL=https://id.acme.net/oauth/token",
        "AUTH_CLIENT_ID=" + uuid(), "PUBLIC_KEY=" + b64(raw(32)), "NEXT_PUBLIC_API_KEY_NAME=x-api-key", "CACHE_KEY_PREFIX=billing:v2", "SESSION_COOKIE_NAME=sid", "PASSWORD_HASH=$2b$12$" + draw("[A-Za-z0-9./]{53}"),
        "DATABASE_URL=postgres://postgres:postgres@localhost:5432/app", "MONGO_URL=mongodb://user:pass@localhost/test", "COMMIT_SHA=" + hexes(40), "BUILD_ID=" + uuid(), "SENTRY_DSN=https://" + hexes(32) + "@o2.ingest.sentry.io/3",
        "API_TOKEN=TODO", "MY_SECRET=***", "SLACK_BOT_TOKEN=xoxb-your-token", "TELEGRAM_TOKEN=123456:ABC-DEF", "SECRET=$(op read op://x/y/z)", "ENCRYPTION_KEY={{ encryption_key }}", "SSH_KEY_PATH=~/.ssh/id_ed25519", "KEYCLOAK_REALM=acme", "MONKEY_PATCH=enabled", "TOKENIZER=cl100k_base", "MAX_TOKENS=4096", "AUTH_ENABLED=true", "PRIMARY_KEY=id", ""]))
    put(".env.example", "API_KEY=" + mixed("[A-Za-z0-9]{32}") + "\nDB_PASSWORD=secret123\n")
    put(".env.vault", "DOTENV_VAULT_PRODUCTION=\"%s\"\n" % b64(raw(400)))
    put("secrets.enc.yaml", "db:\n    password: ENC[AES256_GCM,data:%s,iv:%s,tag:%s,type:str]\nsops:\n    age:\n        - recipient: age1%s\n          enc: |\n            -----BEGIN AGE ENCRYPTED FILE-----\n            %s\n            -----END AGE ENCRYPTED FILE-----\n    mac: ENC[AES256_GCM,data:%s,iv:x,tag:y,type:str]\n" % (b64(raw(20)), b64(raw(32)), b64(raw(16)), draw("[a-z0-9]{58}"), b64(raw(150)), b64(raw(80))))
    put("group_vars/all.yml", "db_user: app\ndb_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  " + hexes(80) + "\n  " + hexes(80) + "\napi_token: \"{{ lookup('env', 'API_TOKEN') }}\"\n")
    put("k8s/sealed.yaml", "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec:\n  encryptedData:\n    password: " + b64(raw(300)) + "\n")
    put("k8s/external.yaml", "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nspec:\n  data:\n  - secretKey: password\n    remoteRef:\n      key: prod/db\n      property: password\n")
    put("k8s/configmap.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  tokenLifetime: \"3600\"\n  ca.crt: |\n" + "".join("    " + l + "\n" for l in pem("CERTIFICATE", raw(700)).splitlines()))
    put("k8s/deploy.yaml", "kind: Deployment\nspec:\n  template:\n    metadata:\n      annotations:\n        checksum/secret: " + hexes(64) + "\n    spec:\n      containers:\n      - name: a\n        env:\n        - name: API_KEY\n          valueFrom:\n            secretKeyRef: {name: app, key: api-key}\n        - name: TOKEN_PATH\n          value: /var/run/secrets/tokens/x\n")
    put("helm/values.yaml", "auth:\n  existingSecret: app-auth\n  secretKey: \"\"\n  password: \"\"\n  adminPassword: changeme\nimage:\n  digest: sha256:" + hexes(64) + "\n")
    put("helm/templates/secret.yaml", "apiVersion: v1\nkind: Secret\ndata:\n  password: {{ .Values.password | b64enc | quote }}\n  token: {{ randAlphaNum 32 | b64enc }}\n")
    put("docker-compose.yml", "services:\n  db:\n    image: postgres\n    environment:\n      POSTGRES_PASSWORD: example\n      MYSQL_ROOT_PASSWORD: ${MYSQL_ROOT_PASSWORD:?}\n      API_TOKEN_FILE: /run/secrets/api_token\n    secrets: [api_token]\n")
    put("config/app.yaml", "jwt:\n  issuer: acme\n  public_key: |\n" + "".join("    " + l + "\n" for l in pem("PUBLIC KEY", raw(294)).splitlines()) + "secret_ref: vault:secret/app\nfeature_key: new-checkout-flow-2026\ntoken_bucket: 100\ncache_key: user-profile-v3\npartition_key: customerId\nauthor: me\nsecret_rotation_days: 30\ntranslation_key: errors.auth.token.expired\nkeyboard: qwertz\napi_key_header: X-Api-Key\nauth_method: client_secret_basic\npassword_policy: strong-with-symbols-2026\n")
    put("config/certs/ca.crt", pem("CERTIFICATE", raw(900)))
    put("config/certs/dh.pem", pem("DH PARAMETERS", raw(260)))
    put("config/key.pub", "ssh-rsa " + b64(raw(279)) + " me@laptop\n")
    put("tests/fixtures/server.key", pem("PRIVATE KEY", der_key()))
    put("tests/fixtures/tokens.json", json.dumps({"access_token": jwt({"sub": "1234567890", "name": "John Doe", "iat": 1516239022}), "api_key": "test-key-123", "password": "hunter2"}))
    put("tests/auth_test.go", 'package auth\n\nconst token = "test-token"\n\nfunc TestLogin(t *testing.T) {\n\tpassword := "correct-horse"\n\tapiKey := "fake-' + hexes(16) + '"\n\t_ = apiKey\n}\n')
    put("tests/test_api.py", "AWS = 'AKIAIOSFODNN7EXAMPLE'\nSECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'\nURL = 'postgres://test:test@localhost/test'\nHASH = '" + hexes(64) + "'\n")
    put("src/auth/service.ts", "import { TokenService } from './token';\nexport const TOKEN_KEY = 'auth.access_token';\nexport const PASSWORD_RESET_ROUTE = '/account/password/reset';\nconst secretName = 'projects/acme/secrets/db/versions/latest';\nconst apiKey = config.get<string>('API_KEY');\nconst password = form.password.value;\nconst token = await getToken({ audience: 'https://api.acme.net' });\nconst authorization = `Bearer ${token}`;\nconst passwordPlaceholder = 'Enter your password';\nconst keyName = 'ArrowDownKeyPressed';\nconst tokenType = 'urn:ietf:params:oauth:token-type:access_token';\nconst secretKeyError = 'InvalidSecretKeyProvidedException';\nconst credential = navigator.credentials;\nlocalStorage.setItem('sessionTokenStorageKey', value);\n")
    put("src/auth/service.py", "TOKEN_URL = 'https://id.acme.net/token'\nSECRET_KEY = os.environ['SECRET_KEY']\nPASSWORD_FIELD = 'password_confirmation_field'\nAPI_KEY_HEADER = 'X-Api-Key-Version-2'\ndef check(password: str, token: str = None):\n    key = hashlib.sha256(password.encode()).hexdigest()\n    cache_key = f'user:{user_id}:token'\n    secret = secrets.token_urlsafe(32)\n    return hmac.compare_digest(key, stored_password_hash)\n\nKEY_SERIALIZER = 'org.apache.kafka.common.serialization.StringSerializer'\nprimary_key = 'customer_account_identifier2'\n")
    put("src/main/java/Auth.java", "class Auth {\n  private static final String TOKEN_HEADER = \"X-Auth-Token\";\n  private static final String SECRET_PROPERTY = \"acme.security.jwt.secret-key\";\n  @Value(\"${acme.api.key}\") private String apiKey;\n  String password = request.getParameter(\"password\");\n  static final String KEY_ALIAS = \"billing-signing-key-2026\";\n}\n")
    put("src/i18n/en.json", json.dumps({"login": {"password": "Password", "forgotPassword": "Forgot your password?", "token": "Token expired", "apiKey": "API key", "secret": "Client secret", "passwordHint": "At-least-12-characters-1-digit", "invalidToken": "InvalidTokenPleaseTryAgain2"}}))
    put("src/queries.graphql", "mutation { createToken(input: {password: $password}) { token } }\n")
    put("openapi.yaml", "components:\n  securitySchemes:\n    apiKey:\n      type: apiKey\n      name: X-API-Key\n  schemas:\n    Login:\n      properties:\n        password: {type: string, format: password, example: s3cr3tPassw0rd}\n        token: {type: string, example: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9}\n")
    put("postman.json", json.dumps({"item": [{"request": {"auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]}, "header": [{"key": "X-Api-Key", "value": "{{apiKey}}"}]}}]}))
    put("api.http", "POST {{host}}/login\nAuthorization: Bearer {{token}}\n\n{\"password\": \"{{password}}\"}\n")
    put("deploy.sh", "#!/bin/sh\nTOKEN=$(gh auth token)\ncurl -H \"Authorization: Bearer $TOKEN\" https://api.acme.net\ncurl -u \"$USER:$PASSWORD\" https://x.acme.net\nexport DB_PASSWORD=\"${DB_PASSWORD:?set it}\"\nPGPASSWORD=$PGPASSWORD psql -h db\ndocker login -u me -p \"$DOCKER_PASSWORD\"\nSHA=" + hexes(64) + "\necho \"$SHA  x.tgz\" | sha256sum -c\nread -s -p 'Password: ' password\nssh-keygen -t ed25519 -N '' -f key\n")
    put("terraform/main.tf", 'resource "random_password" "db" {\n  length = 32\n}\nresource "aws_db" "x" {\n  password = random_password.db.result\n  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/' + uuid() + '"\n  secret_arn = aws_secretsmanager_secret.x.arn\n}\nvariable "api_token" {\n  type = string\n  sensitive = true\n}\n')
    put("terraform/terraform.tfvars", 'vpc_id = "vpc-' + hexes(17) + '"\nkey_name = "deploy-key-2026"\nssh_public_key = "ssh-ed25519 ' + b64(raw(51)) + ' me"\nimage_digest = "sha256:' + hexes(64) + '"\ndb_password = ""\n')
    put("terraform/.terraform.lock.hcl", 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.0.0"\n  hashes = [\n    "h1:' + b64(raw(32)) + '",\n    "zh:' + hexes(64) + '",\n  ]\n}\n')
    put("terraform/old/terraform.tfstate", json.dumps({"version": 4, "serial": 9, "lineage": uuid(), "outputs": {"vpc": {"value": "vpc-" + hexes(17)}}, "resources": [{"type": "aws_instance", "instances": [{"attributes": {"id": "i-" + hexes(17), "arn": "arn:aws:ec2:eu:1:instance/i-1", "key_name": "deploy", "password_data": "", "user_data_base64": None, "etag": hexes(32), "source_code_hash": b64(raw(32)), "get_password_data": False}}]}]}))
    put("notebooks/a.ipynb", json.dumps({"cells": [{"cell_type": "code", "id": hexes(8), "source": ["token = os.environ['TOKEN']\n", "tokenizer = AutoTokenizer.from_pretrained('bert-base-uncased')\n", "max_new_tokens = 512\n"], "outputs": [{"data": {"image/png": image(), "text/plain": ["'" + hexes(64) + "'"]}}]}], "metadata": {"kernelspec": {"name": "python3"}}}))
    put(".github/workflows/ci.yml", "permissions:\n  id-token: write\njobs:\n  a:\n    steps:\n    - uses: actions/checkout@" + hexes(40) + "\n    - run: echo\n      env:\n        TOKEN: ${{ secrets.TOKEN }}\n        AWS_ROLE: arn:aws:iam::111122223333:role/ci\n        CACHE_KEY: deps-${{ hashFiles('**/lock') }}\n        POSTGRES_PASSWORD: postgres\n")
    put("docs/setup.md", "# Setup\n\n    export OPENAI_API_KEY=sk-...\n    export GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n    curl -u user:password https://api.example.com\n    aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n    DATABASE_URL=postgres://user:password@host:5432/db\n    token: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ." + draw("[A-Za-z0-9_-]{43}") + "\n")
    put("docs/tutorial.md", "Log in with `admin` / `admin`. Set `SECRET_KEY=my-secret-key` and `API_TOKEN=abc123`.\n")
    put("config/database.yml", "development:\n  adapter: postgresql\n  username: postgres\n  password: postgres\nproduction:\n  password: <%= ENV['DATABASE_PASSWORD'] %>\n")
    put("config/credentials.yml.enc", b64(raw(400)) + "--" + b64(raw(12)) + "--" + b64(raw(16)))
    put("appsettings.Development.json", json.dumps({"ConnectionStrings": {"Db": "Server=(localdb)\\mssqllocaldb;Database=app;Trusted_Connection=True;"}, "Auth": {"ClientId": uuid(), "ClientSecret": "", "Authority": "https://login.acme.net/" + uuid()}, "Logging": {"EventKey": "UserPasswordChanged"}}))
    put("web.config", '<configuration><appSettings><add key="ApiKey" value="__API_KEY__" /><add key="PublicKeyToken" value="b77a5c561934e089" /></appSettings><runtime><assemblyIdentity name="x" publicKeyToken="31bf3856ad364e35" /></runtime></configuration>')
    put("gradle.properties", "signing.keyId=ABCD1234\nsonatypePassword=\nandroid.injected.signing.key.alias=release\n")
    put("local.properties", "sdk.dir=/opt/android\nkey.alias=upload\n")
    put("google-services.json", json.dumps({"client": [{"api_key": [{"current_key": "AIza" + mixed("[A-Za-z0-9_-]{34}[a-z]")}], "oauth_client": [{"client_id": "1-x.apps.googleusercontent.com"}]}]}))
    put("data/users.csv", "id,email,password_hash,token\n" + "".join("%s,u%d@acme.net,$2b$12$%s,%s\n" % (uuid(), i, draw("[A-Za-z0-9./]{53}"), "") for i in range(20)))
    put("data/events.jsonl", "".join(json.dumps({"id": uuid(), "trace_id": hexes(32), "span": hexes(16), "key": "user.login.%d" % i}) + "\n" for i in range(50)))
    put("data/model.json", json.dumps({"tokenizer": {"unk_token": "[UNK]", "bos_token": "<|begin_of_text|>", "pad_token": "<pad>", "tokens": [draw("[a-z]{3,8}") for _ in range(100)]}, "sha": hexes(40)}))
    put("Package.resolved", json.dumps({"pins": [{"identity": "a", "state": {"revision": hexes(40), "version": "1.0.0"}}], "originHash": hexes(64)}))
    put("skaffold.yaml", "build:\n  tagPolicy:\n    sha256: {}\n  artifacts:\n  - image: x@sha256:" + hexes(64) + "\n")
    put("Makefile", "TOKEN ?= $(shell gh auth token)\nSHA := " + hexes(40) + "\nPASSWORD_FILE := .pw\nlogin:\n\tdocker login -u $(USER) -p $(PASSWORD)\n")
    put("Dockerfile", "FROM debian@sha256:" + hexes(64) + "\nENV GPG_KEY=" + draw("[A-F0-9]{40}") + "\nENV PYTHON_SHA256=" + hexes(64) + "\nARG TOKEN\nENV TOKEN=$TOKEN\nENV NODE_ENV=production\n")
    put("nginx.conf", "ssl_certificate_key /etc/ssl/private/x.key;\nauth_basic_user_file /etc/nginx/.htpasswd;\nproxy_set_header Authorization $http_authorization;\n")
    put(".git/HEAD", "ref: refs/heads/main\n")
    put(".git/packed-refs", "".join("%s refs/remotes/origin/b%d\n" % (hexes(40), i) for i in range(30)))
    put(".git/config", "[remote \"origin\"]\n\turl = https://x-access-token@github.com/acme/x.git\n[lfs]\n\taccess = basic\n")
    put(".git/objects/%s/%s" % (hexes(2), hexes(38)), raw(600))
    put("prisma/schema.prisma", 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\nmodel Token {\n  accessTokenHash String @unique\n}\n')
    put("locale/messages.properties", "login.password=Password\nlogin.token=Access token\nerror.secret=The-client-secret-is-not-valid-2\npassword.rules=8-to-64-characters\n")
    put("sonar-project.properties", "sonar.projectKey=acme_billing\nsonar.organization=acme\nsonar.token=${env.SONAR_TOKEN}\n")
    put("renovate.json", json.dumps({"hostRules": [{"matchHost": "npm.acme.net", "encrypted": {"token": b64(raw(300))}}]}))
    put(".travis.yml", "env:\n  global:\n    - secure: \"" + b64(raw(500)) + "\"\n")
    put("settings.py", "SECRET_KEY = 'django-insecure-change-me'\nPASSWORD_HASHERS = ['django.contrib.auth.hashers.Argon2PasswordHasher']\nAUTH_PASSWORD_VALIDATORS = [{'NAME': 'django.contrib.auth.password_validation.MinimumLengthValidator'}]\nSESSION_COOKIE_SECURE = True\n")


def home(h):
    h.write(".ssh/id_ed25519.pub", "ssh-ed25519 " + b64(raw(51)) + " me\n")
    h.write(".ssh/authorized_keys", "ssh-ed25519 " + b64(raw(51)) + " other\n")
    h.write(".ssh/known_hosts", "".join("|1|%s|%s ssh-ed25519 %s\n" % (b64(raw(20)), b64(raw(20)), b64(raw(51))) for _ in range(20)))
    h.write(".ssh/config", "Host *\n  IdentityAgent ~/.1password/agent.sock\n  ControlPath ~/.ssh/cm-%r@%h:%p\n")
    h.write(".gnupg/pubring.kbx", raw(2000))
    h.write(".npmrc", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\nalways-auth=true\n")
    h.write(".netrc", "# machine x login y password z\n")
    h.write(".pypirc", "[pypi]\nusername = __token__\n")
    h.write(".aws/config", "[profile a]\nsso_session = x\nsso_account_id = 111122223333\nrole_arn = arn:aws:iam::111122223333:role/dev\nregion = eu-west-1\n")
    h.write(".docker/config.json", json.dumps({"auths": {"ghcr.io": {}}, "credHelpers": {"ecr": "ecr-login"}}))
    h.write(".config/gh/hosts.yml", "github.com:\n    git_protocol: ssh\n    users:\n        me:\n    user: me\n")
    h.write(".bashrc", "export EDITOR=vim\nexport GPG_TTY=$(tty)\nexport SSH_AUTH_SOCK=$XDG_RUNTIME_DIR/ssh-agent.socket\nexport OPENAI_API_KEY=$(pass show openai)\nalias token='gh auth token'\nHISTCONTROL=ignoreboth\n")
    h.write(".bash_history", "ls\ngit commit -m 'rotate token'\nexport TOKEN=$(vault kv get -field=x secret/y)\nssh-keygen -t ed25519\nopenssl rand -hex 32\ngrep -r password src\ncurl -H \"Authorization: Bearer $TOKEN\" https://x\ngit checkout " + hexes(40) + "\nsha256sum a\nmysql -u root -p app\npsql -U postgres\ndocker run -e POSTGRES_PASSWORD=postgres postgres\nkubectl get secret app -o yaml\nredis-cli -a $REDIS\nopenclaw gateway --port 18789\n")
    h.write(".zsh_history", ": 1790000000:0;gh auth login --with-token < t\n: 1790000001:0;export API_KEY=\n: 1790000002:0;docker login -u me -p $PW\n")
    h.write(".python_history", "import hashlib\nhashlib.sha256(b'password').hexdigest()\ntoken = get_token()\n")
    h.write(".psql_history", "select password from users;\nALTER USER app PASSWORD NULL;\n\\d tokens\n")
    h.write(".config/Code/User/settings.json", json.dumps({"editor.semanticTokenColorCustomizations": {}, "github.gitAuthentication": True, "redhat.telemetry.enabled": False, "sync.gist": hexes(32), "workbench.settings.applyToAllProfiles": [], "password-store": "gnome"}))
    h.write(".config/Code/User/keybindings.json", json.dumps([{"key": "ctrl+shift+alt+p", "command": "workbench.action.terminal.sendSequence"}]))
    h.write(".config/Code/storage.json", json.dumps({"telemetry.machineId": hexes(64), "telemetry.devDeviceId": uuid(), "telemetry.sqmId": "{" + uuid().upper() + "}"}))
    h.write(".config/configstore/update-notifier.json", json.dumps({"optOut": False, "lastUpdateCheck": 1790000000000}))
    h.write(".config/pulse/cookie", raw(256))
    h.write(".config/gtk-3.0/settings.ini", "[Settings]\ngtk-key-theme-name=Default\ngtk-theme-name=Adwaita\n")
    h.write(".config/kdeglobals", "[KFileDialog Settings]\nshow hidden=true\n[Shortcuts]\nkey=Ctrl+Shift+K\n")
    h.write(".config/mimeapps.list", "[Default Applications]\napplication/pgp-keys=seahorse.desktop\n")
    h.write(".config/dconf/user.d/keys", "[org/gnome/settings-daemon/plugins/media-keys]\nscreensaver=['<Super>l']\n")
    h.write(".config/nvim/init.lua", "vim.g.mapleader = ' '\nlocal token = vim.env.GITHUB_TOKEN\nvim.keymap.set('n', '<leader>sk', '<cmd>Telescope keymaps<cr>')\n")
    h.write(".config/starship.toml", "[aws]\nsymbol = 'x'\n[kubernetes]\ndisabled = false\n")
    h.write(".gitconfig", "[user]\n\tsigningkey = " + draw("[A-F0-9]{40}") + "\n[url \"git@github.com:\"]\n\tinsteadOf = https://github.com/\n[credential]\n\thelper = store\n")
    h.write(".terraformrc", "plugin_cache_dir = \"$HOME/.terraform.d/plugin-cache\"\n")
    h.write(".vimrc", "set nocompatible\nlet g:key = 'x'\n")
    h.write("Documents/meeting.md", "# Notes\n\nThe wallet team wants a recovery phrase screen. Password rules: twelve characters. Token lifetime is 15 minutes.\nSecret santa is on Friday.\n")
    h.write("Documents/poem.txt", "wallet\nsilver apple morning orange garden window winter summer letter bridge island flower\n")
    h.write("Documents/uuid.txt", "".join(uuid() + "\n" for _ in range(30)))
    h.write("Documents/hashes.txt", "".join(hexes(64) + "  release-%d.iso\n" % i for i in range(30)))
    h.write("Desktop/shopping.txt", "bread milk eggs butter cheese apples coffee sugar flour water salt pepper\n")
    h.write("Downloads/release.sha256", hexes(64) + "  x\n")
    h.write("Downloads/key.asc", pem("PGP PUBLIC KEY BLOCK", raw(1200)).replace("-----\n", "-----\n\n", 1))
    h.write("Downloads/contract.sig", pem("PGP SIGNATURE", raw(300)))


def installed(h):
    h.write("src/venv/pyvenv.cfg", "home = /usr\n")
    h.write("src/venv/lib/python3.12/site-packages/a/test_key.pem", pem("RSA PRIVATE KEY", rsa_key()))
    h.write("src/alpha0/node_modules/a/test/key.pem", pem("RSA PRIVATE KEY", rsa_key()))
    h.write("src/alpha0/node_modules/a/config.json", json.dumps({"token": draw("[A-Za-z0-9]{40}")}))
    h.write(".cargo/registry/src/a/tests/k.pem", pem("PRIVATE KEY", der_key()))
    h.write("go/pkg/mod/x/testdata/key.pem", pem("EC PRIVATE KEY", raw(121)))
    h.write(".cache/a/token", draw("[A-Za-z0-9]{40}"))
    h.write(".local/share/Trash/info/x.trashinfo", "[Trash Info]\nPath=/x\n")


def agents(h):
    h.write(".claude/settings.json", json.dumps({"env": {"ANTHROPIC_API_KEY": "${ANTHROPIC_API_KEY}", "MAX_THINKING_TOKENS": "8000", "CLAUDE_CODE_MAX_OUTPUT_TOKENS": "32000"}, "apiKeyHelper": "~/bin/key.sh"}))
    h.write(".claude.json", json.dumps({"userID": hexes(64), "oauthAccount": {"accountUuid": uuid(), "emailAddress": "x@acme.net"}, "mcpServers": {"a": {"command": "x", "env": {"TOKEN": "${TOKEN}"}}}, "customApiKeyResponses": {"approved": [draw("[A-Za-z0-9_-]{20}")]}}))
    h.write(".claude/projects/p/s.jsonl", "".join(json.dumps({"uuid": uuid(), "sessionId": uuid(), "requestId": "req_" + draw("[A-Za-z0-9]{24}"), "message": {"id": "msg_" + draw("[A-Za-z0-9]{24}"), "content": "set API_KEY=your-key and use `${TOKEN}`", "usage": {"output_tokens": 12, "cache_read_input_tokens": 3}}, "signature": b64(raw(300))}) + "\n" for _ in range(40)))
    h.write(".codex/config.toml", "model = \"x\"\n[mcp_servers.a]\ncommand = \"x\"\nenv_vars = [\"TOKEN\"]\nbearer_token_env_var = \"ACME_TOKEN\"\n")
    h.write(".openclaw/openclaw.json", "{ gateway: { auth: { mode: 'token', token: '${OPENCLAW_GATEWAY_TOKEN}' } }, channels: { telegram: { botToken: { source: 'env', provider: 'default', id: 'TELEGRAM_BOT_TOKEN' } } } }\n")
    h.write(".openclaw/agents/main/sessions/sessions.json", json.dumps({"agent:main:main": {"sessionId": uuid(), "inputTokens": 1, "authProfileOverride": "anthropic:default", "systemPromptReport": {"hash": hexes(64)}}}))
    h.write(".gemini/settings.json", json.dumps({"security": {"auth": {"selectedType": "oauth-personal"}}, "mcpServers": {"a": {"url": "https://a", "headers": {"Authorization": "Bearer ${TOKEN}"}}}}))
    h.write(".config/opencode/opencode.json", json.dumps({"provider": {"a": {"options": {"apiKey": "{env:ACME_KEY}"}}}, "mcp": {"a": {"environment": {"TOKEN": "{file:~/.secrets/t}"}}}}))
    h.write(".cursor/mcp.json", json.dumps({"mcpServers": {"a": {"command": "npx", "env": {"API_KEY": "<your-api-key>", "TOKEN": "YOUR_TOKEN_HERE"}}}}))
