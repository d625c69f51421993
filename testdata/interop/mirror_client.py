#!/usr/bin/env python3
"""What mirror.sh asks of an independent client. Sides are ENDPOINT,KEY,SECRET.

  fill SIDE SPACE OBJECTS      makes a Space with versioning and objects of all kinds
  count SIDE SPACE             how many versions and delete markers there are
  reach SIDE SPACE COUNT PID   waits until so many are there, while a process lives
  compare SIDE SIDE SPACE [CLASS]   every byte and property of every version; the storage class only with CLASS
"""
import hashlib
import itertools
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.client import Config
from botocore.exceptions import ClientError

MIB = 1 << 20
PUBLIC = "http://acs.amazonaws.com/groups/global/AllUsers"
ODD = [
    "with space", " leading", "trailing ", "plus+sign", "per%cent", "per%20cent", "ünïcødé", "combining e\u0301", "🪣/bucket", "quo'te\"", "a&b<c>]]>",
    "#hash?query=1", "semi;colon:@", "back\\slash", "/leading slash", "//two", "two//in//it", "dir/", "dir//", "a/../b", "a/./b", "./dot", "a/..", "..x", "...", ".",
    "tab\there", "new\nline", "control\x01\x1f", "del\x7f", "rtl\u202etxt", "x" * 1000, "nested/" * 60 + "leaf", "=", "~", "%2F", "%00", "\ufffd", "\u2028",
]


def client(side):
    endpoint, key, secret = side.split(",")
    return boto3.client("s3", endpoint_url=endpoint, aws_access_key_id=key, aws_secret_access_key=secret, region_name="us-east-1", config=Config(
        s3={"addressing_style": "path"}, retries={"max_attempts": 8}, max_pool_connections=32, read_timeout=120,
        request_checksum_calculation="when_required", response_checksum_validation="when_required") if checksums() else Config(
        s3={"addressing_style": "path"}, retries={"max_attempts": 8}, max_pool_connections=32, read_timeout=120))


def checksums():
    """Newer SDKs add checksums that not every engine knows."""
    try:
        Config(request_checksum_calculation="when_required")
        return True
    except TypeError:
        return False


def body(seed, size):
    return random.Random(seed).randbytes(size)


def props(i):
    """A share of all objects has each property."""
    p = {}
    if i % 2 == 0:
        p["ContentType"] = ["text/html; charset=utf-8", "image/png", "application/x-odd"][i // 2 % 3]
    if i % 5 == 1:
        p.update(CacheControl="public, max-age=%d" % i, ContentDisposition='attachment; filename="n %d.bin"' % i, ContentLanguage="de, en")
    if i % 7 == 2:
        p["ContentEncoding"] = "gzip"
    if i % 11 == 3:
        p["Expires"] = "Thu, 01 Jan 2032 00:00:0%d GMT" % (i % 10)
    if i % 3 == 0:
        p["Metadata"] = {"number": str(i), "some-name": "a value, with = and spaces"}
    if i % 6 == 4:
        p["Tagging"] = "number=%d&a%%20b=c%%20d%%2B%%40" % i
    if i % 10 == 5:
        p["ACL"] = "public-read"
    if i % 50 == 49:
        p["StorageClass"] = "STANDARD_IA"
    return p


def in_parts(s3, space, key, seed, sizes, **more):
    upload = s3.create_multipart_upload(Bucket=space, Key=key, **more)["UploadId"]
    parts = []
    for n, size in enumerate(sizes, 1):
        etag = s3.upload_part(Bucket=space, Key=key, UploadId=upload, PartNumber=n, Body=body((seed, n).__repr__(), size))["ETag"]
        parts.append({"PartNumber": n, "ETag": etag})
    s3.complete_multipart_upload(Bucket=space, Key=key, UploadId=upload, MultipartUpload={"Parts": parts})


def fill(side, space, objects):
    s3, objects = client(side), int(objects)
    s3.create_bucket(Bucket=space)
    s3.put_bucket_versioning(Bucket=space, VersioningConfiguration={"Status": "Enabled"})

    def put(key, i, size):
        s3.put_object(Bucket=space, Key=key, Body=body(i, size), **props(i))

    def history(i):
        key = "history/%04d" % i
        for n in range(2 + i % 3):
            put(key, i * 10 + n, 100 + n)
            if i % 4 == 1 and n == 0:
                s3.delete_object(Bucket=space, Key=key)
        if i % 5 == 2:
            put(key, i * 10 + n, 100 + n)  # the same once more
        if i % 6 == 3:
            s3.delete_object(Bucket=space, Key=key)

    work = [(put, "odd/" + key, 3 * i, 10 + i) for i, key in enumerate(ODD)]
    large = [
        (in_parts, s3, space, "large/five and a bit", "a", [5 * MIB, 1000]), (in_parts, s3, space, "large/of eight", "b", [8 * MIB, 8 * MIB, MIB]),
        (in_parts, s3, space, "large/odd parts", "c", [7 * MIB + 1, 7 * MIB + 1, 7]), (in_parts, s3, space, "large/unequal parts", "d", [5 * MIB, 6 * MIB, 9]),
        (in_parts, s3, space, "large/one small part", "e", [77]), (put, "large/one request", 7, 6 * MIB), (put, "large/one request of many", 11, 18 * MIB),
    ]
    work += large[-2:]
    work += [(put, "empty/%03d" % i, i, 0) for i in range(60)]
    work += [(put, "folders/%02d/" % i, i, 0) for i in range(20)]
    work += [(history, i) for i in range(120)]
    rest = objects - len(work) - 5
    work += [(put, "files/%02d/%05d.bin" % (i % 20, i), i, random.Random(-i).randrange(1, 12000)) for i in range(rest)]
    with ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(w[0], *w[1:]) for w in work]:
            done.result()
    for i, w in enumerate(large[:-2]):
        w[0](*w[1:], ContentType="application/x-large", Metadata={"large": str(i)}, Tagging="large=yes", **({"ACL": "public-read"} if i % 2 else {}))


def versions(s3, space):
    """All versions and markers by key, the oldest first."""
    found = {}
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=space):
        both = [(v["Key"], v["LastModified"], v) for v in page.get("Versions", [])] + [(m["Key"], m["LastModified"], dict(m, Marker=True)) for m in page.get("DeleteMarkers", [])]
        for key, at, v in both:
            found.setdefault(key, []).append(v)
    return {key: in_order(s3, space, key, list_) for key, list_ in found.items()}


def in_order(s3, space, key, list_):
    """Dates are of whole seconds with some, so that markers cannot be put in place by them: a listing page of one at a time can."""
    if len(list_) == 1 or not any(v.get("Marker") for v in list_):
        return list_[::-1]
    ordered, where = [], {}
    by_id = {v["VersionId"]: v for v in list_}
    while len(ordered) < len(list_):
        page = s3.list_object_versions(Bucket=space, Prefix=key, MaxKeys=1, **where)
        got = page.get("Versions", []) + page.get("DeleteMarkers", [])
        ordered += [by_id[v["VersionId"]] for v in got if v["Key"] == key]
        where = {"KeyMarker": page.get("NextKeyMarker", ""), "VersionIdMarker": page.get("NextVersionIdMarker", "")}
        if not page["IsTruncated"]:
            break
    assert len(ordered) == len(list_), "%r: %d of %d versions came one by one" % (key, len(ordered), len(list_))
    return ordered[::-1]


def whole(s3, space, key, v, with_class):
    if v.get("Marker"):
        return {"deleted": True}
    one = {"Bucket": space, "Key": key, "VersionId": v["VersionId"]}
    got = s3.get_object(**one)
    h = got["ResponseMetadata"]["HTTPHeaders"]
    sum_ = hashlib.sha256()
    for chunk in got["Body"].iter_chunks(MIB):
        sum_.update(chunk)
    grants = s3.get_object_acl(**one)["Grants"]
    p = {name: h.get(name, "") for name in ("content-length", "content-type", "cache-control", "content-encoding", "content-disposition", "content-language", "expires", "etag")}
    p.update(sha256=sum_.hexdigest(), metadata=got["Metadata"], public=any(g["Grantee"].get("URI") == PUBLIC and g["Permission"] == "READ" for g in grants),
             tags=sorted((t["Key"], t["Value"]) for t in s3.get_object_tagging(**one).get("TagSet", [])))
    if with_class:
        p["class"] = h.get("x-amz-storage-class", "STANDARD")
    return p


def compare(left, right, space, with_class=None):
    sides = [client(left), client(right)]
    a, b = [versions(s3, space) for s3 in sides]
    wrong = ["%r is only on one side" % key for key in sorted(a.keys() ^ b.keys())]
    todo = []
    for key in sorted(a.keys() & b.keys()):
        if len(a[key]) != len(b[key]):
            wrong.append("%r has %d versions and %d there" % (key, len(a[key]), len(b[key])))
        else:
            todo += [(key, n, x, y) for n, (x, y) in enumerate(zip(a[key], b[key]))]

    def check(t):
        key, n, x, y = t
        try:
            x, y = [whole(s3, space, key, v, with_class) for s3, v in zip(sides, (x, y))]
        except ClientError as e:
            return "%r, version %d: %s" % (key, n, e)
        if "parts" in key and "-" in x.get("etag", "") and "-" in y.get("etag", ""):
            del x["etag"], y["etag"]  # of which sizes they were not every engine tells
        names = [name for name in {**x, **y} if x.get(name) != y.get(name)]
        return names and "%r, version %d: %s" % (key, n, "; ".join("%s %.80r, there %.80r" % (name, x.get(name), y.get(name)) for name in sorted(names)))

    with ThreadPoolExecutor(8) as pool:
        wrong += [w for w in pool.map(check, todo) if w]
    for w in itertools.islice(wrong, 20):
        print(w)
    print("%d keys, %d versions compared, %d differ" % (len(a), len(todo), len(wrong)))
    return not wrong


def number(s3, space):
    try:
        return sum(len(p.get("Versions", [])) + len(p.get("DeleteMarkers", [])) for p in s3.get_paginator("list_object_versions").paginate(Bucket=space))
    except ClientError:
        return 0  # the Space is not there yet


def count(side, space):
    print(number(client(side), space))


def reach(side, space, count, pid):
    s3 = client(side)
    while number(s3, space) < int(count):
        os.kill(int(pid), 0)
        time.sleep(0.05)


if __name__ == "__main__":
    ok = {"fill": fill, "compare": compare, "count": count, "reach": reach}[sys.argv[1]](*sys.argv[2:])
    sys.exit(ok is False)
