#!/usr/bin/env python3
"""What drill.sh asks of an independent client. Sides are ENDPOINT,KEY,SECRET.

  more SIDE               makes Spaces with settings of all kinds, encrypted objects, a policy, and an upload that is not finished
  dump SIDE               prints everything there is to be read, but the Space "load": each version's bytes, headers, tags and ACL
  load SIDE FILE          writes to the Space "load" until it is killed; FILE gets a line for each answer
  loaded SIDE FILE LINES  whether what the first LINES of FILE tell of is there, and everything else is whole
"""
import hashlib
import itertools
import json
import sys
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError

from mirror_client import MIB, body, client, versions

SETTINGS = {
    "versioning": "get_bucket_versioning", "acl": "get_bucket_acl", "cors": "get_bucket_cors", "lifecycle": "get_bucket_lifecycle_configuration",
    "policy": "get_bucket_policy", "website": "get_bucket_website", "tagging": "get_bucket_tagging", "logging": "get_bucket_logging", "location": "get_bucket_location",
    "encryption": "get_bucket_encryption", "lock": "get_object_lock_configuration", "ownership": "get_bucket_ownership_controls",
}
PASSING = {"date", "x-amz-request-id", "x-amz-id-2", "connection", "keep-alive", "server", "retryattempts"}


def more(side):
    s3 = client(side)
    for name in ["load", "site", "plain", "safe"]:
        s3.create_bucket(Bucket=name, **({"ACL": "public-read"} if name == "site" else {}))
    s3.put_bucket_website(Bucket="site", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "404.html"}})
    s3.put_bucket_cors(Bucket="site", CORSConfiguration={"CORSRules": [{"AllowedOrigins": ["https://example.com"], "AllowedMethods": ["GET"], "MaxAgeSeconds": 60}]})
    s3.put_bucket_policy(Bucket="site", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Sid": "read", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*"}]}))
    s3.put_bucket_lifecycle_configuration(Bucket="plain", LifecycleConfiguration={"Rules": [
        {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 4000}}]})
    s3.put_bucket_versioning(Bucket="safe", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="safe", Key="twice", Body=b"one")
    s3.put_bucket_versioning(Bucket="safe", VersioningConfiguration={"Status": "Suspended"})
    for n, size in enumerate([0, 1, 70_000, 3 * MIB]):
        s3.put_object(Bucket="site", Key="page%d.html" % n, Body=body(n, size), ContentType="text/html", ACL="public-read")
        s3.put_object(Bucket="safe", Key="sealed%d" % n, Body=body(-n, size), ServerSideEncryption="AES256", Metadata={"n": str(n)})
        s3.put_object(Bucket="safe", Key="twice", Body=body(n, size))
        s3.put_object(Bucket="plain", Key="tmp/%d" % n, Body=body(n, size), StorageClass="STANDARD_IA")
        s3.put_object(Bucket="plain", Key=".trash/%d" % n, Body=body(n, size))
    upload = s3.create_multipart_upload(Bucket="plain", Key="unfinished", Metadata={"waits": "yes"})["UploadId"]
    s3.upload_part(Bucket="plain", Key="unfinished", UploadId=upload, PartNumber=3, Body=body("part", 5 * MIB))


def answer(call, **args):
    """What an endpoint answers, without what is of this request only."""
    try:
        got = call(**args)
    except ClientError as e:
        return {"error": e.response["Error"]["Code"]}
    headers = got.pop("ResponseMetadata", {}).get("HTTPHeaders", {})
    if "Body" in got:
        sum_ = hashlib.sha256()
        for chunk in got["Body"].iter_chunks(MIB):
            sum_.update(chunk)
        return {"sha256": sum_.hexdigest(), "headers": {k: v for k, v in headers.items() if k not in PASSING}}
    return json.loads(json.dumps(got, default=str))


def dump(side):
    s3 = client(side)
    out = {}
    for space in sorted(b["Name"] for b in s3.list_buckets()["Buckets"]):
        if space == "load":
            continue
        out[space, "settings"] = {name: answer(getattr(s3, call), Bucket=space) for name, call in SETTINGS.items()}
        uploads = answer(s3.list_multipart_uploads, Bucket=space)
        for u in uploads.get("Uploads", []):
            u["Parts"] = answer(s3.list_parts, Bucket=space, Key=u["Key"], UploadId=u["UploadId"])
        out[space, "uploads"] = uploads

        def look(t):
            key, n, v = t
            one = dict(Bucket=space, Key=key, VersionId=v["VersionId"])
            about = {"listed": json.loads(json.dumps(v, default=str))}
            if not v.get("Marker"):
                about.update(got=answer(s3.get_object, **one), tags=answer(s3.get_object_tagging, **one), acl=answer(s3.get_object_acl, **one))
            return (space, key, n), about

        todo = [(key, n, v) for key, list_ in versions(s3, space).items() for n, v in enumerate(list_)]
        with ThreadPoolExecutor(8) as pool:
            out.update(pool.map(look, todo))
    for name in sorted(out, key=repr):
        print(json.dumps([name, out[name]], sort_keys=True))
    print("%d things" % len(out), file=sys.stderr)


def content(n):
    return body(n, [100, 5000, 70_000, 300_000][n % 4])


def load(side, file):
    s3 = client(side)
    with open(file, "w", buffering=1) as out:
        for n in itertools.count():
            s3.put_object(Bucket="load", Key="one/%06d" % n, Body=content(n))
            s3.put_object(Bucket="load", Key="over", Body=content(n))
            if n % 3 == 2:
                s3.delete_object(Bucket="load", Key="one/%06d" % (n - 2))
            print(n, file=out)


def loaded(side, file, lines):
    s3 = client(side)
    answered = int(lines)
    found = {int(o["Key"][4:]) for page in s3.get_paginator("list_objects_v2").paginate(Bucket="load", Prefix="one/") for o in page.get("Contents", [])}
    last = max(found)
    # the store is as it was at one moment: all up to the last one that was begun by then
    missing = [n for n in range(last + 1) if n not in found and not (n % 3 == 0 and n <= last - 2)]
    back = [n for n in found if n % 3 == 0 and n < last - 2]

    def wrong(n):
        return s3.get_object(Bucket="load", Key="one/%06d" % n)["Body"].read() != content(n)

    with ThreadPoolExecutor(8) as pool:
        torn = [n for n, is_ in zip(sorted(found), pool.map(wrong, sorted(found))) if is_]
    over = s3.get_object(Bucket="load", Key="over")["Body"].read()
    print("%d answered before the backup began, %d written by its moment" % (answered, last + 1))
    print("missing %r, deleted and back %r, torn %r" % (missing[:9], back[:9], torn[:9]))
    return last >= answered - 1 and not missing and not back and not torn and over in (content(last), content(last - 1))


if __name__ == "__main__":
    ok = {"more": more, "dump": dump, "load": load, "loaded": loaded}[sys.argv[1]](*sys.argv[2:])
    sys.exit(ok is False)
