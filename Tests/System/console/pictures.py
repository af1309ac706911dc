"""pictures.py PROGRAM OUTPUT_DIR: the pictures of docs/images, taken of `trammel up --demo` in headless Chromium.

Run it with the Python that run.sh made, in a network namespace: nothing but loopback is needed.
"""
import base64
import re
import subprocess
import sys
import tempfile

from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

PROGRAM, OUTPUT = sys.argv[1:3]


def main():
    demo = subprocess.Popen([PROGRAM, "up", "--demo"], stdout=subprocess.PIPE, text=True)
    link = None
    for line in demo.stdout:
        found = re.search(r"http://trammel\.localhost:\d+/sign-in\S+", line)
        link = found.group(0) if found else link
        if "Ctrl-C" in line:
            break
    if not link:
        raise SystemExit("the demo printed no link")
    with tempfile.TemporaryDirectory() as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                         "--hide-scrollbars", f"--user-data-dir={profile}"]:
            options.add_argument(argument)
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
        try:
            driver.get(link)
            WebDriverWait(driver, 15).until(lambda d: d.title.startswith("Overview"))
            base = link.split("/sign-in")[0]
            worst = driver.execute_script("return document.querySelector('a[href^=\"/agents/openclaw\"]').href")
            for name, address, width, height, scheme in [
                ("console-overview-light", base + "/", 1280, 860, "light"),
                ("console-agent-light", worst, 1280, 1120, "light"),
                ("console-overview-dark-narrow", base + "/", 360, 1000, "dark"),
            ]:
                driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                    "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
                driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                    "features": [{"name": "prefers-color-scheme", "value": scheme}]})
                driver.get(address)
                data = driver.execute_cdp_cmd("Page.captureScreenshot", {})["data"]
                with open(f"{OUTPUT}/{name}.png", "wb") as file:
                    file.write(base64.b64decode(data))
        finally:
            driver.quit()
            demo.terminate()
            demo.wait(timeout=20)


main()
