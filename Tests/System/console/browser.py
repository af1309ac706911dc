"""The console in a real browser. Called by run.sh: browser.py OUTPUT SAMPLE AXE WORK.

Each step is a rule of the product; the first that does not hold ends the run with exit code 1.
"""

import base64
import http.client
import http.server
import json
import os
import subprocess
import sys
import threading
import time

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

OUTPUT, SAMPLE, AXE, WORK = sys.argv[1:5]
AXE_SOURCE = open(AXE, encoding="utf-8").read()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
WIDTHS = [1280, 360]
SCHEMES = ["light", "dark"]
HOSTILE = "oc-%3Cscript%3E%2F..%252e%22%27"
failures = []
checks = 0


def check(holds, rule, detail=""):
    global checks
    checks += 1
    if not holds:
        failures.append(f"{rule}: {detail}")
        print(f"FAIL {rule}: {detail}", flush=True)


class Sample:
    """console-sample as a child; commands go in, lines come out."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [SAMPLE, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.port = int(self.wait("port"))
        self.link = self.wait("link")

    def wait(self, word):
        for line in self.process.stdout:
            name, _, rest = line.strip().partition(" ")
            if name == word:
                return rest
        raise SystemExit(f"console-sample ended before it said {word}")

    def send(self, command):
        self.process.stdin.write(command + "\n")
        return self.wait("link") if command == "link" else self.wait("done")

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)


def chromium():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--disable-background-networking", "--no-first-run", "--hide-scrollbars",
                     f"--user-data-dir={WORK}/profile"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(executable_path="/usr/bin/chromedriver")
    return webdriver.Chrome(options=options, service=service)


def until(driver, condition, what, seconds=15):
    last = None

    def asked(driver):
        nonlocal last
        try:
            return condition(driver)
        except WebDriverException as error:
            # An element of the page before is no answer yet, and neither is a question that the next page cut off:
            # the driver reports the second as a plain error whose words differ by version.
            last = error
            return False

    try:
        return WebDriverWait(driver, seconds, poll_frequency=0.05).until(asked)
    except Exception as error:
        said = f"\nlast error: {last.msg}" if last else ""
        raise SystemExit(f"waited {seconds} s for: {what} ({type(error).__name__}){said}\n{driver.current_url}")


def console_log(driver, where, allow=()):
    for entry in driver.get_log("browser"):
        # Words of the browser about its own pages, and about an autofocus that an address with a fragment outranks.
        noise = ("chrome://", "Autofocus processing was blocked", "favicon.ico")
        if not any(word in entry["message"] for word in (*allow, *noise)):
            check(False, "no console error and no policy violation", f"{where}: {entry['message'][:300]}")


def look(driver, width, scheme):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                           {"features": [{"name": "prefers-color-scheme", "value": scheme}]})


def accessible(driver, where):
    driver.execute_script(AXE_SOURCE)
    result = driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: {type: 'tag', values: arguments[0]}, resultTypes: ['violations']})"
        ".then(r => done({version: axe.version, violations: r.violations, passes: r.passes.length}), e => done({error: String(e)}));",
        TAGS)
    check("error" not in result, "axe runs", f"{where}: {result.get('error')}")
    for violation in result.get("violations", []):
        nodes = "; ".join(f"{n['target']} {n['html'][:160]} {n.get('failureSummary', '')[:200]}" for n in violation["nodes"][:3])
        check(False, "axe-core finds no violation of WCAG A and AA", f"{where}: {violation['id']}: {nodes}")
    check(result.get("passes", 0) > 5, "axe looked at something", where)
    return result.get("version")


def picture(driver, name):
    size = driver.execute_script("return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    data = driver.execute_cdp_cmd("Page.captureScreenshot", {
        "captureBeyondViewport": True,
        "clip": {"x": 0, "y": 0, "width": size[0], "height": min(size[1], 6000), "scale": 1}})
    with open(os.path.join(OUTPUT, name + ".png"), "wb") as file:
        file.write(base64.b64decode(data["data"]))


def for_docs(driver, base):
    """The pictures of the guide: docs-*.png, before this test has changed anything."""
    for name, path, width, scheme, height in [
        ("docs-overview-light", "/", 1280, "light", 860), ("docs-agent-light", "/agents/oc-7f3a91", 1280, "light", 1120),
        ("docs-overview-dark-narrow", "/", 360, "dark", 1000),
    ]:
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                               {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                               {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        driver.get(base + path)
        data = driver.execute_cdp_cmd("Page.captureScreenshot", {})
        with open(os.path.join(OUTPUT, name + ".png"), "wb") as file:
            file.write(base64.b64decode(data["data"]))
    look(driver, 1280, "light")


def every_look(driver, name, url, prepare=None):
    version = None
    for scheme in SCHEMES:
        for width in WIDTHS:
            look(driver, width, scheme)
            driver.get(url)
            until(driver, lambda d: d.execute_script("return document.readyState") == "complete", f"{name} loads")
            if prepare:
                prepare()
            where = f"{name} {scheme} {width}"
            wide = driver.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
            check(wide[0] <= wide[1], "no sideways overflow", f"{where}: {wide}")
            check(driver.execute_script("return document.querySelectorAll('h1').length") == 1, "one h1", where)
            picture(driver, f"{name}-{scheme}-{width}")
            version = accessible(driver, where)
            console_log(driver, where, allow=("status of 401", "status of 403", "status of 404", "status of 500"))
    return version


class AgentPage(http.server.BaseHTTPRequestHandler):
    """The watched agent's own page, on the same loopback address."""
    seen = []

    def do_GET(self):
        AgentPage.seen.append((self.path, self.headers.get("Host"), self.headers.get("Cookie"),
                               self.headers.get("Sec-Fetch-Site")))
        body = b"<!doctype html><title>agent</title><h1>an agent's page</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def main():
    sample = Sample()
    empty = Sample("--empty")
    base = f"http://trammel.localhost:{sample.port}"
    driver = chromium()
    agent_server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), AgentPage)
    threading.Thread(target=agent_server.serve_forever, daemon=True).start()
    agent_port = agent_server.server_address[1]
    try:
        journey(driver, sample, empty, base, agent_port)
    finally:
        driver.quit()
        agent_server.shutdown()
        sample.stop()
        empty.stop()


def journey(driver, sample, empty, base, agent_port):
    axe = every_look(driver, "signin", base + "/agents")
    look(driver, 1280, "light")

    # Under another name there is a plain page with the link, and no cookie.
    driver.get(f"http://127.0.0.1:{sample.port}/")
    check(driver.find_element(By.TAG_NAME, "a").get_attribute("href") == base + "/", "another name gets the link", driver.current_url)
    check(driver.get_cookies() == [], "another name gets no cookie", driver.get_cookies())
    connection = http.client.HTTPConnection("127.0.0.1", sample.port)
    connection.request("GET", sample.link.split(str(sample.port), 1)[1])
    answer = connection.getresponse()
    check(answer.status == 421 and answer.getheader("Set-Cookie") is None, "no sign-in under another name", answer.status)
    connection.close()

    # The link signs in, once.
    driver.get(sample.link)
    until(driver, lambda d: d.current_url == base + "/", "the console opens after sign-in")
    cookie = driver.get_cookie("__Host-trammel")
    check(cookie and cookie["httpOnly"] and cookie["secure"] and cookie["sameSite"] == "Strict" and cookie["path"] == "/",
          "the session's cookie is locked down", cookie)
    check(driver.execute_script("return document.cookie") == "", "a script sees no session", "")
    for_docs(driver, base)
    console_log(driver, "sign-in", allow=("status of 401", "status of 421"))

    # A page of the watched agent on the same loopback address, and under our name on its own port.
    driver.get(f"http://127.0.0.1:{agent_port}/on-the-address")
    driver.get(base + "/")
    cookies = [c for p, h, c, s in AgentPage.seen if p == "/on-the-address"]
    check(cookies == [None], "an agent's page on the same loopback gets no cookie of ours", cookies)
    console_log(driver, "an agent's page")

    # A page of that agent cannot read, frame or post to the console, not even under our name.
    for origin in [f"http://127.0.0.1:{agent_port}", f"http://trammel.localhost:{agent_port}"]:
        driver.get(origin + "/attack")
        outcome = driver.execute_async_script("""
          const [base, done] = [arguments[0], arguments[1]];
          (async () => {
            const out = {};
            try { const r = await fetch(base + '/agents.json', {credentials: 'include'}); out.read = (await r.text()).length; } catch (e) { out.read = 'refused'; }
            try { const r = await fetch(base + '/sign-out', {method: 'POST', credentials: 'include', mode: 'no-cors', body: new URLSearchParams({token: 'x'})}); out.post = r.type; } catch (e) { out.post = 'refused'; }
            const f = document.createElement('iframe'); f.src = base + '/'; document.body.append(f);
            await new Promise(r => { f.onload = r; setTimeout(r, 3000); });
            try { out.frame = f.contentDocument ? f.contentDocument.body.innerText.length : 'closed'; } catch (e) { out.frame = 'closed'; }
            done(out);
          })();""", base)
        check(outcome["read"] == "refused", "a page of another origin reads nothing", f"{origin}: {outcome}")
        check(outcome["frame"] in ("closed", 0), "a page of another origin frames nothing", f"{origin}: {outcome}")
    # A limit of cookies that the guide states: under our very name every port gets them. Measured, not hidden.
    named = [c for p, h, c, s in AgentPage.seen if p == "/attack" and h.startswith("trammel.localhost")]
    print(f"note: a page at trammel.localhost:{agent_port} {'gets' if any(named) else 'does not get'} the session's cookie", flush=True)
    driver.get_log("browser")
    driver.get(base + "/")
    check(driver.find_element(By.TAG_NAME, "h1").text.startswith("9 agents run"), "still signed in, and the heading is the answer",
          driver.find_element(By.TAG_NAME, "h1").text)

    # Opens an agent by keyboard alone: search, list, row.
    driver.find_element(By.TAG_NAME, "body").send_keys("/")
    check(driver.switch_to.active_element.get_attribute("id") == "q", "/ leads to the search", "")
    driver.switch_to.active_element.send_keys("studio", Keys.ENTER)
    until(driver, lambda d: "/search?q=studio" in d.current_url, "the search opens")
    body = driver.find_element(By.TAG_NAME, "body")
    body.send_keys("g", "a")
    until(driver, lambda d: d.current_url == base + "/agents", "g a leads to the agents")
    driver.find_element(By.TAG_NAME, "body").send_keys("j")
    check(driver.switch_to.active_element.text == "studio", "j leads to the first row", driver.switch_to.active_element.text)
    driver.switch_to.active_element.send_keys("j")
    driver.switch_to.active_element.send_keys("k")
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    until(driver, lambda d: d.current_url == base + "/agents/oc-7f3a91", "Enter opens the agent")

    # Every fact is one click from its proof.
    driver.find_element(By.CSS_SELECTOR, "button[popovertarget='e-mdns']").click()
    until(driver, lambda d: d.find_element(By.ID, "e-mdns").is_displayed(), "the drawer opens")
    check(driver.current_url.endswith("#e-mdns"), "a drawer has an address", driver.current_url)
    check("cliPath" in driver.find_element(By.ID, "e-mdns").text, "the drawer holds the proof", "")
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    until(driver, lambda d: not d.find_element(By.ID, "e-mdns").is_displayed(), "Escape closes the drawer")
    driver.find_element(By.TAG_NAME, "body").send_keys("?")
    until(driver, lambda d: d.find_element(By.ID, "keys").is_displayed(), "? lists the keys")
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)

    # A finding appears live, without a reload, and waits until it is asked for.
    driver.execute_script("window.notReloaded = true")
    before = driver.find_element(By.CSS_SELECTOR, "#findings").text
    check("Runs any command unasked" not in before, "the finding is not there yet", "")
    sample.send("finding")
    until(driver, lambda d: d.find_element(By.CSS_SELECTOR, "[data-live]").text == "1 new", "the finding waits behind 1 new")
    check(driver.find_element(By.CSS_SELECTOR, "#findings").text == before, "nothing moves under the pointer", "")
    driver.find_element(By.TAG_NAME, "body").send_keys("n")
    until(driver, lambda d: "Runs any command unasked" in d.find_element(By.CSS_SELECTOR, "#findings").text, "the finding is shown")
    check(driver.execute_script("return window.notReloaded") is True, "the page was not loaded anew", "")
    check(not driver.find_element(By.CSS_SELECTOR, "[data-live]").is_displayed(), "the bar is gone after it was used", "")
    sample.send("event")
    until(driver, lambda d: d.find_element(By.CSS_SELECTOR, "[data-live]").text == "1 new", "the next event counts from one again")
    console_log(driver, "an agent, live")

    # The list of events: live too, filters are the address, a row opens.
    driver.get(base + "/events?kind=finding.&agent=oc-7f3a91")
    rows = len(driver.find_elements(By.CSS_SELECTOR, ".events > li"))
    check(rows >= 5, "filters by kind and agent", rows)
    sample.send("event")
    sample.send("finding")
    until(driver, lambda d: d.find_element(By.CSS_SELECTOR, "[data-live]").text == "1 new", "only what the filter lets through is new")
    driver.find_element(By.CSS_SELECTOR, "[data-live]").click()
    until(driver, lambda d: len(d.find_elements(By.CSS_SELECTOR, ".events > li")) == rows + 1, "the new row is shown")
    first = driver.find_element(By.CSS_SELECTOR, ".events details")
    first.find_element(By.TAG_NAME, "summary").click()
    until(driver, lambda d: "Exact time" in first.text, "a row opens")
    link = first.find_element(By.LINK_TEXT, "Link to this event").get_attribute("href")
    driver.get(link)
    anchor = link.split("#")[1]
    until(driver, lambda d: d.find_element(By.ID, anchor).get_attribute("open"), "an event's address opens it")

    # A name that is a script stays text.
    driver.get(f"{base}/agents/{HOSTILE}")
    heading = driver.find_element(By.TAG_NAME, "h1").text
    check("<script>alert(1)</script>" in heading.replace("\n", ""), "a name that is a script stays text", heading)
    check("U+202E" in heading and "U+000A" in heading and "U+200B" in heading, "what cannot be seen is spelled out", heading)
    console_log(driver, "a hostile name")

    # Registering an owner: a form with a token, and the page says so.
    driver.get(base + "/agents/oc-7f3a91")
    driver.find_element(By.CSS_SELECTOR, "button[popovertarget='owner']").click()
    field = driver.find_element(By.ID, "owner-name")
    until(driver, lambda d: field.is_displayed(), "the sheet opens")
    field.send_keys("Mira <b>Haddad</b>")
    driver.find_element(By.XPATH, "//button[text()='Register this owner']").click()
    until(driver, lambda d: "owned by Mira <b>Haddad</b>" in d.find_element(By.CSS_SELECTOR, ".head").text, "the owner is registered")
    driver.find_element(By.CSS_SELECTOR, "button[popovertarget='owner']").click()
    driver.find_element(By.XPATH, "//button[starts-with(text(),'Remove the owner')]").click()
    until(driver, lambda d: "owned by nobody" in d.find_element(By.CSS_SELECTOR, ".head").text, "the owner is removed")

    # The chosen scheme is kept by a cookie and written by the server.
    driver.find_element(By.TAG_NAME, "body").send_keys("t", "t")
    check(driver.execute_script("return document.documentElement.dataset.theme") == "dark", "t goes through the schemes", "")
    driver.get(base + "/")
    check(driver.execute_script("return document.documentElement.getAttribute('data-theme')") == "dark", "the scheme is kept", "")
    driver.find_element(By.TAG_NAME, "body").send_keys("t")
    check(driver.execute_script("return document.documentElement.dataset.theme ?? ''") == "", "t comes back to the system's", "")

    # Each page in both schemes and both widths.
    pages = [
        ("overview", "/"), ("agents", "/agents"), ("agent", "/agents/oc-7f3a91"), ("hostile-agent", f"/agents/{HOSTILE}"),
        ("findings", "/findings"), ("finding", "/findings/agent.unregistered"), ("not-measured", "/findings?state=unmeasured"),
        ("events", "/events"), ("search", "/search?q=studio"), ("not-found", "/agents/nobody"),
    ]
    for name, path in pages:
        every_look(driver, name, base + path)
    every_look(driver, "events-open", base + "/events",
               lambda: driver.execute_script("document.querySelectorAll('.events details')[3].open = true"))
    every_look(driver, "agent-drawer", base + "/agents/oc-7f3a91#e-mdns")
    every_look(driver, "agent-owner", base + "/agents/oc-7f3a91",
               lambda: driver.execute_script("document.querySelector('#owner').showPopover()"))
    every_look(driver, "keys", base + "/", lambda: driver.execute_script("document.querySelector('#keys').showPopover()"))
    sample.send("fail")
    every_look(driver, "error", base + "/events")
    sample.send("heal")

    # Without script everything is still there.
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    driver.get(base + "/agents/oc-7f3a91")
    check("Anyone on the LAN can command it" in driver.page_source, "readable without script", "")
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

    # Sign out: the session is gone, also for a copy of its cookie.
    look(driver, 1280, "light")
    driver.get(base + "/")
    driver.find_element(By.XPATH, "//button[text()='Sign out']").click()
    until(driver, lambda d: d.find_element(By.TAG_NAME, "h1").text.startswith("Sign in"), "signed out")
    connection = http.client.HTTPConnection("127.0.0.1", sample.port)
    connection.request("GET", "/agents.json", headers={"Host": f"trammel.localhost:{sample.port}", "Cookie": f"__Host-trammel={cookie['value']}"})
    check(connection.getresponse().status == 401, "a signed-out cookie opens nothing", "")
    connection.close()
    driver.get(sample.link)
    check("not known" in driver.find_element(By.TAG_NAME, "main").text, "a link works once", "")
    console_log(driver, "sign-out", allow=("status of 40",))

    # Nothing found: what was looked at, what could not be seen, and the demo.
    driver.get(empty.link)
    until(driver, lambda d: d.find_element(By.TAG_NAME, "h1").text.startswith("No agent"), "the empty page opens")
    text = driver.find_element(By.TAG_NAME, "main").text
    check("Could not see" in text and "make demo" in text and "412" in text, "an empty page says what it would show, why not, and what to do", text)
    every_look(driver, "empty", f"http://trammel.localhost:{empty.port}/")

    pictures = len([n for n in os.listdir(OUTPUT) if n.endswith(".png")])
    print(f"console in Chromium {driver.capabilities['browserVersion']}, axe-core {axe}: {checks} checks, "
          f"{len(failures)} failed, {pictures} pictures", flush=True)


if __name__ == "__main__":
    started = time.monotonic()
    main()
    print(f"{time.monotonic() - started:.0f} s")
    sys.exit(1 if failures else 0)
