#!/usr/bin/env python3
"""GDAL's /vsis3/ against `spaces serve`: rasters and vectors written to a Space and read in ranges, and its file functions.

Prints one line a check, "ok NAME" or "FAIL NAME: why".
"""
import os
import subprocess
import sys
import urllib.request

from osgeo import gdal

gdal.UseExceptions()
SPACE = "gdal-space"
ROOT = "/vsis3/" + SPACE
SETTINGS = {
    "AWS_S3_ENDPOINT": os.environ["INTEROP_HOST"], "AWS_HTTPS": "NO", "AWS_VIRTUAL_HOSTING": "FALSE", "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": os.environ["INTEROP_KEY"], "AWS_SECRET_ACCESS_KEY": os.environ["INTEROP_SECRET"], "GDAL_HTTP_MAX_RETRY": "0",
    "CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE": "YES"}  # a raster is written back and forth
os.environ.update(SETTINGS)
for name, value in SETTINGS.items():
    gdal.SetConfigOption(name, value)
failures = 0


def check(name, work):
    global failures
    try:
        work()
    except (AssertionError, RuntimeError, OSError, subprocess.SubprocessError) as e:
        failures += 1
        told = getattr(e, "stderr", b"") or b""
        print("FAIL %s: %s: %s %s" % (name, type(e).__name__, str(e)[:300].replace("\n", " "), told[-300:].decode().replace("\n", " ")))
    else:
        print("ok " + name)


def equal(got, want):
    assert got == want, "got %.200r, want %.200r" % (got, want)


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()


def write(path, data):
    f = gdal.VSIFOpenL(path, "wb")
    assert f, "cannot open: " + gdal.GetLastErrorMsg()
    written = gdal.VSIFWriteL(data, 1, len(data), f)
    equal((written, gdal.VSIFCloseL(f)), (len(data), 0))


def read(path, start=0, count=1 << 30):
    gdal.VSICurlClearCache()
    size = gdal.VSIStatL(path).size
    f = gdal.VSIFOpenL(path, "rb")
    assert f, "cannot open: " + gdal.GetLastErrorMsg()
    gdal.VSIFSeekL(f, start, 0)
    data = bytes(gdal.VSIFReadL(1, min(count, size - start), f) or b"")
    gdal.VSIFCloseL(f)
    return data


def files():
    gdal.VSICurlClearCache()
    return sorted(gdal.ReadDirRecursive(ROOT + "/dir") or [])


def basics():
    large = os.urandom(60 << 20)  # over GDAL's 50 MiB: parts
    for name, data in [("small", b"hello, space\n"), ("empty", b""), ("a b+c%", b"x"), ("ünï 🪣", b"y"), ("sub dir/leaf", b"z"), ("large", large)]:
        def one():
            write(ROOT + "/dir/" + name, data)
            equal(read(ROOT + "/dir/" + name) == data, True)
        check("write and read " + name, one)
    check("read in the middle", lambda: equal(read(ROOT + "/dir/large", 50_000_000, 1000), large[50_000_000:50_001_000]))
    check("list", lambda: equal(files(), sorted(["small", "empty", "a b+c%", "ünï 🪣", "sub dir/leaf", "large"])))
    check("no such file", lambda: equal(gdal.VSIStatL(ROOT + "/dir/missing"), None))

    def renamed():
        equal(gdal.Rename(ROOT + "/dir/a b+c%", ROOT + "/dir/d e+f%"), 0)
        equal(gdal.VSIStatL(ROOT + "/dir/a b+c%"), None)
        equal(read(ROOT + "/dir/d e+f%"), b"x")
    check("rename", renamed)

    def linked():
        with urllib.request.urlopen(gdal.GetSignedURL(ROOT + "/dir/d e+f%"), timeout=30) as answer:
            equal(answer.read(), b"x")
    check("a signed link", linked)

    def tagged():
        equal(gdal.SetFileMetadata(ROOT + "/dir/small", {"a": "1"}, "TAGS"), True)
        equal(gdal.GetFileMetadata(ROOT + "/dir/small", "TAGS"), {"a": "1"})
    check("tags", tagged)


def sync():
    os.makedirs("tree/with space", exist_ok=True)
    for name in ["tree/one", "tree/with space/ü+%"]:
        with open(name, "w") as f:
            f.write(name)
    check("send a tree", lambda: equal(gdal.Sync("tree/", ROOT + "/tree", options=["SYNC_STRATEGY=ETAG"]), True))
    check("send it again", lambda: equal(gdal.Sync("tree/", ROOT + "/tree", options=["SYNC_STRATEGY=ETAG"]), True))
    os.mkdir("back")
    check("bring it back", lambda: equal(gdal.Sync(ROOT + "/tree/", "back"), True))
    check("it is the same", lambda: run("diff", "-r", "tree", "back"))


def maps():
    raster = gdal.GetDriverByName("GTiff").Create("map.tif", 1500, 1500, 1)
    raster.SetGeoTransform([10, 0.001, 0, 50, 0, -0.001])
    raster.GetRasterBand(1).WriteRaster(0, 0, 1500, 1500, os.urandom(1500 * 1500))
    want = raster.GetRasterBand(1).Checksum()
    del raster  # writes the rest
    cloud = ROOT + "/maps/a b+c.tif"
    check("write a raster for the cloud", lambda: run("gdal_translate", "-q", "-of", "COG", "-co", "COMPRESS=DEFLATE", "map.tif", cloud))

    def same():
        gdal.VSICurlClearCache()
        raster = gdal.Open(cloud)  # a band does not keep its raster alive
        equal(raster.GetRasterBand(1).Checksum(), want)
    check("read it in ranges", same)
    check("cut from it", lambda: run("gdal_translate", "-q", "-srcwin", "700", "700", "64", "64", cloud, "cut.tif"))
    with open("points.csv", "w") as f:
        f.write("id,x,y\n" + "".join("%d,%f,%f\n" % (i, i / 100, i / 200) for i in range(5000)))
    vector = ROOT + "/maps/points.fgb"
    check("write vectors", lambda: run("ogr2ogr", "-q", "-oo", "X_POSSIBLE_NAMES=x", "-oo", "Y_POSSIBLE_NAMES=y", vector, "points.csv"))

    def counted():
        got = run("ogrinfo", "-ro", "-so", "-al", vector)
        assert "Feature Count: 5000" in got, got
    check("read them", counted)


def ending():
    def wrong():
        gdal.VSICurlClearCache()
        gdal.SetConfigOption("AWS_SECRET_ACCESS_KEY", "wrong")
        try:
            equal(gdal.VSIStatL(ROOT + "/dir/small"), None)
        finally:
            gdal.SetConfigOption("AWS_SECRET_ACCESS_KEY", SETTINGS["AWS_SECRET_ACCESS_KEY"])
            gdal.VSICurlClearCache()
    check("a wrong secret", wrong)
    check("no upload lies open", lambda: equal(gdal.AbortPendingUploads(ROOT), True))
    check("remove one", lambda: equal(gdal.Unlink(ROOT + "/dir/small"), 0))
    check("remove folders", lambda: equal([gdal.RmdirRecursive(ROOT + "/" + d) for d in ["dir", "tree", "maps"]], [0, 0, 0]))
    check("nothing is left", lambda: equal(files(), []))


check("make a Space", lambda: equal(gdal.Mkdir(ROOT, 0o755), 0))
for part in [basics, sync, maps, ending]:
    part()
sys.exit(1 if failures else 0)
