#!/usr/bin/env python3
"""What move.sh asks of an independent client. Sides are ENDPOINT,KEY,SECRET; TRUTH is a file that tells of each object all there is.

  fill SIDE SPACE OBJECTS TRUTH    makes a Space with objects of all kinds, and notes what they are
  room SIDE SPACE                  makes an empty Space
  reach SIDE SPACE COUNT PID       waits until so many are there, while a process lives
  kill SIDE SPACE COUNT PID        kills it then
  somewhere FROM TO SPACE TRUTH    every object that is not whole at FROM is at TO, with every byte and property
  only FROM TO SPACE TRUTH         every object is at TO, with every byte and property, and nothing is at FROM; no upload is open
"""
import itertools
import json
import os
import random
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError

from mirror_client import MIB, ODD, body, client, in_parts, props, whole

LARGE = 8  # that go in parts, 17 MiB and more each


def fill(side, space, objects, truth):
    s3, objects = client(side), int(objects)
    s3.create_bucket(Bucket=space)

    def put(key, i, size):
        s3.put_object(Bucket=space, Key=key, Body=body(i, size), **props(i))

    def parts(key, i, sizes):
        p = props(i)
        p.update(Tagging="large=yes&number=%d" % i, Metadata={"large": str(i)})
        in_parts(s3, space, key, i, sizes, **p)

    work = [(put, "odd/" + key, 3 * i, 10 + i) for i, key in enumerate(ODD)]
    work += [(put, "empty/%03d" % i, i, 0) for i in range(60)]
    work += [(put, "folders/%02d/" % i, i, 0) for i in range(20)]
    work += [(parts, "files/%02d/+large" % (i * 20 // LARGE), 5 * i, [8 * MIB, 8 * MIB, MIB + i]) for i in range(LARGE // 2)]
    work += [(put, "files/%02d/+large" % (i * 20 // LARGE), 5 * i, 17 * MIB + i) for i in range(LARGE // 2, LARGE)]
    work += [(put, "files/%02d/%05d.bin" % (i % 20, i), i, random.Random(-i).randrange(1, 12000)) for i in range(objects - len(work))]
    with ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(*w) for w in work]:
            done.result()
    with ThreadPoolExecutor(8) as pool:
        found = list(keys(s3, space))
        is_ = pool.map(lambda key: told(s3, space, key), found)
        with open(truth, "w") as f:
            json.dump(dict(zip(found, is_)), f)
    assert len(found) == objects, "%d of %d were made" % (len(found), objects)


def told(s3, space, key):
    p = whole(s3, space, key, {"VersionId": "null"}, None)
    p["tags"] = [list(t) for t in p["tags"]]
    if "-" in p["etag"] or int(p["content-length"]) > 16 * MIB:
        del p["etag"]  # of parts, of which there may be others
    return p


def room(side, space):
    client(side).create_bucket(Bucket=space)


def keys(s3, space):
    """Keys with their sizes."""
    found = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=space):
        found.update((o["Key"], o["Size"]) for o in page.get("Contents", []))
    return found


def reach(side, space, count, pid, then=signal.SIGCONT):
    """The process stands still while is counted, so that it matters little how long that takes."""
    s3, pid, there = client(side), int(pid), False
    while not there:
        os.kill(pid, signal.SIGSTOP)
        try:
            there = len(keys(s3, space)) >= int(count)
        finally:
            os.kill(pid, then if there else signal.SIGCONT)
        time.sleep(0.05)


def kill(side, space, count, pid):
    reach(side, space, count, pid, signal.SIGKILL)


def compare(s3, space, truth, which):
    def check(key):
        try:
            is_ = told(s3, space, key)
        except ClientError as e:
            return "%r: %s" % (key, e)
        names = [name for name in truth[key] | is_ if truth[key].get(name) != is_.get(name)]
        return names and "%r: %s" % (key, "; ".join("%s %.80r, but was %.80r" % (name, is_.get(name), truth[key].get(name)) for name in sorted(names)))

    with ThreadPoolExecutor(8) as pool:
        return [w for w in pool.map(check, which) if w]


def tell(wrong):
    for w in itertools.islice(wrong, 20):
        print(w)
    return not wrong


def somewhere(from_, to, space, truth):
    """The side that things go away from is listed first: what is not there any more must be at the other."""
    with open(truth) as f:
        truth = json.load(f)
    here = keys(client(from_), space)
    there = keys(client(to), space)
    gone = [key for key in truth if here.get(key) != int(truth[key]["content-length"])]
    wrong = compare(client(to), space, truth, gone)
    print("%d are where they were, %d at their new place, %d at both, %d lost" % (len(here), len(there), len(here.keys() & there.keys()), len(wrong)))
    return tell(wrong)


def only(from_, to, space, truth):
    with open(truth) as f:
        truth = json.load(f)
    wrong = ["%r is where it was" % key for key in keys(client(from_), space)]
    wrong += ["%r was never there" % key for key in keys(client(to), space) if key not in truth]
    for side in from_, to:
        wrong += ["an upload of %r is open" % u["Key"] for u in client(side).list_multipart_uploads(Bucket=space).get("Uploads", [])]
    wrong += compare(client(to), space, truth, list(truth))
    print("%d objects compared, %d differ" % (len(truth), len(wrong)))
    return tell(wrong)


if __name__ == "__main__":
    ok = {"fill": fill, "room": room, "reach": reach, "kill": kill, "somewhere": somewhere, "only": only}[sys.argv[1]](*sys.argv[2:])
    sys.exit(ok is False)
