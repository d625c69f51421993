#!/usr/bin/env python3
"""Signed links in the forms of aws-sdk-java, built by hand, against `spaces serve`.

Version 2 (S3Presigner) signs every header of the request, expects each to be sent, and names them
in X-Amz-SignedHeaders. Version 1 signs the host alone where it is given request parameters
(GeneratePresignedUrlRequest.addRequestParameter), x-amz-acl and x-amz-meta-* among them, which then
stand for headers. Prints one line a check, "ok NAME" or "FAIL NAME: why".
"""
import datetime
import hashlib
import hmac
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

ENDPOINT, HOST = os.environ["INTEROP_ENDPOINT"], os.environ["INTEROP_HOST"]
KEY, SECRET = os.environ["INTEROP_KEY"], os.environ["INTEROP_SECRET"]
SPACE = "java-space"
failures = 0


def sign(method, key, headers=None, params=None, expires=600, space=SPACE):
    """A link by V4 with these headers signed beside the host, and these parameters in the query."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = "%s/us-east-1/s3/aws4_request" % now[:8]
    signed = {"host": HOST, **{k.lower(): v for k, v in (headers or {}).items()}}
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Date": now, "X-Amz-SignedHeaders": ";".join(sorted(signed)),
        "X-Amz-Expires": str(expires), "X-Amz-Credential": "%s/%s" % (KEY, scope), **(params or {})}
    path = "/" + space + ("/" + urllib.parse.quote(key, safe="/~") if key else "")
    pairs = sorted((urllib.parse.quote(k, safe="~"), urllib.parse.quote(v, safe="~")) for k, v in query.items())
    raw = "&".join("%s=%s" % p for p in pairs)
    canonical = "\n".join([
        method, path, raw, "".join("%s:%s\n" % (k, signed[k].strip()) for k in sorted(signed)), ";".join(sorted(signed)), "UNSIGNED-PAYLOAD"])
    text = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    secret = ("AWS4" + SECRET).encode()
    for part in scope.split("/"):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    return ENDPOINT + path + "?" + raw + "&X-Amz-Signature=" + hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def send(method, url, headers=None, body=None):
    """(status, headers, body). Python adds a type of its own to a body, which no link here has signed: the caller gives one."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as e:
        return e.code, e.headers, e.read()


def put(name, want, url, headers=None, body=b"x"):
    """Sends a body to a link and expects this status."""
    status, _, answer = send("PUT", url, {"Content-Type": "application/octet-stream", **(headers or {})}, body)
    check(name, status == want, "%d, want %d: %.300s" % (status, want, answer.decode(errors="replace")))


def check(name, right, why=""):
    global failures
    if right:
        print("ok " + name)
    else:
        failures += 1
        print("FAIL %s: %s" % (name, " ".join(str(why).split())))


def head(key):
    return send("HEAD", sign("HEAD", key))[1]


def text(key):
    return send("GET", sign("GET", key))[2]


status, _, answer = send("PUT", sign("PUT", "", space=SPACE), {"Content-Type": "application/xml"}, b"")
check("make a Space by a link", status == 200, "%d %s" % (status, answer))

# Version 2: what is signed has to come.
asked = {"content-type": "text/x-interop", "x-amz-acl": "public-read", "x-amz-meta-colour": "dark blue", "x-amz-tagging": "a=1&b=two%20words"}
link = sign("PUT", "v2/all", asked)
put("version 2: all headers sent", 200, link, asked)
got = head("v2/all")
check("version 2: they are kept", (got["Content-Type"], got["x-amz-meta-colour"], got["x-amz-tagging-count"]) == ("text/x-interop", "dark blue", "2"), got)
check("version 2: it is public", send("GET", "%s/%s/v2/all" % (ENDPOINT, SPACE))[0] == 200)
for name in asked:
    put("version 2: %s not sent" % name, 403, link, {k: v for k, v in asked.items() if k != name})
    put("version 2: another %s" % name, 403, link, {**asked, name: "other"})
put("version 2: one more header", 403, link, {**asked, "x-amz-meta-more": "1"})
put("version 2: a length that is signed", 200, sign("PUT", "v2/length", {"content-length": "5"}), {}, b"right")
put("version 2: another length", 403, sign("PUT", "v2/length", {"content-length": "5"}), {}, b"longer")
once = {"if-none-match": "*"}
put("version 2: if nothing is there", 200, sign("PUT", "v2/once", once), once)
put("version 2: if nothing is there, but it is", 412, sign("PUT", "v2/once", once), once, b"y")
put("version 2: a condition that is signed and not sent", 403, sign("PUT", "v2/once", once), {}, b"y")
sse = {"x-amz-server-side-encryption": "AES256"}
put("version 2: encryption", 200, sign("PUT", "v2/sse", sse), sse)
check("version 2: the condition held", text("v2/once") == b"x", text("v2/once"))
ranged = {"range": "bytes=1-2"}
send("PUT", sign("PUT", "v2/range"), {"Content-Type": "text/plain"}, b"hello")
status, _, answer = send("GET", sign("GET", "v2/range", ranged), ranged)
check("version 2: a range that is signed", (status, answer) == (206, b"el"), (status, answer))

# Version 1: what is in the query need not come, and counts.
link = sign("PUT", "v1/all", params={"x-amz-acl": "public-read", "x-amz-meta-colour": "dark blue", "x-amz-storage-class": "STANDARD"})
put("version 1: no header sent", 200, link, {"Content-Type": "text/x-interop"})
got = head("v1/all")
check("version 1: they are kept", (got["Content-Type"], got["x-amz-meta-colour"]) == ("text/x-interop", "dark blue"), got)
check("version 1: it is public", send("GET", "%s/%s/v1/all" % (ENDPOINT, SPACE))[0] == 200)
put("version 1: a parameter was changed", 403, link.replace("public-read", "public-read-write"))
put("version 1: a parameter was taken away", 403, link.replace("x-amz-acl=public-read&", ""))
status, got, _ = send("GET", sign("GET", "v1/all", params={"response-content-disposition": 'attachment; filename="a b+c.txt"'}))
check("version 1: another name in the answer", got["Content-Disposition"] == 'attachment; filename="a b+c.txt"', got["Content-Disposition"])
# A condition among the parameters is one, as recorded on Amazon.
put("version 1: if nothing is there, but it is", 412, sign("PUT", "v1/all", params={"if-none-match": "*"}), {}, b"y")
put("version 1: if it is another", 412, sign("PUT", "v1/all", params={"if-match": '"%s"' % ("0" * 32)}), {}, b"y")
check("version 1: the conditions held", text("v1/all") == b"x", text("v1/all"))
for key in ["a b+c%", "ünï/🪣", "(x)!*'", "dir//double", "dot/./x", "per%2Bcent"]:
    body = key.encode()
    put("key %s" % key, 200, sign("PUT", "keys/" + key), {}, body)
    check("get %s" % key, text("keys/" + key) == body)
sys.exit(1 if failures else 0)
