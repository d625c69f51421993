#!/usr/bin/env python3
"""Chromium on the pages of links of `spaces serve`: files are sent by the page that receives, a file is had by a password.

Prints one line a check, "ok NAME" or "FAIL NAME: why". The browser is driven by its own protocol over a pipe, so that what
is chosen, dropped and pressed goes the way that it goes for people; the pages allow no script but their own.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.client import Config
from botocore.credentials import Credentials

ENDPOINT = os.environ["INTEROP_ENDPOINT"]
KEY, SECRET = os.environ["INTEROP_KEY"], os.environ["INTEROP_SECRET"]
SPACE = "receive-space"
PATIENCE = 120  # seconds for each thing that is waited for
failures = 0


def equal(name, got, want):
    global failures
    if got == want:
        print("ok " + name)
    else:
        failures += 1
        print("FAIL %s: got %.300r, want %.300r" % (name, got, want))


def api(method, path, body=None):
    text = json.dumps(body).encode() if body is not None else b""
    request = AWSRequest(method=method, url=ENDPOINT + "/v2/spaces/links" + path, data=text, headers={"Content-Type": "application/json"})
    request.context["payload_signing_enabled"] = True
    import hashlib
    request.headers["X-Amz-Content-SHA256"] = hashlib.sha256(text).hexdigest()
    SigV4Auth(Credentials(KEY, SECRET), "s3", "us-east-1").add_auth(request)
    with urllib.request.urlopen(urllib.request.Request(request.url, data=text or None, headers=dict(request.headers), method=method)) as answer:
        said = answer.read()
        return json.loads(said)["link"] if said else None


class Browser:
    """Chromium and one page in it, by --remote-debugging-pipe: messages that end in NUL on descriptors 3 and 4."""

    def __init__(self, work):
        self.downloads = tempfile.mkdtemp(dir=work)
        theirs_in, self.out = os.pipe()
        self.inn, theirs_out = os.pipe()

        def place():
            os.dup2(theirs_in, 30), os.dup2(theirs_out, 31)
            os.dup2(30, 3), os.dup2(31, 4)

        self.process = subprocess.Popen(
            [shutil.which("chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir=" + tempfile.mkdtemp(dir=work),
             "--remote-debugging-pipe", "about:blank"], close_fds=False, preexec_fn=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_in), os.close(theirs_out)
        self.last, self.rest = 0, b""
        target = self.ask("Target.createTarget", {"url": "about:blank"}, None)["targetId"]
        self.session = self.ask("Target.attachToTarget", {"targetId": target, "flatten": True}, None)["sessionId"]
        for domain in ("Page", "DOM", "Runtime"):
            self.ask(domain + ".enable")
        self.ask("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": self.downloads}, None)

    def ask(self, method, params=None, session="this"):
        self.last += 1
        message = {"id": self.last, "method": method, "params": params or {}}
        if session == "this":
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                got = os.read(self.inn, 1 << 16)
                if not got:
                    raise RuntimeError("the browser has gone")
                self.rest += got
            text, self.rest = self.rest.split(b"\0", 1)
            answer = json.loads(text)
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError("%s: %s" % (method, answer["error"]))
                return answer["result"]

    def run(self, script):
        return self.ask("Runtime.evaluate", {"expression": script, "awaitPromise": True, "returnByValue": True})["result"].get("value")

    def open(self, url):
        self.ask("Page.navigate", {"url": url})
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def until(self, script):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            got = self.run(script)
            if got:
                return got
            time.sleep(0.05)
        return got

    def choose(self, selector, files):
        root = self.ask("DOM.getDocument")["root"]["nodeId"]
        node = self.ask("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        self.ask("DOM.setFileInputFiles", {"nodeId": node, "files": files})

    def drop(self, files):
        where = self.run("(() => { const r = document.getElementById('drop').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })()")
        for kind in ("dragEnter", "dragOver", "drop"):
            self.ask("Input.dispatchDragEvent", {"type": kind, "x": where[0], "y": where[1],
                                                 "data": {"items": [], "files": files, "dragOperationsMask": 1}})

    def key(self, name, code):
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", {"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code, "text": "\r" if name == "Enter" and kind == "keyDown" else ""})

    def picture(self, name):
        if os.environ.get("INTEROP_PICTURES"):
            import base64
            with open(os.path.join(os.environ["INTEROP_PICTURES"], name), "wb") as f:
                f.write(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))

    def close(self):
        self.process.kill()
        self.process.wait()


def file(work, name, content):
    path = os.path.join(work, name)
    with open(path, "wb") as f:
        f.write(content)
    return path


def receiving(browser, s3, work):
    link = api("POST", "", {"bucket": SPACE, "key": "in/", "receive": {"max_size": 3000000, "max_files": 4, "types": ["image/*", ".txt"]}})
    s3.put_object(Bucket=SPACE, Key="in/photo.png", Body=b"mine")
    png = b"\x89PNG\r\n\x1a\n" + os.urandom(2 << 20)
    photo, hostile = file(work, "photo.png", png), file(work, "<img src=x onerror=document.title=1>.txt", b"hello")
    page, large = file(work, "page.png", b"<!DOCTYPE html><script>alert(1)</script>"), file(work, "large.txt", b"x" * 3000001)
    browser.open(ENDPOINT + link["path"])
    equal("the page says its limits and nothing of the folder", browser.run("/4 files more/.test(document.body.innerText) && !/photo|receive-space|in\\//.test(document.querySelector('main').innerText)"), True)
    browser.picture("receive.png")
    browser.choose("#files", [photo, hostile])
    browser.run("document.querySelector('#send button').focus()")
    browser.key("Enter", 13)
    equal("two files by keyboard, with what came", browser.until("document.querySelectorAll('#progress li.good').length === 2"), True)
    browser.drop([page, large])
    equal("what is dropped and refused says why", browser.until("document.querySelectorAll('#progress li.bad').length === 2 && /not taken/.test(document.body.innerText) && /too large/.test(document.body.innerText)"), True)
    equal("a name is text", browser.run("document.querySelectorAll('#progress img').length + document.title"), "0Send files")
    browser.picture("received.png")
    equal("nothing was replaced", s3.get_object(Bucket=SPACE, Key="in/photo.png")["Body"].read(), b"mine")
    equal("the file is whole", s3.get_object(Bucket=SPACE, Key="in/photo (2).png")["Body"].read() == png, True)
    keys = sorted(o["Key"] for o in s3.list_objects_v2(Bucket=SPACE)["Contents"] if o["Key"].startswith("in/"))
    equal("and no others came", keys, ["in/_img src=x onerror=document.title=1_.txt", "in/photo (2).png", "in/photo.png"])
    said = api("GET", "/" + link["id"])
    equal("the server tells what came", [said["received"], sorted(a["name"] for a in said["arrivals"])[1]], [2, "photo (2).png"])
    browser.ask("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.open(ENDPOINT + link["path"])
    browser.choose("#files", [file(work, "plain.txt", b"without a script")])
    browser.ask("Emulation.setScriptExecutionDisabled", {"value": False})
    browser.run("HTMLFormElement.prototype.submit.call(document.getElementById('send'))")
    equal("the form works without a script", browser.until("/plain.txt: received/.test(document.body.innerText)"), True)
    api("DELETE", "/" + link["id"])
    browser.open(ENDPOINT + link["path"])
    equal("a link that was taken back says so", browser.run("/does not work/.test(document.body.innerText)"), True)


def giving(browser, s3):
    s3.put_object(Bucket=SPACE, Key="page.html", Body=b"<script>document.title='run'</script>", ContentType="text/html")
    link = api("POST", "", {"bucket": SPACE, "key": "page.html", "password": "open sesame", "once": True})
    browser.open(ENDPOINT + link["path"])
    browser.picture("password.png")
    browser.run("document.getElementById('password').value = 'wrong'; document.querySelector('button').click()")
    equal("a wrong password is told", browser.until("/not the password/.test(document.body.innerText)"), True)
    browser.run("document.getElementById('password').value = 'open sesame'; document.querySelector('button').click()")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and os.listdir(browser.downloads) != ["page.html"]:
        time.sleep(0.05)
    equal("the right one downloads the file", os.listdir(browser.downloads), ["page.html"])
    equal("and nothing in it runs here", browser.run("document.title"), "A file for you")
    browser.open(ENDPOINT + link["path"])
    equal("it was for once", browser.until("/This link was used/.test(document.body.innerText)"), True)


def main():
    s3 = boto3.client("s3", endpoint_url=ENDPOINT, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1",
                      config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
    s3.create_bucket(Bucket=SPACE)
    work = tempfile.mkdtemp(dir=os.environ["INTEROP_WORK"])
    browser = Browser(work)
    try:
        receiving(browser, s3, work)
        giving(browser, s3)
    finally:
        browser.close()
    sys.exit(1 if failures else 0)


main()
