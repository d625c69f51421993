#!/usr/bin/env python3
"""Chromium against `spaces serve`: a page of one origin that uses the Spaces of another.

Prints one line a check, "ok NAME" or "FAIL NAME: why". The page does the work and sends what it found to the
server that it came from; a second origin, which the rules of CORS do not name, must be kept out.
"""
import http.server
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading

import boto3
from botocore.client import Config

ENDPOINT = os.environ["INTEROP_ENDPOINT"]
SPACE = "browser-space"
PATIENCE = 120  # seconds for everything
reports = queue.Queue()

PAGE = """<!doctype html><meta charset="utf-8"><title>page</title><iframe name="frame"></iframe><script>
const plan = PLAN;
const found = {};
async function attempt(name, work) {
  try { found[name] = await work(); } catch (e) { found[name] = "refused"; }
}
async function run() {
  await attempt("put", async () => (await fetch(plan.put, {method: "PUT", body: plan.body, headers: {"Content-Type": "text/x-page", "x-amz-meta-colour": "blue"}})).status);
  await attempt("get", async () => { const a = await fetch(plan.get); return [a.status, await a.text(), a.headers.get("ETag") !== null, a.headers.get("x-amz-meta-colour")]; });
  await attempt("range", async () => (await (await fetch(plan.get, {headers: {"Range": "bytes=1-2"}})).text()));
  await attempt("missing", async () => (await fetch(plan.missing)).status);
  await attempt("delete", async () => (await fetch(plan.remove, {method: "DELETE"})).status);
  await attempt("form", post);
  await fetch("/report", {method: "POST", body: JSON.stringify(found)});
}
function post() {
  const form = document.createElement("form");
  Object.assign(form, {method: "POST", action: plan.form.url, enctype: "multipart/form-data", target: "frame"});
  for (const [name, value] of Object.entries(plan.form.fields)) {
    const input = document.createElement("input");
    Object.assign(input, {type: "hidden", name, value});
    form.append(input);
  }
  const file = document.createElement("input");
  Object.assign(file, {type: "file", name: "file"});
  const chosen = new DataTransfer();
  chosen.items.add(new File([plan.body], "ünï.txt", {type: "text/plain"}));
  file.files = chosen.files;
  form.append(file);
  document.body.append(form);
  const frame = document.querySelector("iframe");
  return new Promise(done => {
    frame.onload = () => { let at = "another origin"; try { at = frame.contentWindow.location.search; } catch (e) {} done(at); };
    form.submit();
  });
}
run();
</script>"""


class Site(http.server.BaseHTTPRequestHandler):
    """A page at /, a plain answer at /done, and a mailbox at /report."""

    plan = {}

    def do_GET(self):
        body = b"done" if self.path.startswith("/done") else PAGE.replace("PLAN", json.dumps(self.plan)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        reports.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


def site():
    handler = type("Handler", (Site,), {})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return "http://127.0.0.1:%d" % server.server_port, handler


def browse(url):
    """Opens a page and waits for what it reports."""
    profile = tempfile.mkdtemp(dir=os.environ["INTEROP_WORK"])
    browser = subprocess.Popen(
        [shutil.which("chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir=" + profile, "--remote-debugging-port=0", url],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return reports.get(timeout=PATIENCE)
    except queue.Empty:
        return {}
    finally:
        browser.kill()
        browser.wait()


failures = 0


def equal(name, got, want):
    global failures
    if got == want:
        print("ok " + name)
    else:
        failures += 1
        print("FAIL %s: got %.200r, want %.200r" % (name, got, want))


def plan(s3, origin, prefix):
    def link(method, key, **more):
        return s3.generate_presigned_url(method, Params=dict(Bucket=SPACE, Key=prefix + key, **more), ExpiresIn=600)

    done = origin + "/done"
    form = s3.generate_presigned_post(
        SPACE, prefix + "form/${filename}", Fields={"success_action_redirect": done, "Content-Type": "text/plain"},
        Conditions=[["starts-with", "$key", prefix + "form/"], {"success_action_redirect": done}, {"Content-Type": "text/plain"}, ["content-length-range", 1, 1000]], ExpiresIn=600)
    return {"body": "hello from a page", "put": link("put_object", "a b+ü", ContentType="text/x-page", Metadata={"colour": "blue"}), "get": link("get_object", "a b+ü"),
            "missing": link("get_object", "nothing"), "remove": link("delete_object", "a b+ü"), "form": form}


def main():
    s3 = boto3.client("s3", endpoint_url=ENDPOINT, aws_access_key_id=os.environ["INTEROP_KEY"], aws_secret_access_key=os.environ["INTEROP_SECRET"], region_name="us-east-1",
                      config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
    friend, friends = site()
    stranger, strangers = site()
    s3.create_bucket(Bucket=SPACE)
    s3.put_bucket_cors(Bucket=SPACE, CORSConfiguration={"CORSRules": [
        {"AllowedOrigins": [friend], "AllowedMethods": ["GET", "PUT"], "AllowedHeaders": ["*"], "ExposeHeaders": ["ETag", "x-amz-meta-colour"], "MaxAgeSeconds": 60}]})
    friends.plan, strangers.plan = plan(s3, friend, "friend/"), plan(s3, stranger, "stranger/")

    found = browse(friend)
    equal("a PUT with headers of its own, after a preflight", found.get("put"), 200)
    equal("a GET and the headers that are exposed", found.get("get"), [200, "hello from a page", True, "blue"])
    equal("a range", found.get("range"), "el")
    equal("an error can be read", found.get("missing"), 404)
    equal("a method that no rule allows", found.get("delete"), "refused")
    form = found.get("form", "")
    equal("a form ends where it says", form.startswith("?") and "bucket=" + SPACE in form and "key=friend" in form and "etag=" in form, True)
    keys = sorted(o["Key"] for o in s3.list_objects_v2(Bucket=SPACE).get("Contents", []))
    equal("what is there", keys, ["friend/a b+ü", "friend/form/ünï.txt"])
    if "friend/form/ünï.txt" in keys:
        o = s3.get_object(Bucket=SPACE, Key="friend/form/ünï.txt")
        equal("the file of the form", (o["Body"].read(), o["ContentType"]), (b"hello from a page", "text/plain"))

    found = browse(stranger)
    for name in ["put", "get", "range", "missing", "delete"]:
        equal("another origin: " + name, found.get(name), "refused")
    keys = sorted(o["Key"] for o in s3.list_objects_v2(Bucket=SPACE, Prefix="stranger/").get("Contents", []))
    equal("another origin wrote by its form alone, which needs no CORS", keys, ["stranger/form/ünï.txt"])
    return 1 if failures else 0


sys.exit(main())
