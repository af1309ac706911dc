"""What people and tools keep values in: one file a value, in a folder that says nothing of its kind."""
import base64, json, random

from seed_values import b64, draw, raw, rng, uuid
from grid_kinds import person


def camel(name):
    head, *tail = name.lower().split("_")
    return head + "".join(part.capitalize() for part in tail)


def dotted(name):
    return name.lower().replace("_", ".")


def xml(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def named(name, value):
    """Carriers that keep a name beside the value: carrier, file, text; a fourth is what to look for instead of the value."""
    lower, kebab = name.lower(), name.lower().replace("_", "-")
    noise = "PORT=8080\nLOG_LEVEL=info\n"
    yield "dotenv", ".env", noise + name + "=" + value + "\nDEBUG=false\n"
    yield "dotenv quoted", ".env.production", noise + name + '="' + value + '"  # from the console\n'
    yield "dotenv single", "api.env", noise + name + "='" + value + "'\n"
    yield "dotenv spaced", ".env.local", noise + name + " = " + value + "\n"
    yield "dotenv crlf", ".env", (noise + name + "=" + value + "\nX=1\n").replace("\n", "\r\n")
    yield "dotenv utf16", ".env", ("\ufeff" + noise + name + "=" + value + "\nX=1\n").encode("utf-16-le")
    yield "dotenv bom", ".env", "\ufeff" + name + "=" + value + "\n"
    yield "envrc", ".envrc", "use flake\nexport " + name + "=" + value + "\n"
    yield "dev.vars", ".dev.vars", name + "=" + value + "\n"
    yield "json", "config.json", json.dumps({"server": {"port": 80}, "services": {camel(name): value, "retries": 3}}, indent=2)
    yield "json one line", "settings.json", json.dumps({"a": [1, 2], "env": {name: value}, "z": None})
    yield "json5", "app.json5", "// ours\n{\n  server: { port: 80, },\n  " + camel(name) + ": '" + value + "',\n}\n"
    yield "yaml", "config.yaml", "server:\n  port: 80\nservices:\n  main:\n    " + lower + ": " + value + "\n    retries: 3\n"
    yield "yaml quoted", "values.yml", "services:\n  - name: main\n    " + camel(name) + ': "' + value + '"\n'
    yield "yaml env list", "deployment.yaml", "kind: Deployment\nspec:\n  containers:\n  - name: app\n    env:\n    - name: PORT\n      value: \"80\"\n    - name: " + name + "\n      value: \"" + value + "\"\n"
    yield "compose list", "docker-compose.yml", "services:\n  app:\n    image: acme/app\n    environment:\n      - PORT=80\n      - " + name + "=" + value + "\n"
    yield "compose map", "compose.yaml", "services:\n  app:\n    environment:\n      PORT: 80\n      " + name + ": " + value + "\n"
    yield "k8s data", "secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\ndata:\n  " + lower + ": " + b64(value.encode()) + "\n", b64(value.encode())
    yield "k8s stringData", "secret.yml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\nstringData:\n  " + name + ": " + value + "\n"
    yield "ansible", "group_vars/all.yml", "---\napp_port: 80\n" + lower + ": \"" + value + "\"\n"
    yield "toml", "config.toml", "title = \"x\"\n\n[service]\n" + lower + ' = "' + value + '"\nretries = 3\n'
    yield "streamlit", ".streamlit/secrets.toml", name + ' = "' + value + '"\n'
    yield "ini", "app.ini", "[main]\nport = 80\n[service]\n" + lower + " = " + value + "\n"
    yield "cfg", "setup.cfg", "[service]\n" + kebab + ": " + value + "\n"
    yield "properties", "application.properties", "server.port=80\nacme." + dotted(name) + "=" + value + "\n"
    yield "xml element", "config.xml", "<config><service><" + camel(name) + ">" + xml(value) + "</" + camel(name) + "></service></config>", xml(value)
    yield "xml attribute", "app.config", '<configuration><appSettings><add key="' + name + '" value="' + xml(value) + '" /></appSettings></configuration>', xml(value)
    yield "plist", "com.acme.agent.plist", "<plist><dict><key>EnvironmentVariables</key><dict><key>" + name + "</key>\n<string>" + xml(value) + "</string></dict></dict></plist>", xml(value)
    yield "systemd", "app.service", "[Service]\nExecStart=/usr/bin/app\nEnvironment=PORT=80 \"" + name + "=" + value + "\"\n"
    yield "dockerfile", "Dockerfile", "FROM debian\nARG VERSION=1\nENV " + name + "=" + value + "\nRUN make\n"
    yield "dockerfile old", "Dockerfile", "FROM debian\nENV " + name + " " + value + "\n"
    yield "makefile", "Makefile", "PORT ?= 80\n" + name + " := " + value + "\nall:\n\techo ok\n"
    yield "actions", ".github/workflows/deploy.yml", "jobs:\n  x:\n    env:\n      " + name + ": " + value + "\n    steps: []\n"
    yield "gitlab ci", ".gitlab-ci.yml", "variables:\n  " + name + ": \"" + value + "\"\nbuild:\n  script: make\n"
    yield "python", "main.py", "import os\n\n" + name + ' = "' + value + '"\n\ndef main():\n    pass\n'
    yield "python call", "client.py", "from acme import Client\n\nclient = Client(region='eu', " + lower + "='" + value + "')\n"
    yield "python dict", "conf.py", "CONFIG = {\n    'port': 80,\n    '" + lower + "': '" + value + "',\n}\n"
    yield "javascript", "index.js", "const port = 80;\nconst " + camel(name) + " = '" + value + "';\n"
    yield "typescript", "config.ts", "export const config = {\n  port: 80,\n  " + camel(name) + ': "' + value + '",\n};\n'
    yield "go", "main.go", "package main\n\nconst " + camel(name) + ' = "' + value + '"\n'
    yield "java", "App.java", "class App {\n  private static final String " + name + ' = "' + value + '";\n}\n'
    yield "ruby", "config.rb", "Acme.configure do |c|\n  c." + lower + " = '" + value + "'\nend\n"
    yield "php", "config.php", "<?php\ndefine('" + name + "', '" + value + "');\n"
    yield "csharp", "Program.cs", "var " + camel(name) + ' = "' + value + '";\n'
    yield "rust", "main.rs", "const " + name + ': &str = "' + value + '";\n'
    yield "shell", "deploy.sh", "#!/bin/sh\nset -e\n" + name + "='" + value + "'\nexport " + name + "\n"
    yield "shell prefix", "run.sh", "#!/bin/sh\n" + name + "=" + value + " ./app --port 80\n"
    yield "shell option", "go.sh", "#!/bin/sh\nacme deploy --" + kebab + " " + value + " --port 80\n"
    yield "powershell", "run.ps1", "$env:" + name + ' = "' + value + '"\n'
    yield "tfvars", "prod.tfvars", 'region = "eu"\n' + lower + ' = "' + value + '"\n'
    yield "tf", "main.tf", 'provider "acme" {\n  ' + lower + ' = "' + value + '"\n}\n'
    yield "tf default", "variables.tf", 'variable "' + lower + '" {\n  type    = string\n  default = "' + value + '"\n}\n'
    yield "tfstate", "terraform.tfstate", json.dumps({"version": 4, "serial": 7, "lineage": uuid(), "resources": [{"type": "acme", "instances": [{"attributes": {"id": "x", lower: value}}]}]}, indent=1)
    yield "notebook", "work.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": ["import os\n", "os.environ['" + name + "'] = '" + value + "'\n"], "outputs": []}]}, indent=1)
    yield "notebook assigned", "try.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1\n", lower + ' = "' + value + '"\n']}]}, indent=1), json.dumps(value)[1:-1]
    yield "ecs task", "task.json", json.dumps({"containerDefinitions": [{"environment": [{"name": "PORT", "value": "80"}, {"name": name, "value": value}]}]}, indent=1)
    yield "mcp", ".mcp.json", json.dumps({"mcpServers": {"acme": {"command": "npx", "args": ["-y", "acme-mcp"], "env": {name: value}}}}, indent=1)
    yield "mcp args", "mcp.json", json.dumps({"mcpServers": {"acme": {"command": "npx", "args": ["-y", "acme-mcp", "--" + kebab + "=" + value]}}}, indent=1)
    yield "backup", ".env.bak", name + "=" + value + "\n"
    yield "split", "join.py", name + ' = ("' + value[: len(value) // 2] + '"\n    "' + value[len(value) // 2 :] + '")\n', value[: len(value) // 2]
    yield "helm set", "up.sh", "helm upgrade app ./chart --set app." + camel(name) + "=" + value + " --wait\n"
    yield "docker run", "start.sh", "docker run -d -e PORT=80 -e " + name + "=" + value + " acme/app\n"


def bare(value):
    """Carriers in which a value stands without a name of its own: for forms that tell their kind."""
    yield "curl bearer", "call.sh", 'curl -s -H "Authorization: Bearer ' + value + '" https://api.acme.net/v1\n'
    yield "curl header", "try.sh", "curl -H 'X-Api-Key: " + value + "' https://api.acme.net/v1\n"
    yield "curl user", "get.sh", "curl -u " + value + ": https://api.acme.net/v1\n"
    yield "curl login", "put.sh", "curl -u me:" + value + " https://api.acme.net/v1\n"
    yield "query", "load.sh", "wget 'https://api.acme.net/v1?limit=3&key=" + value + "&x=1'\n"
    yield "http file", "api.http", "GET https://api.acme.net/v1\nAuthorization: Bearer " + value + "\n"
    yield "postman", "acme.postman_collection.json", json.dumps({"item": [{"request": {"header": [{"key": "Authorization", "value": "Bearer " + value}]}}]}, indent=1)
    yield "har", "trace.har", json.dumps({"log": {"entries": [{"request": {"headers": [{"name": "authorization", "value": "Bearer " + value}]}}]}}, indent=1)
    yield "npmrc", ".npmrc", "registry=https://npm.acme.net/\n//npm.acme.net/:_authToken=" + value + "\n"
    yield "pypirc", ".pypirc", "[distutils]\nindex-servers = acme\n[acme]\nrepository = https://up.acme.net\nusername = me\npassword = " + value + "\n"
    yield "transcript", "@.claude/projects/p/%d.jsonl", json.dumps({"type": "user", "message": {"content": "use this\n" + value + "\tplease"}}) + "\n"
    yield "transcript log", "@.openclaw/agents/main/sessions/%d.jsonl", json.dumps({"role": "tool", "content": [{"type": "text", "text": json.dumps({"out": "KEY\n" + value + "\n"})}]}) + "\n"
    yield "notes", "@Documents/n%d.md", "# Access\n\n- the account: `" + value + "`\n"
    yield "notes plain", "@Desktop/n%d.txt", "login for staging: " + value + ", ask Kim\n"
    yield "key file", "token", value + "\n"
    yield "csv", "@Downloads/keys%d.csv", "User,Key,Created\nci," + value + ",2026-01-02\n"
    yield "swap", ".config.json.swp", "abc\x00\x00" + json.dumps({"k": value}) + "\x00"


# One file in the home for all values.
def shells(rows):
    yield "bashrc", ".bashrc", "export %s=%s\n"
    yield "zshrc", ".zshrc", 'export %s="%s"\n'
    yield "profile", ".profile", "%s='%s'; export X\n"
    yield "fish", ".config/fish/config.fish", "set -gx %s %s\n"
    yield "fish variables", ".config/fish/fish_variables", "SETUVAR --export %s:%s\n"
    yield "environment.d", ".config/environment.d/50-keys.conf", "%s=%s\n"
    yield "bash history", ".bash_history", "#1790000000\nexport %s=%s\n"
    yield "zsh history", ".zsh_history", ": 1790000000:0;export %s=%s\n"
    yield "fish history", ".local/share/fish/fish_history", "- cmd: set -x %s %s\n  when: 1790000000\n"
    yield "python history", ".python_history", "import os\nos.environ['%s'] = '%s'\n"
    yield "node history", ".node_repl_history", 'process.env.%s = "%s"\n'
    yield "powershell history", ".local/share/powershell/PSReadLine/ConsoleHost_history.txt", '$env:%s = "%s"\n'
    yield "claude settings", ".claude/settings.json", None
    yield "openclaw", ".openclaw/openclaw.json", None
    yield "codex", ".codex/config.toml", None


def connections(password):
    """Databases and brokers as their clients write them: label, text, names that it goes under."""
    yield "postgres", "postgresql://app:%s@db.acme.net:5432/orders?sslmode=require", "DATABASE_URL"
    yield "sqlalchemy", "mysql+pymysql://app:%s@db.acme.net/orders", "SQLALCHEMY_DATABASE_URI"
    yield "asyncpg", "postgresql+asyncpg://app:%s@db.acme.net/orders", "DB_DSN"
    yield "mongo srv", "mongodb+srv://app:%s@cluster0.ab1cd.mongodb.net/?retryWrites=true", "MONGO_URL"
    yield "redis", "redis://:%s@cache.acme.net:6379/0", "REDIS_URL"
    yield "rediss", "rediss://default:%s@cache.acme.net:6380", "CACHE_URL"
    yield "amqp", "amqps://app:%s@mq.acme.net/vhost", "BROKER_URL"
    yield "clickhouse", "clickhouse://app:%s@ch.acme.net:9440/logs", "CLICKHOUSE_URL"
    yield "neo4j", "neo4j+s://neo4j:%s@graph.acme.net", "NEO4J_URI"
    yield "ado.net", "Server=tcp:db.acme.net,1433;Initial Catalog=orders;User ID=app;Password=%s;Encrypt=True;", "ConnectionStrings__Default"
    yield "ado.net end", "Server=db.acme.net;Database=orders;Uid=app;Pwd=%s", "ConnectionString"
    yield "npgsql", "Host=db.acme.net;Username=app;Password=%s;Database=orders", "ConnectionStrings__Main"
    yield "libpq", "host=db.acme.net user=app password=%s dbname=orders sslmode=require", "PG_DSN"
    yield "jdbc query", "jdbc:postgresql://db.acme.net:5432/orders?user=app&password=%s&ssl=true", "SPRING_DATASOURCE_URL"
    yield "jdbc sqlserver", "jdbc:sqlserver://db.acme.net:1433;databaseName=orders;user=app;password=%s;", "JDBC_URL"
    yield "jdbc oracle", "jdbc:oracle:thin:app/%s@//db.acme.net:1521/ORCL", "ORACLE_URL"
    yield "go mysql", "app:%s@tcp(db.acme.net:3306)/orders?parseTime=true", "MYSQL_DSN"
    yield "kafka", "org.apache.kafka.common.security.plain.PlainLoginModule required username='app' password='%s';", "KAFKA_SASL_JAAS_CONFIG"
    yield "smtp", "smtps://app:%s@mail.acme.net:465", "SMTP_URL"
    yield "proxy", "http://me:%s@proxy.acme.net:3128", "HTTPS_PROXY"
    yield "git", "https://me:%s@git.acme.net/acme/app.git", "REPO"
    yield "ftp", "ftp://me:%s@files.acme.net/", "FTP_URL"
    yield "ldap", "ldaps://cn=app:%s@ldap.acme.net", "LDAP_URI"


def write(home, kinds, one_of):
    pick = random.Random(rng.random())
    number = 0

    def place(carrier, file, text, accepted, needle):
        nonlocal number
        number += 1
        path = file[1:] % number if file.startswith("@") else "work/p%d/%s" % (number, file)
        home.plant(accepted, path, text, needle, carrier)

    rows = [(k, n, v(), "self") for k, n, v in kinds.SELF] + [(k, n, v(), "name") for k, n, v in kinds.NAMED]
    rows += [(k, n, v(), "word") for k, n, v in kinds.WORD]
    for row, (accepted, name, value, form) in enumerate(rows):
        carriers = list(named(name, value)) + (list(bare(value)) if form == "self" else [])
        for carrier, file, text, *other in carriers:
            if one_of > 1 and pick.randrange(one_of):
                continue
            # A value that two transcripts repeat is told once.
            if carrier == ("transcript", "transcript log")[row % 2]:
                continue
            # A value that the carrier's own syntax would cut is written in another way by whoever uses it.
            if form != "self" and carrier in ("notebook",) and "'" in value:
                continue
            place(carrier, file, text, accepted, other[0] if other else value)
    for carrier, path, form in shells(rows):
        if carrier == "claude settings":
            home.write(path, json.dumps({"env": {n + "_%d" % i: v for i, (_, n, v, _) in enumerate(rows)}}, indent=1))
        elif carrier == "openclaw":
            home.write(path, json.dumps({"env": {"vars": {n + "_%d" % i: v for i, (_, n, v, _) in enumerate(rows)}}}, indent=1))
        elif carrier == "codex":
            home.write(path, "[mcp_servers.acme]\ncommand = \"x\"\n[mcp_servers.acme.env]\n" + "".join('%s_%d = "%s"\n' % (n, i, v) for i, (_, n, v, _) in enumerate(rows)))
        else:
            home.write(path, "".join(form % (n, v) for _, n, v, _ in rows))
        for accepted, _, value, _ in rows:
            home.note(accepted, path, value, carrier)
    for _ in range(max(1, 3 // one_of)):
        for label, form, name in connections(None):
            password = draw("[a-zA-Z]{6}[0-9]{3}[a-zA-Z]{5}") if rng.random() < 0.5 else person().replace("+", "-")
            text = form % password
            quoted = '"' + text + '"'
            for kind, file, body in [
                ("env", ".env", name + "=" + text + "\n"),
                ("env quoted", ".env", name + "=" + quoted + "\n"),
                ("json", "appsettings.json", json.dumps({"ConnectionStrings": {"Default": text}}, indent=1)),
                ("yaml", "app.yaml", "db:\n  url: " + quoted + "\n"),
                ("python", "db.py", "engine = create(" + quoted + ")\n"),
                ("properties", "application.properties", "app.datasource.url=" + text + "\n"),
                ("compose", "docker-compose.yml", "services:\n  a:\n    environment:\n      - " + name + "=" + text + "\n"),
                ("history", "@.zsh_sessions/h%d", "export " + name + "=" + quoted.replace('"', "'" if "'" not in text else '"') + "\n"),
            ]:
                place("connection " + label, file, body, "*", password)
